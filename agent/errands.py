"""Errands: what clears the way for a service that was refused, offered, done one after the other, and then gone back.

A refusal names them (:class:`tools.errors.Settle`). The customer is asked once for all of them; each is a service of its
own with its own read-back. When one does not come to its end, the way back is given up and said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent import phrases
from agent.state import Asked, Conversation, Wish, Work
from tools.catalogue import catalogue
from tools.errors import Settle
from tools.gate.kept import KeptLine, keep_errand
from tools.gate.views import EndedView
from tools.services import built_services
from tools.wording import Line, Rendered


def offer(state: Conversation, view: EndedView, wish: Wish | None) -> Asked | None:
    """The question that a refusal leads to, or None where nothing is offered (any more)."""
    if view.status != "failed":
        return None
    if view.instead is not None and view.instead.service in built_services():
        return Asked(kind="settle", wishes=[_errand(view.instead)], service=view.service.id)
    tried = state.get("tried", [])
    errands = [_errand(one) for one in view.settle if one.service in built_services()]
    if not errands or len(errands) < len(view.settle) or any(key(one) in tried for one in errands):
        return None  # where one errand cannot be done here, the rest would lead nowhere
    back = Wish(
        service=view.service.id,
        slots=dict(wish["slots"]) if wish is not None else dict(view.given),
        said=wish["said"] if wish is not None else "",
        tried=[*tried, *(key(one) for one in errands)],
    )
    return Asked(kind="settle", wishes=[*errands, back], service=view.service.id)


def ask(work: Work, asked: Asked) -> None:
    """Put the offer in words."""
    wishes = asked["wishes"]
    first = KeptLine.model_validate(wishes[0]["errand"]).line()
    if len(wishes) == 1:
        work.pieces.append(work.rendered(phrases.OFFER_INSTEAD, errand=first))
    elif len(wishes) == 2:
        work.pieces.append(work.rendered(phrases.OFFER_ERRAND, errand=first))
    else:
        work.say(phrases.OFFER_ERRANDS, service=catalogue()[asked["service"]].name)


def note(state: Conversation, work: Work, view: EndedView) -> None:
    """An errand has ended: when it did not clear its part of the way, the rest of them is given up."""
    state["errand"] = None
    if view.status == "done":
        return
    queue = state.get("queue", [])
    back = next((wish for wish in queue if "tried" in wish), None)
    if back is None:
        return
    state["queue"] = [wish for wish in queue if "tried" not in wish and "errand" not in wish]
    waits = view.status in ("delayed", "in_review")
    work.say(phrases.BACK_LATER if waits else phrases.BACK_GIVEN_UP, service=catalogue()[back["service"]].name)


def announced(wish: Wish, work: Work) -> Sequence[Rendered]:
    """What comes next, in a few words."""
    if "errand" in wish:
        return [work.rendered(phrases.ERRAND_UP, errand=KeptLine.model_validate(wish["errand"]).line())]
    name = Line(catalogue()[wish["service"]].name)
    return [work.rendered(phrases.BACK_TO if "tried" in wish else phrases.NEXT_UP, service=name)]


def key(wish: Wish) -> str:
    """The same errand has the same key, whenever it is offered."""
    return ":".join([wish["service"], *_values(wish["slots"])])


def _values(slots: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(slots.items())]


def _errand(one: Settle) -> Wish:
    return Wish(
        service=one.service,
        slots=dict(one.slots),
        said="",
        errand=keep_errand(one).label.model_dump(mode="json"),
    )
