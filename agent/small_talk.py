"""Small talk and misses: short, kind, and back to the matter."""

from __future__ import annotations

from agent import phrases
from agent.policy import Policy
from agent.state import Asked, Conversation, Work
from tools.wording import Rendered


def chat(state: Conversation, work: Work, topic: str) -> None:
    """A greeting, thanks, distress …; in the middle of a service the pending question follows by itself."""
    if topic == "distress":
        state["asked"] = Asked(kind="person")
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


def repeat(state: Conversation, work: Work) -> None:
    """The last reply once more."""
    said = state.get("last_reply", [])
    work.pieces += [Rendered(text=piece["text"], speech=piece["speech"]) for piece in said]
    if not said:
        work.say(phrases.CHITCHAT["other"])
