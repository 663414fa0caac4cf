"""A run is kept as it goes, goes on where it stopped, ends in reports that say what is missing, and survives bad systems."""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from inspect_ai.log import read_eval_log

from eval import __main__ as program
from eval.compare import compare
from eval.groups import confusions, groups, times
from eval.journal import Journal, OtherRun
from eval.load import load_suites, wordings
from eval.probe import Probe, cited, heard, probes
from eval.report import summarise, table, write
from eval.run import Runner, Trial
from eval.score import Fault
from eval.stats import difference, paired
from eval.system import System
from eval.tasks import run_suite

SETTINGS = {"suite": "s", "trials": 1, "seed": 0}
LINE = {"sent": {"text": "查余额"}, "text": "<好>", "stage": "idle", "service": None, "cards": [], "actions": [],
        "understood": [{"command": "start_service", "service": "card.lock"}], "timings_ms": {"understand": 12.0}}  # fmt: skip


def trial(case: str, passed: bool, number: int = 0, **tags: str) -> Trial:
    faults = [] if passed else [Fault("end_state", "row \x0b missing <&>")]
    return Trial(
        "s", case, number, passed, faults, [], 2, 0.1, [10.0], None if passed else "system", [LINE, LINE], tags=tags,
    )  # fmt: skip


def test_that_what_was_measured_is_kept_and_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    Journal(path, SETTINGS).add(trial("a", False, locale="en"))
    with path.open("a") as file:
        file.write('{"suite": "s", "ca')  # stopped in the middle of a line
    again = Journal(path, SETTINGS)
    assert again.get("s", "a", 0) == trial("a", False, locale="en")
    assert again.get("s", "a", 1) is None
    again.add(trial("b", True))  # what was broken off does not spoil what comes next
    assert Journal(path, SETTINGS).get("s", "b", 0) == trial("b", True)
    with pytest.raises(OtherRun, match="seed 0, now 7"):
        Journal(path, {**SETTINGS, "seed": 7})
    path.write_text('{"sett')
    with pytest.raises(OtherRun, match="not the journal of a run: remove it"):
        Journal(path, SETTINGS)


def test_that_a_suite_that_was_never_begun_is_missing(tmp_path: Path) -> None:
    trials = [trial("a", True)]
    summary = summarise(trials, {"s": 3, "voice": 40}, {}, seed=0, trials_each=1, interrupted=True)
    assert summary.missing == {"s": 2, "voice": 40}
    assert "not measured: voice, 40 trials" in table(summary)
    _, page, tests = (path.read_text(encoding="utf-8") for path in write(tmp_path, "s", 0.0, summary, trials))
    assert "Not measured: s: 2 trials; voice: 40 trials" in page
    read = ET.fromstring(tests)  # noqa: S314 - written a moment ago
    skipped = [case.get("classname") for case in read.iter("testcase") if case.find("skipped") is not None]
    assert skipped == ["s", "voice"]


def test_that_half_a_report_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, trials = Path.write_text, [trial("a", True)]

    def full(path: Path, text: str, **more: Any) -> int:
        if ".xml" in path.name:
            raise OSError(28, "No space left on device")
        return real(path, text, **more)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, "s", 0.0, summarise(trials, {}, {}, seed=0, trials_each=1), trials)
    assert list(tmp_path.iterdir()) == []


def test_that_reports_say_everything(tmp_path: Path) -> None:
    trials = [trial("a", True, persona="plain"), trial("b", False, persona="dialect")]
    summary = summarise(trials, {"s": 3}, {}, seed=0, trials_each=1, interrupted=True)
    paths = write(tmp_path, "s", 0.0, summary, trials)
    content, page, tests = (path.read_text(encoding="utf-8") for path in paths)
    assert [Trial.of_json(stored) for stored in json.loads(content)["trials"]] == trials
    assert "Not measured: s: 1 trials" in page
    assert "interrupted" in page
    assert "&lt;好&gt;" in page
    assert "s by persona" in page
    assert "dialect (1) <tspan font-weight='bold'>0.0 %</tspan>" in page  # beside the name, where a phone shows it
    assert page.count("<table>") == page.count("<div class='wide'><table>")  # no table widens the page
    read = ET.fromstring(tests)  # noqa: S314 - written a moment ago
    assert [case.get("name") for case in read.iter("testcase")] == ["a#0", "b#0", "not measured"]
    assert len(list(read.iter("failure"))) == 1


def test_that_groups_have_gaps_times_and_confusions() -> None:
    mixed = [
        trial("a", True, persona="plain"),
        trial("b", False, persona="dialect"),
        trial("c", True, persona="dialect"),
    ]
    dialect = next(group for group in groups(mixed) if group.value == "dialect")
    assert dialect.pass_k[1][0] == 0.5
    assert dialect.gap is not None
    assert dialect.gap[0] == -0.5
    assert [(each.part, each.p95_ms) for each in times(mixed)] == [("understand", 12.0)]
    misheard = replace(trial("u", False, service="card.unlock"), suite="understanding")
    assert confusions([misheard]) == [("card.unlock", "card.lock", 1)]


def test_differences() -> None:
    first = {"a": [True], "b": [False], "c": [True], "only": [True]}
    second = {"a": [True], "b": [True], "c": [True], "other": [False]}
    mean, low, high = paired(first, second)
    assert mean == pytest.approx(1 / 3)
    assert low < 0.0 < mean < high
    assert paired({}, first) == (0.0, -1.0, 1.0)
    assert difference({"a": [True]}, {"b": [False]})[0] == -1.0


def test_that_few_cases_or_cases_that_all_agree_are_no_certainty() -> None:
    """Agresti and Min by hand: 8 of 9 worse is -8/11 ± 1.96 sqrt((8 + 1 - 11 (8/11)²) / 121)."""
    alike = {f"c{i}": [True] for i in range(400)}
    mean, low, high = paired(alike, alike)
    assert mean == 0.0
    assert (low, high) == (pytest.approx(-1.96 / 402), pytest.approx(1.96 / 402))
    one = {"c0": [True]}
    assert paired(one, {"c0": [False]})[2] > 0.0
    nine = {f"c{i}": [True] for i in range(9)}
    mean, low, high = paired(nine, {case: [i == 0] for i, case in enumerate(nine)})
    assert mean == pytest.approx(-8 / 9)
    assert high == pytest.approx(-8 / 11 + 1.96 * ((9 - 64 / 11) / 121) ** 0.5)
    assert low == -1.0
    gap, low, high = difference(nine, {f"d{i}": [True] for i in range(9)})
    assert gap == 0.0
    assert low == -high
    assert 0.1 < high < 0.4


def test_that_intervals_hold_what_they_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn from a known difference of -3 points with 100 cases, 95 of 100 intervals hold it; that 300 do, within chance."""
    monkeypatch.setattr("eval.stats.RESAMPLES", 400)
    rng = random.Random(4)
    held = 0
    for _ in range(300):
        before, after = {}, {}
        for i in range(100):
            kind = rng.random()
            before[f"c{i}"], after[f"c{i}"] = [kind >= 0.02], [kind < 0.02 or kind >= 0.07]
        mean, low, high = paired(before, after)
        assert low <= mean <= high
        held += low <= -0.03 <= high
    assert held >= 276


def test_that_two_runs_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = []
    for name, passed in (("one", True), ("two", False)):
        trials = [trial(f"c{i}", passed or i == 0) for i in range(9)]
        summary = summarise(trials, {}, {}, seed=0, trials_each=1)
        paths.append(str(write(tmp_path, name, 0.0, summary, trials)[0]))
    assert compare(paths) == 1
    assert "s: 100.0 → 11.1 %, over 9 shared cases -88.9" in capsys.readouterr().out
    assert compare(paths[::-1]) == 0
    assert compare([str(tmp_path / "none.json"), paths[0]]) == 2
    (tmp_path / "bad.json").write_text("[]")
    assert compare([str(tmp_path / "bad.json"), paths[0]]) == 2


def test_that_runs_of_other_cases_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def kept(name: str, trials: list[Trial]) -> str:
        summary = summarise(trials, {}, {}, seed=0, trials_each=1)
        return str(write(tmp_path, name, 0.0, summary, trials)[0])

    other = replace(trial("z", True), suite="t")
    first = kept("first", [trial("a", True), trial("b", True), trial("only", False), other])
    second = kept("second", [trial("a", True), trial("b", False), trial("c", True)])
    assert compare([first, second]) == 0  # one case of two is no proof
    told = capsys.readouterr().out
    assert "only in the first: t" in told
    assert "s: 100.0 → 50.0 %, over 2 shared cases" in told
    assert "worse: 1\n    b -100 (1 of 1 → 0 of 1)" in told
    assert "only in the first: 1, only in the second: 1." in told
    assert compare([first, kept("third", [trial("x", True)])]) == 0
    assert "s: no case is in both" in capsys.readouterr().out


def test_that_inspect_holds_the_run_and_resumes_it(client: httpx.Client, tmp_path: Path) -> None:
    cases = load_suites(only="fairness")["fairness"][:2]
    journal = Journal(tmp_path / "f.jsonl", SETTINGS)
    told: list[Trial] = []

    def run(runner: Runner) -> str:
        return run_suite(
            "fairness", cases, runner=runner, journal=journal, trials=2, logs=tmp_path / "logs", tell=told.append
        )

    assert run(Runner(System(client), 0, wordings())) == "success"
    assert len(journal.trials) == 4
    log = read_eval_log(str(next((tmp_path / "logs").glob("*.eval"))))
    assert log.results is not None
    assert log.eval.config.epochs == 2
    assert {sample.scores["verdict"].value for sample in log.samples or [] if sample.scores} <= {"C", "I", 1, 0}
    assert all(sample.messages[0].role == "assistant" for sample in log.samples or [])
    assert run(Runner(System(httpx.Client(base_url="http://127.0.0.1:9")), 0, wordings())) == "success"
    assert len(told) == 8


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda request: httpx.Response(500, text="oops"), "http_status"),
        (lambda request: httpx.Response(200, json={"session_id": "s", "token": "t", "turn": {"text": "hi"}}), "http_"),
        (lambda request: httpx.Response(201, text="<html>"), "http_"),
    ],
)
def test_that_a_bad_answer_is_the_systems_fault(answer: Callable[[httpx.Request], httpx.Response], said: str) -> None:
    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://bad")
    case = load_suites(only="fairness")["fairness"][0]
    bad = Runner(System(client), 0, wordings()).run("fairness", case, 0)
    assert not bad.passed
    assert bad.cause is not None
    assert bad.cause.startswith(said)
    assert bad.blame == "system"


def test_that_a_system_that_dies_ends_the_run_and_keeps_what_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = 0

    def dies(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked > 4:
            raise httpx.ReadTimeout("forever")
        return httpx.Response(200, json={"version": "x", "models": {}}) if asked == 1 else httpx.Response(500)

    real = httpx.Client
    monkeypatch.setattr(
        program.httpx, "Client", lambda **more: real(transport=httpx.MockTransport(dies), base_url="http://x")
    )
    options = ["--suite", "fairness", "--url", "http://x", "--trials", "1", "--reports", str(tmp_path)]
    assert program.main(options) == 1
    told = capsys.readouterr()
    assert "missing" in told.out
    assert "the run ended: unreachable: GET /healthz: ReadTimeout" in told.err
    assert "--resume" in told.err
    assert len(list(tmp_path.glob("*.html"))) == 1
    assert len(Journal(next(tmp_path.glob("*.jsonl")), {}).trials) == 3


def test_that_a_system_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--suite", "fairness", "--url", "http://127.0.0.1:9", "--reports", str(tmp_path)]
    assert program.main(options) == 2
    assert "unreachable" in capsys.readouterr().err
    assert list(tmp_path.glob("fairness*")) == []


def test_that_a_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert program.main(["--suite", "fairness", "--reports", str(tmp_path / "file" / "x")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert program.main(["--suite", "fairnes", "--reports", str(tmp_path)]) == 2
    assert "did you mean fairness" in capsys.readouterr().err


def test_that_probes_are_scored() -> None:
    lines = probes()
    assert len(lines["understanding"]) > 2000
    assert any(probe.source is None for probe in lines["knowledge"])
    meant = Probe("p", "锁卡", "zh-CN", "a", "plain", means=("card.lock", "card.report_loss"))

    def turn(*commands: dict[str, Any]) -> dict[str, Any]:
        return {"understood": list(commands), "citations": [], "reply": {"text": ""}}

    def start(service: str) -> dict[str, Any]:
        return {"command": "start_service", "service": service}

    assert heard(meant, turn(start("card.report_loss"))) == []
    assert [f.cause for f in heard(meant, turn(start("card.unlock")))] == ["wrong_action"]
    assert [f.cause for f in heard(meant, turn(start("account.balance")))] == ["misheard"]
    assert [f.cause for f in heard(meant, turn({"command": "clarify", "options": []}))] == ["asked_back"]
    asked = Probe("q", "收费吗", "zh-CN", "a", "plain", source="card.fee")
    named = {"citations": [{"id": "card.fee@2"}, {"id": "other@1"}], "reply": {"text": "好"}}
    assert cited(asked, named) == []
    assert [f.cause for f in cited(replace(asked, source="other"), named)] == ["not_first"]
    assert [f.cause for f in cited(replace(asked, source=None), named)] == ["answered_anyway"]
    assert [f.cause for f in cited(asked, {"citations": []})] == ["not_answered"]
