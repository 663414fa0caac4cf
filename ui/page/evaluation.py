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
_STATES = {
    "idle": "还没有运行 · Nothing was run yet",
    "running": "正在运行 · Running",
    "ended": "已完成 · Done",
    "stopped": "已停止，测到的都保留 · Stopped; what was measured is kept",
    "failed": "没能运行 · It could not be run",
}
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
    """The tab's widgets; must be called inside ``tab``. The suites are asked for when somebody comes to look."""
    gr.Markdown(_NOTE, elem_id="sky-eval-note")
    suite = gr.Dropdown(choices=[], label="评测集 · Suite", filterable=False, elem_id="sky-eval-suite")
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
        resume = gr.Button("继续 · Resume", elem_id="sky-eval-resume", min_width=90)
        stop = gr.Button("停止 · Stop", elem_id="sky-eval-stop", min_width=90)
    shown = gr.HTML(_shown(Progress(), runs.folder), elem_id="sky-eval-shown", apply_default_css=False)
    clock = gr.Timer(TICK_S, active=False)
    wanted: list[Any] = [suite, trials, most, url]

    def look() -> tuple[str, Any]:
        progress = runs.progress()
        return _shown(progress, runs.folder), gr.Timer(active=progress.state == "running")

    def begin(again: bool, *values: Any) -> tuple[str, Any]:
        name, times, cases, address = values
        try:
            runs.start(Wanted(name or "", int(times or 0), int(cases or 0), (address or "").strip()), resume=again)
        except RunRefused as refused:
            return _refused(refused), gr.Timer(active=runs.progress().state == "running")
        return look()

    def end() -> tuple[str, Any]:
        runs.stop()
        return _shown(runs.progress(), runs.folder), gr.Timer(active=True)

    def arrive(chosen: str | None) -> tuple[Any, str, Any]:
        names = runs.suites()
        first = names[0] if names else None
        return gr.Dropdown(choices=list(names), value=chosen if chosen in names else first), *look()

    outputs = [shown, clock]
    start.click(lambda *values: begin(False, *values), wanted, outputs, show_progress="hidden")
    resume.click(lambda *values: begin(True, *values), wanted, outputs, show_progress="hidden")
    stop.click(end, None, outputs, show_progress="hidden")
    clock.tick(look, None, outputs, show_progress="hidden")
    tab.select(arrive, suite, [suite, *outputs], show_progress="minimal")


def _refused(refused: RunRefused) -> str:
    return f'<p class="sky-eval-bad" role="alert">{escape(refused.why.zh)} {escape(refused.why.en)}</p>'


def _shown(progress: Progress, folder: Path) -> str:
    """State, bar, last lines; the figures and the way to the report once there is one."""
    parts = [f'<p role="status"><b>{_STATES[progress.state]}</b>']
    if progress.wanted is not None:
        parts.append(f" {escape(progress.wanted.suite)} {progress.done}/{progress.total}")
        parts.append(f", 未通过 · failed {progress.failed}" if progress.failed else "")
    parts.append("</p>")
    if progress.total:
        parts.append(
            f'<progress max="{progress.total}" value="{progress.done}" aria-label="进度 · progress"></progress>'
        )
    if progress.report:
        parts += [_figures(folder / f"{progress.report}.json"), _links(progress.report)]
    if progress.lines and progress.state in ("running", "failed", "stopped"):
        parts.append(f"<pre>{escape(chr(10).join(progress.lines[-6:]))}</pre>")
    return "".join(parts)


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


def _links(report: str) -> str:
    stem = escape(report)
    return (
        f'<p><a href="{ROUTE}/{stem}.html" target="_blank" rel="noopener">打开报告 · Open the report</a> '
        f'<a href="{ROUTE}/{stem}.json" download>JSON</a> <a href="{ROUTE}/{stem}.xml" download>JUnit XML</a></p>'
    )
