"""Signing in at the desk: right, wrong, locked out, timed out, shut out."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.casework.staff import BadRoster, CannotSignIn, StaffBook, is_csrf, read_roster
from tests.agent.casework.bench import HASHED, PASSWORD, Office


def test_that_the_right_password_signs_in_until_it_is_not_used(office: Office) -> None:
    signed = office.staff.sign_in("S001", PASSWORD)
    assert signed.member.role == "teller"
    assert office.staff.who(signed.token) == signed.member
    assert is_csrf(signed.token, signed.csrf)
    assert not is_csrf(signed.token, "é")
    office.counter.clock.advance(minutes=29)
    office.staff.used(signed.token)
    office.counter.clock.advance(minutes=29)
    assert office.staff.who(signed.token) is not None
    office.counter.clock.advance(minutes=2)
    assert office.staff.who(signed.token) is None
    again = office.staff.sign_in("S001", PASSWORD)
    office.staff.sign_out(again.token)
    assert office.staff.who(again.token) is None


def test_that_five_wrong_passwords_lock_out_for_a_while(office: Office) -> None:
    for _ in range(5):
        with pytest.raises(CannotSignIn, match="wrong"):
            office.staff.sign_in("S001", "not it")
    with pytest.raises(CannotSignIn, match="locked"):
        office.staff.sign_in("S001", PASSWORD)
    assert office.staff.sign_in("S002", PASSWORD).member.id == "S002"
    office.counter.clock.advance(minutes=16)
    with pytest.raises(CannotSignIn, match="wrong"):
        office.staff.sign_in("S001", "not it")
    assert office.staff.sign_in("S001", PASSWORD).member.id == "S001"
    with pytest.raises(CannotSignIn, match="wrong"):
        office.staff.sign_in("S009", PASSWORD)


def test_that_who_is_taken_off_the_list_is_out_at_once(office: Office) -> None:
    signed = office.staff.sign_in("S001", PASSWORD)
    StaffBook(office.counter.db, office.counter.clock, [])
    assert office.staff.who(signed.token) is None
    with pytest.raises(CannotSignIn, match="wrong"):
        office.staff.sign_in("S001", PASSWORD)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        '[[staff]]\nid="T1"\nname="王敏"\nname_en="Wang"\nrole="teller"\npassword="in the clear"\n',
        f'[[staff]]\nid="T1"\nname="王敏"\nname_en="Wang"\nrole="boss"\npassword="{HASHED}"\n',
        f'[[staff]]\nid="T1"\nname="王敏"\nname_en="Wang"\nrole="teller"\npassword="{HASHED}"\n' * 2,
    ],
)
def test_that_a_bad_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "staff.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRoster):
        read_roster(path)


def test_that_a_good_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "staff.toml"
    path.write_text(
        f'[[staff]]\nid="T1"\nname="王敏"\nname_en="Wang Min"\nrole="supervisor"\npassword="{HASHED}"\n',
        encoding="utf-8",
    )
    assert [one.id for one in read_roster(path)] == ["T1"]
