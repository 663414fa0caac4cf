"""Check digits of citizen numbers and passports."""

from __future__ import annotations

import pytest

from tools.bank.stories import load_stories
from tools.identity.numbers import citizen_born, citizen_gender, citizen_valid, mrz_check

CARDS = [told for told in load_stories().customers if told.document == "id_card"]


def test_that_the_standards_own_example_is_valid() -> None:
    assert citizen_valid("11010519491231002X"), "GB 11643-1999, appendix"


@pytest.mark.parametrize("told", CARDS, ids=lambda told: told.id)
def test_that_every_story_has_a_number_that_fits_the_person_and_no_place(told: object) -> None:
    number = told.papers.number  # type: ignore[attr-defined]
    assert citizen_valid(number)
    assert citizen_born(number) == told.born  # type: ignore[attr-defined]
    assert citizen_gender(number) == told.gender  # type: ignore[attr-defined]
    assert number.startswith("990101"), "no region begins with 99"


def test_that_any_one_wrong_digit_is_found() -> None:
    number = CARDS[0].papers.number
    for i in range(17):
        for digit in "0123456789":
            if digit != number[i]:
                assert not citizen_valid(number[:i] + digit + number[i + 1 :])


@pytest.mark.parametrize(
    "number", ["", "1", "11010519491331002X", "1101051949123100２X", "x" * 18, "11010519491231002x"]
)
def test_that_nonsense_is_no_number(number: str) -> None:
    assert not citizen_valid(number)


@pytest.mark.parametrize(("field", "digit"), [("L898902C3", "6"), ("740812", "2"), ("120415", "9")])
def test_the_check_digits_of_icaos_specimen(field: str, digit: str) -> None:
    assert mrz_check(field) == digit, "ICAO 9303 part 4, appendix"
