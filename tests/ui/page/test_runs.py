"""Evaluation from the page: one run at a time, stopped with what it measured, taken up again, reports by name and no other file."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

from tests.ui.page.customer import Customer
from ui.page import runs as module
from ui.page.runs import Progress, RunRefused, Runs, Wanted

_STANDS_IN = """
import pathlib, signal, sys, time
if sys.argv[1] == "suites":
    print("services", "mine", sep="\\n")
    sys.exit()
signal.signal(signal.SIGINT, signal.default_int_handler)  # as the evaluation does
folder = pathlib.Path(sys.argv[sys.argv.index("--reports") + 1])
waits = sys.argv[sys.argv.index("--suite") + 1] == "services" and "--resume" not in sys.argv
try:
    for n in range(1, 6):
        print(f"[{n:4d}/5] {'FAIL' if n == 2 else 'ok  '} s/c #0", flush=True)
        time.sleep(100 if waits and n == 2 else 0.4)
except KeyboardInterrupt:
    print("stopped", flush=True)
(folder / "s-1.html").write_text("<p>the report</p>")
(folder / "s-1.json").write_text('{"summary": {"lines": [{"suite": "s", "passed": 4, "trials": 5, "pass_k": {"1": [0.8, 0.5, 1]}, "safe": null}]}}')
print("report:", folder / "s-1.json", folder / "s-1.html", flush=True)
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that prints what the evaluation prints stands in for it: it takes seconds and not minutes."""
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "__main__.py").write_text(_STANDS_IN)
    (tmp_path / "eval" / "__init__.py").write_text("")
    monkeypatch.setattr(module, "ROOT", tmp_path)


@pytest.fixture
def runs(stand_in: None, tmp_path: Path) -> Iterator[Runs]:
    made = Runs(tmp_path / "reports", "http://127.0.0.1:1")
    made._suites = ("s",)
    yield made
    made.close()


def until(runs: Runs, holds: Callable[[Progress], bool]) -> Progress:
    deadline = time.monotonic() + 60
    while not holds(runs.progress()):
        assert time.monotonic() < deadline, runs.progress()
        time.sleep(0.05)
    return runs.progress()


def test_that_a_run_is_followed_to_its_report(runs: Runs) -> None:
    assert runs.progress().state == "idle"
    runs.start(Wanted("s"))
    with pytest.raises(RunRefused, match="under way"):
        runs.start(Wanted("s"))
    ended = until(runs, lambda progress: progress.state == "ended")
    assert (ended.done, ended.total, ended.failed, ended.report) == (5, 5, 1, "s-1")
    assert ended.seconds > 1
    assert runs.earlier() == []
    found = runs.file("s-1.html")
    assert found is not None
    assert (found[0].read_text(), found[1]) == ("<p>the report</p>", "text/html")
    assert runs.file("../eval/__main__.py") is None
    assert runs.file("s-1.jsonl") is None


def test_that_a_run_is_stopped_and_taken_up(runs: Runs) -> None:
    runs.start(Wanted("s"))
    until(runs, lambda progress: progress.done >= 1)
    runs.stop()
    assert runs.progress().state == "stopping"
    stopped = until(runs, lambda progress: progress.state == "stopped" and bool(progress.report))
    assert stopped.done < 5
    runs.start(Wanted("s"), resume=True)
    assert until(runs, lambda progress: progress.state == "ended").done == 5


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(""),
        Wanted("--url"),
        Wanted("s", trials=0),
        Wanted("s", most=-1),
        Wanted("s", url="file:///etc"),
        Wanted("s", url="--x"),
    ],
)
def test_that_what_makes_no_sense_is_refused(runs: Runs, wanted: Wanted) -> None:
    with pytest.raises(RunRefused) as refused:
        runs.start(wanted)
    assert refused.value.why.zh
    assert refused.value.why.en
    assert runs.progress().state == "idle"


def test_that_the_real_program_says_why_it_could_not_run(tmp_path: Path) -> None:
    real = Runs(tmp_path, "http://127.0.0.1:9")
    assert {"services", "redteam", "knowledge"} <= set(real.suites())
    real.start(Wanted("fairness", most=1))
    failed = until(real, lambda progress: progress.state == "failed")
    assert any("unreachable" in line for line in failed.lines)
    real.start(Wanted("fairnes"))
    failed = until(real, lambda progress: progress.state == "failed")
    assert any("did you mean fairness" in line for line in failed.lines)


@pytest.mark.browser
def test_that_the_tab_is_there_and_tells_what_is_wrong(visit: Callable[..., Customer]) -> None:
    page = visit().page
    page.get_by_role("tab", name="Evaluation").click()
    suite = page.get_by_label("评测集 · Suite")
    expect(suite).not_to_have_value("", timeout=60_000)
    page.get_by_label("网址，空为本机 · Address, empty for this server").fill("ftp://x")
    start, told = page.get_by_role("button", name="开始 · Start"), page.get_by_role("alert")
    for _ in range(
        4
    ):  # on a busy machine Gradio may be drawing anew just then, and the press is lost: one presses again
        start.click()
        with contextlib.suppress(TooLate):
            told.wait_for(timeout=15_000)
            break
    expect(told).to_contain_text("http://", timeout=60_000)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "english"), [(1280, False), (390, True)])
def test_that_a_run_is_watched_stopped_taken_up_and_read(
    visit: Callable[..., Customer], script: object, stand_in: None, width: int, english: bool
) -> None:
    page = visit(width, 800, english=english and width > 900).page
    if width < 900:
        page.locator("skyteller-brand .panel-button").click()
    page.get_by_role("tab", name="Evaluation").click()
    expect(page.get_by_label("评测集 · Suite")).to_have_value(re.compile("services$"))
    start, resume, stop = (page.get_by_role("button", name=name) for name in ("Start", "Resume", "Stop"))
    start.click()
    shown = page.locator("#sky-eval-shown")
    expect(shown.get_by_role("status")).to_contain_text("正在运行 · Running", timeout=60_000)
    expect(shown.get_by_role("status")).to_contain_text("services 2/5，未通过 · failed 1", timeout=60_000)
    expect(shown.locator("progress")).to_have_js_property("value", 2)
    expect(start).to_be_disabled()
    expect(resume).to_be_disabled()
    stop.click()
    expect(shown.get_by_role("status")).to_contain_text("已停止", timeout=60_000)
    expect(stop).to_be_disabled()
    with page.context.expect_page() as opened:
        shown.get_by_role("link", name="Open the report").click()
    expect(opened.value.get_by_text("the report")).to_be_visible()
    resume.click()
    expect(shown.get_by_role("status")).to_contain_text("已完成 · Done", timeout=60_000)
    expect(shown.get_by_role("status")).to_contain_text("services 5/5")
    expect(shown.get_by_role("row", name="4/5")).to_contain_text("80.0 % [50.0, 100.0]")
    expect(start).to_be_enabled()
    side = page.locator("gradio-app")
    assert side.evaluate("one => one.scrollWidth <= one.clientWidth"), "nothing is cut off at the right"
