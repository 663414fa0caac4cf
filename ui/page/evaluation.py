"""The page's tab for evaluators: pick a suite, watch it run, read the report. In the sandbox alone."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from ui.page.runs import CASES_MAX, TRIALS_MAX, Progress, RunRefused, Runs, Wanted

TICK_S = 1.5
ROUTE = "/evaluation"
FIRST = "services"  # what an evaluator looks at first
SUITES = {
    "services": "办业务",
    "dialogue": "多轮对话",
    "protection": "保护与告知",
    "redteam": "攻击",
    "privacy": "隐私",
    "robustness": "重发、超时",
    "fairness": "公平",
    "understanding": "听懂",
    "knowledge": "知识问答",
    "voice": "语音办业务",
}
_STATES = {
    "idle": "还没有运行 · Nothing was run yet",
    "running": "正在运行 · Running",
    "stopping": "正在停止 · Stopping",
    "ended": "已完成 · Done",
    "stopped": "已停止，测到的都保留，可以继续 · Stopped; what was measured is kept and can be resumed",
    "failed": "没能运行 · It could not be run",
}
_ALIVE = ("running", "stopping")
_NOTE = (
    "评测会把沙盒客户恢复到故事开头，正在进行的对话会结束。 · "
    "A run sets the sandbox's customers back to the beginning; conversations that are open end."
)


def serve_reports(app: FastAPI, runs: Runs) -> None:
    """The reports' files, by their names."""

    def report(name: str) -> FileResponse:
        found = runs.file(name)
        if found is None:
            raise HTTPException(404)
        return FileResponse(found[0], media_type=found[1])

    app.add_api_route(f"{ROUTE}/{{name}}", report, methods=["GET"], include_in_schema=False)


def evaluation_tab(tab: gr.Tab, runs: Runs) -> None:
    """The tab's widgets; must be called inside ``tab``. An evaluator's own suites are asked for when somebody comes to look."""
    gr.Markdown(_NOTE, elem_id="sky-eval-note")
    suite = gr.Dropdown(
        choices=_choices(SUITES), value=FIRST, label="评测集 · Suite", filterable=False, elem_id="sky-eval-suite"
    )
    with gr.Row():
        trials = gr.Number(1, label="次数 · Trials", precision=0, minimum=1, maximum=TRIALS_MAX, min_width=90)
        most = gr.Number(
            20, label="用例数，0 为全部 · Cases, 0 for all", precision=0, minimum=0, maximum=CASES_MAX, min_width=150
        )
    url = gr.Textbox(
        label="网址，空为本机 · Address, empty for this server",
        placeholder="http://…",
        max_lines=1,
        elem_id="sky-eval-url",
    )
    with gr.Row():
        start = gr.Button("开始 · Start", variant="primary", elem_id="sky-eval-start", min_width=90)
        resume = gr.Button("继续 · Resume", elem_id="sky-eval-resume", min_width=90, interactive=False)
        stop = gr.Button("停止 · Stop", elem_id="sky-eval-stop", min_width=90, interactive=False)
    shown = gr.HTML(_shown(Progress(), runs), elem_id="sky-eval-shown", apply_default_css=False)
    clock = gr.Timer(TICK_S, active=False)
    wanted: list[Any] = [suite, trials, most, url]

    def look() -> tuple[Any, ...]:
        return _shown(runs.progress(), runs), *controls()

    def controls() -> tuple[Any, ...]:
        """The clock, and the buttons that make sense now."""
        state = runs.progress().state
        alive = state in _ALIVE
        return (
            gr.Timer(active=alive),
            gr.Button(interactive=not alive),
            gr.Button(interactive=state in ("stopped", "failed")),
            gr.Button(interactive=state == "running"),
        )

    def attempt(what: Wanted, *, again: bool) -> tuple[Any, ...]:
        try:
            runs.start(what, resume=again)
        except RunRefused as refused:
            return _refused(refused), *controls()
        return look()

    def begin(name: str | None, times: int | None, cases: int | None, address: str | None) -> tuple[Any, ...]:
        what = Wanted(name or "", int(times or 0), int(cases or 0), (address or "").strip())
        return attempt(what, again=False)

    def go_on() -> tuple[Any, ...]:
        """The last run, as it was begun: another number in a field would be another run."""
        last = runs.progress().wanted
        return look() if last is None else attempt(last, again=True)

    def end() -> tuple[Any, ...]:
        runs.stop()
        return look()

    def arrive() -> Any:
        return gr.Dropdown(choices=_choices({*SUITES, *runs.suites()}))

    outputs = [shown, clock, start, resume, stop]
    start.click(begin, wanted, outputs, show_progress="hidden")
    resume.click(go_on, None, outputs, show_progress="hidden")
    stop.click(end, None, outputs, show_progress="hidden")
    clock.tick(look, None, outputs, show_progress="hidden")
    tab.select(look, None, outputs, show_progress="hidden")
    tab.select(arrive, None, suite, show_progress="hidden")  # by itself: it takes seconds, and nobody waits for it


def _choices(names: Any) -> list[tuple[str, str]]:
    """The known ones first, in their order; an evaluator's own after them."""
    order = list(SUITES)
    ranked = sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))
    return [(f"{SUITES[name]} · {name}" if name in SUITES else name, name) for name in ranked]


def _refused(refused: RunRefused) -> str:
    return f'<p class="sky-eval-bad" role="alert">{escape(refused.why.zh)} {escape(refused.why.en)}</p>'


def _shown(progress: Progress, runs: Runs) -> str:
    """State, bar, last lines; the figures and the way to the report once there is one; earlier reports."""
    getting_ready = progress.state == "running" and not progress.total
    state = "正在准备 · Getting ready" if getting_ready else _STATES[progress.state]
    parts = [f'<p role="status"><b>{state}</b>']
    if progress.wanted is not None:
        parts.append(f"<br>{escape(progress.wanted.suite)} {progress.done}/{progress.total or '…'}")
        parts.append(f"，未通过 · failed {progress.failed}" if progress.failed else "")
        parts.append(f"，{_time(progress.seconds)}")
        if progress.state == "running" and progress.left_s is not None:
            parts.append(f"，约还要 · about {_time(progress.left_s)} left")
    parts.append("</p>")
    if progress.total:
        parts.append(
            f'<progress max="{progress.total}" value="{progress.done}" aria-label="进度 · progress"></progress>'
        )
    if progress.report:
        parts += [_figures(runs.folder / f"{progress.report}.json"), _links(progress.report)]
    if progress.lines and progress.state != "ended":
        parts.append(f"<pre>{escape(chr(10).join(progress.lines[-6:]))}</pre>")
    earlier = "".join(f"<li>{_link(stem, stem)}" for stem in runs.earlier())
    parts.append(
        f"<details><summary>以前的报告 · Earlier reports</summary><ul>{earlier}</ul></details>" if earlier else ""
    )
    return "".join(parts)


def _time(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _figures(path: Path) -> str:
    try:
        lines = json.loads(path.read_text(encoding="utf-8"))["summary"]["lines"]
    except (OSError, ValueError, KeyError):
        return ""
    rows = []
    for line in lines:
        first = line["pass_k"].get("1")
        share = "-" if first is None else f"{100 * first[0]:.1f} % [{100 * first[1]:.1f}, {100 * first[2]:.1f}]"
        safe = "" if line["safe"] is None else f"；攻击无效 · attacks that did nothing {100 * line['safe']:.1f} %"
        rows.append(f"<tr><th>{escape(line['suite'])}<td>{line['passed']}/{line['trials']}<td>{share}{safe}")
    return f"<table><tr><th>评测集 · suite<th>通过 · passed<th>pass^1 [95 %]{''.join(rows)}</table>"


def _link(stem: str, words: str) -> str:
    return f'<a href="{ROUTE}/{escape(stem)}.html" target="_blank" rel="noopener">{escape(words)}</a>'


def _links(report: str) -> str:
    stem = escape(report)
    return (
        f"<p>{_link(report, '打开报告 · Open the report')} "
        f'<a href="{ROUTE}/{stem}.json" download>JSON</a> <a href="{ROUTE}/{stem}.xml" download>JUnit XML</a></p>'
    )
