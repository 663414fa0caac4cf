"""The desk's tools for the risk file: check a version, explain a decision, try a new version on what was decided before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.gate.bench import Counter, Visit
from tools.gate.risk import RULES_FILE, RuleEngine
from tools.gate.risk.__main__ import main
from tools.gate.risk.trial import dry_run, recorded

FILE = RULES_FILE.read_text(encoding="utf-8")
VERSION = RuleEngine.from_file().version


@pytest.fixture
def url(counter: Counter, tmp_path: Path) -> str:
    """A day's actions: a usual payment, one to a stranger, one that was stopped, and a balance."""
    visit = counter.sign_in()
    visit.open("account.balance")
    pay(visit, "王芳", "500")
    pay(visit, "张伟", "100")
    visit.open("transfer.create", payee="张伟", amount="200", purpose="told_to")
    visit.give_code()
    return f"sqlite:///{tmp_path / 'bank.db'}"


def pay(visit: Visit, payee: str, amount: str) -> None:
    visit.open("transfer.create", payee=payee, amount=amount, purpose="family")
    visit.confirm()


def another(tmp_path: Path, *changes: tuple[str, str], version: str = "2030-1") -> Path:
    text = FILE.replace(f'version = "{VERSION}"', f'version = "{version}"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "new.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_that_the_version_in_force_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out.startswith(f"{VERSION}: ")


@pytest.mark.parametrize(
    ("changes", "version", "why"),
    [
        ([("{ quiz_failed =", "{ quizfailed =")], "2030-1", "failed_quiz: nobody provides the fact quizfailed"),
        ([('service = { is = "limit.raise" }', 'service = { is = "limit.rise" }')], "2030-1", "no service limit.rise"),
        ([("points = 30", "points = 31")], VERSION, "in force with other content"),
    ],
)
def test_that_what_cannot_be_put_in_force_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: list[tuple[str, str]], version: str, why: str
) -> None:
    file = another(tmp_path, *changes, version=version)
    assert main(["check", str(file)]) == 1
    assert why in capsys.readouterr().out
    assert main(["dry-run", str(file), "--database", f"sqlite:///{tmp_path / 'none.db'}"]) == 1
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("content", ["version = ", "version = 1", FILE.replace("[cannot_wait]", "[can_not_wait]")])
def test_that_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    path = tmp_path / "new.toml"
    path.write_text(content, encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().err
    assert main(["check", str(tmp_path / "nowhere.toml")]) == 1


def test_that_the_same_rules_decide_the_same(counter: Counter, url: str) -> None:
    with counter.db.reading() as db:
        trial = dry_run(RuleEngine.from_file(), recorded(db))
    assert (trial.looked_at, list(trial.changes), dict(trial.lacking)) == (3, [], {})
    assert dict(trial.outcomes) == {("allow", "allow"): 1, ("delay", "delay"): 1, ("block", "block"): 1}


def test_that_a_dry_run_tells_whom_a_version_would_meet_and_writes_nothing(
    counter: Counter, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    milder = another(
        tmp_path, ("when = { first_payee = { is = true } }\nzh = \"第一次", "when = { first_payee = { is = true }, amount = { at_least = 5000 } }\nzh = \"第一次"),
        ('when = { purpose = { is = "told_to" } }', 'when = { purpose = { is = "told_to" }, elder = { is = true } }'),
    )  # fmt: skip
    before = counter.sql("SELECT * FROM actions"), counter.sql("SELECT * FROM audit_events")
    assert main(["dry-run", str(milder), "--database", url]) == 0
    out = capsys.readouterr().out
    assert "2030-1: 3 recorded actions, 2 would be decided otherwise" in out
    assert "delay -> allow: 1" in out
    assert "block -> allow: 1" in out
    assert "was delay 24 h" in out
    assert before == (counter.sql("SELECT * FROM actions"), counter.sql("SELECT * FROM audit_events"))


def test_that_only_what_is_new_enough_is_looked_at(
    counter: Counter, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(another(tmp_path))
    assert main(["dry-run", file, "--database", url, "--since", "2026-03-10T10:00:00"]) == 0
    assert "3 recorded actions" in capsys.readouterr().out
    assert main(["dry-run", file, "--database", url, "--since", "2026-03-10T10:00:01"]) == 0
    assert "0 recorded actions" in capsys.readouterr().out


def test_that_a_fact_that_was_not_known_then_is_told(
    counter: Counter, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.sql("UPDATE actions SET state = json_remove(state, '$.risk.facts.night') WHERE service = 'transfer.create'")
    assert main(["dry-run", str(another(tmp_path)), "--database", url]) == 0
    assert "night: not known to 3 of the records" in capsys.readouterr().out


@pytest.mark.parametrize(("locale", "why"), [("en", "somebody told me to”"), ("zh-CN", "有人让我转的")])
def test_that_a_decision_is_explained(
    counter: Counter, url: str, capsys: pytest.CaptureFixture[str], locale: str, why: str
) -> None:
    action = counter.sql("SELECT id FROM actions ORDER BY rowid DESC")[0].id
    assert main(["explain", action, "--database", url, "--locale", locale]) == 0
    out = capsys.readouterr().out
    assert f"{action} transfer.create, version {VERSION}, 2026-03-10 10:00" in out
    assert "block" in out
    assert why in out
    assert "(told_to_pay)" in out
    assert "score: +15 " in out
    assert "amount=200.00" in out
    assert "张伟" not in out


def test_that_there_is_nothing_to_explain_about_a_read(
    counter: Counter, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    action = counter.sql("SELECT id FROM actions ORDER BY rowid")[0].id
    assert main(["explain", action, "--database", url]) == 1
    assert main(["explain", "act_none", "--database", url]) == 1
    assert "no risk decision" in capsys.readouterr().err


def test_that_a_database_that_is_none_is_told_and_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, nowhere = tmp_path / "empty.db", tmp_path / "nowhere.db"
    empty.write_bytes(b"")
    for url, why in (
        (f"sqlite:///{nowhere}", "no database at"),
        (f"sqlite:///{empty}", "no database of the bank: no such table"),
        ("nonsense", "parse"),
    ):
        assert main(["explain", "act_x", "--database", url]) == 1
        err = capsys.readouterr().err
        assert why in err
        assert "SELECT" not in err
    assert not nowhere.exists()
