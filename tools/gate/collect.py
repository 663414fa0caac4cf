"""Collect: fill and check the parameters, asking for one missing thing at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.errors import AskAgain, Refused
from tools.gate.kinds import normalise
from tools.gate.run import Run
from tools.gate.service import Option
from tools.gate.state import digest_of
from tools.gate.views import CollectView
from tools.wording import Line, Text

NOT_AMONG = Text("“{value}”不在可选的里面", "“{value}” is not among the choices")


def fill(run: Run, slots: Mapping[str, str]) -> None:
    """Take values over; the first that cannot be used is kept out and told."""
    spec = run.service.spec()
    for name, raw in slots.items():
        if name not in spec:
            continue
        try:
            value = normalise(name, spec[name].kind, raw, most=spec[name].most, cut=spec[name].cut)
            run.service.accept(name, value, run.context())
            options = run.service.options(name, run.state.slots, run.context())
            free = options is None or spec[name].kind == "text"  # options of a text are suggestions
            run.state.slots[name] = value if free else _among(name, value, options or ())
        except AskAgain as error:
            run.state.slots.pop(name, None)
            run.problem = run.problem or error.said
        except Refused:  # there is nothing to choose from: collect comes to the same end and tells it
            run.state.slots.pop(name, None)


def collect(run: Run) -> CollectView | None:
    """Pass when every parameter is there and can be used.

    Raises:
        Refused: the service cannot be done for this customer.
    """
    for _ in range(10):  # a value may bring another question with it; bounded by the number of parameters
        try:
            view = _next_missing(run)
            if view is not None:
                return view
            run.service.check(run.params(), run.context())
            break
        except AskAgain as error:
            run.state.slots.pop(error.param, None)
            run.problem = error.said
    digest = digest_of(run.service.id, run.row_params())
    if digest != run.state.digest:
        run.state.parameters_changed(digest)
    run.log("collect", "complete")
    return None


def _next_missing(run: Run) -> CollectView | None:
    ctx = run.context()
    for name in run.service.required(run.state.slots, ctx):
        if name in run.state.slots:
            continue
        options = run.service.options(name, run.state.slots, ctx)
        if options is not None and len(options) == 1 and run.problem is None and run.state.asked != name:
            run.state.slots[name] = options[0].value
            return _next_missing(run)  # it may bring another question with it
        run.state.asked = name  # what was asked for once is not chosen for the customer afterwards
        question = run.service.question(name, run.state.slots, ctx)
        return CollectView(run.row.id, run.service, run.problem, name, question, options)
    return None


def _among(name: str, value: str, options: Sequence[Option]) -> str:
    for option in options:
        if value == option.value or value in option.say:
            return option.value
    raise AskAgain(name, "not_among_choices", Line(NOT_AMONG, {"value": value[:30]}))
