"""Small talk and misses: short, kind, and back to the matter."""

from __future__ import annotations

from collections.abc import Sequence

from agent import phrases
from agent.hear import clarification, wish_options
from agent.policy import Policy
from agent.say import stage_of
from agent.state import Asked, Conversation, Work
from agent.turn import ChoicesCard, Option
from tools.wording import Items, Rendered


def chat(state: Conversation, work: Work, topic: str) -> None:
    """A greeting, thanks, distress …; in the middle of a service the pending question follows by itself."""
    if topic == "distress":
        state["asked"] = Asked(kind="person")
        _instead(state, work)
    elif work.view is not None and topic in ("other", "greeting", "thanks"):
        return
    work.say(phrases.CHITCHAT.get(topic, phrases.CHITCHAT["other"]))


def miss(state: Conversation, work: Work, policy: Policy) -> None:
    """Out of scope, or not understood; after a few a person is offered."""
    state["misses"] = state.get("misses", 0) + 1
    if state["misses"] > policy.misses_max:
        state["misses"] = 0
        work.say(phrases.NOT_UNDERSTOOD_PERSON)
        if work.view is None:
            state["asked"] = Asked(kind="person")
            work.say(phrases.OFFER_PERSON)
        return
    work.say(phrases.OUT_OF_SCOPE)


def clarify(state: Conversation, work: Work, options: Sequence[str], policy: Policy) -> None:
    """Which of at most three was meant; after a few such questions it counts as not understood."""
    state["misses"] = state.get("misses", 0) + 1
    if state["misses"] > policy.clarify_max:
        miss(state, work, policy)
        return
    asked = clarification(options, work)
    choices = wish_options(asked, work.locale)
    work.say(phrases.CLARIFY)
    work.say(phrases.CHOOSE_FROM, options=Items([choice.label for choice in choices]))
    work.cards.append(
        ChoicesCard(question=work.words(phrases.CLARIFY), options=[Option(id=c.id, label=c.label) for c in choices])
    )
    state["asked"] = asked
    work.asked_now = True
    _instead(state, work)


def ask_own(state: Conversation, work: Work, asked: Asked) -> None:
    """A rating after a service, or whether a person is wanted."""
    if asked["kind"] == "rating":
        work.say(phrases.RATE)
        work.stage, work.service = "follow_up", asked["service"]
    elif asked["kind"] == "person" and work.actions:
        work.say(phrases.OFFER_PERSON)
        work.stage, work.service = "follow_up", state.get("last_service")


def _instead(state: Conversation, work: Work) -> None:
    """小岚 asks a question of her own in the middle of a service: the next yes is to that, not to the read-back."""
    if work.view is not None:
        state["presented"] = None
        work.stage, work.service, work.asked_now = stage_of(work.view), work.view.service.id, True


def repeat(state: Conversation, work: Work) -> None:
    """The last reply once more."""
    said = state.get("last_reply", [])
    work.pieces += [Rendered(text=piece["text"], speech=piece["speech"]) for piece in said]
    if not said:
        work.say(phrases.CHITCHAT["other"])
