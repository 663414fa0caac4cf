"""The page at ``/``: Gradio's widgets around the teller's own web component.

The component (``static/``, plain ES modules) speaks the HTTP contract itself, so that a turn never goes through
Gradio; Gradio holds what surrounds it: who the customer is, language, elder mode, the sandbox phone, the trace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import gradio as gr
from fastapi import FastAPI

from agent.settings import Settings
from ui.assets import mount_assets
from ui.page.early import EarlyPage
from ui.page.evaluation import evaluation_tab, serve_reports
from ui.page.people import PEOPLE, Person
from ui.page.runs import Runs
from ui.page.theme import Hailan

TITLE = "云柜员 Skyteller · 海岚银行"

_VISITOR = "visitor"


def build_page(settings: Settings, runs: Runs | None) -> gr.Blocks:
    """The Gradio page; in production without customer picker, device choice, sandbox phone and evaluation."""
    page: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, fill_height=True) as page:
        if runs is None:
            widgets = _side(settings.sandbox)
        else:
            with gr.Tabs(elem_id="sky-tabs"):
                with gr.Tab("柜台 · Counter"):
                    widgets = _side(settings.sandbox)
                with gr.Tab("评测 · Evaluation") as tab:
                    evaluation_tab(tab, runs)
        for widget in widgets:
            # input, not change: what the page sets by itself (after a refresh) must not start a conversation anew
            widget.input(
                fn=None,
                inputs=widgets,
                outputs=widgets,
                show_progress="hidden",
                js=f"(...all) => window.skyteller ? window.skyteller.chosen('{widget.elem_id}', all) : all",
            )
        page.load(
            fn=None,
            inputs=widgets,
            outputs=widgets,
            show_progress="hidden",
            js="(...all) => window.skyteller ? window.skyteller.ready(all) : all",
        )
    return page


def _side(sandbox: bool) -> list[gr.Dropdown | gr.Radio | gr.Checkbox]:
    """The widgets; each change goes to the component in the browser (``window.skyteller``), none to this process."""
    with gr.Group(elem_id="sky-settings"):
        customer = gr.Dropdown(
            choices=[(_name(person), person.id) for person in PEOPLE] + [("访客 · Visitor", _VISITOR)],
            value=PEOPLE[0].id if sandbox else _VISITOR,
            label="客户 · Customer",
            filterable=False,
            elem_id="sky-customer",
            visible=sandbox,
        )
        language = gr.Radio(
            choices=[("中文", "zh-CN"), ("English", "en")],
            value="zh-CN",
            label="语言 · Language",
            elem_id="sky-language",
        )
        device = gr.Radio(
            choices=[("常用 Known", "known"), ("新设备 New", "new")],
            value="known",
            label="设备 · Device",
            elem_id="sky-device",
            visible=sandbox,
        )
        elder = gr.Checkbox(
            value=False,
            label="长辈模式 · Larger and slower",
            elem_id="sky-elder",
        )
    if sandbox:
        gr.HTML(value="<skyteller-phone></skyteller-phone>", js_on_load=None, apply_default_css=False)
    with gr.Accordion("决策过程 · Decision trace", open=False, elem_id="sky-trace"):
        gr.HTML(value="<skyteller-trace></skyteller-trace>", js_on_load=None, apply_default_css=False)
    return [customer, language, device, elder]


def _name(person: Person) -> str:
    return f"{person.id} {person.name} · {person.story}"


def mount_page(app: FastAPI, settings: Settings) -> None:
    """Serve the page at ``/`` and its assets. Call it after the API's routes are in ``app``: the page takes every path
    that is left."""
    assets = mount_assets(app)
    runs = None
    if settings.sandbox:
        runs = Runs(settings.data / "evaluation", f"http://127.0.0.1:{settings.port}")
        serve_reports(app, runs)
    _in_a_loop(
        lambda: gr.mount_gradio_app(
            app,
            build_page(settings, runs),
            path="/",
            theme=Hailan(),
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            show_error=False,
            mcp_server=False,
            pwa=False,
        )
    )
    app.add_middleware(EarlyPage, assets=assets, title=TITLE, sandbox=settings.sandbox)


def _in_a_loop(build: Callable[[], object]) -> None:
    """Gradio makes asyncio locks while it builds, and where no loop runs, one loop for each that it never closes."""

    async def inside() -> None:
        build()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(inside())
    else:
        build()
