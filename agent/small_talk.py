"""Small talk, and 小岚's own questions: short, kind, and back to the matter."""

from __future__ import annotations

from collections.abc import Sequence

from agent import errands, phrases
from agent.commands import AskKnowledge
from agent.hear import ONE_AND_NONE, YES_OR_NO, clarification, wish_options
from agent.state import Asked, Conversation, Work
from agent.turn import ChoicesCard, OfferCard, Option
from tools.catalogue import catalogue
from tools.wording import Items, Rendered, line


def chat(work: Work, topic: str) -> None:
    """A greeting, thanks …; in the middle of a service the pending question is answer enough."""
    if work.view is not None and topic in ("other", "greeting", "thanks", "bye"):
        return
    work.say(phrases.CHITCHAT.get(topic, phrases.CHITCHAT["other"]))


def ask_which(state: Conversation, work: Work, options: Sequence[str], *, person: bool) -> None:
    """Choices among services; ``person`` is offered among them where it was asked before."""
    state["asked"] = asked = clarification(options, work, person=person)
    choices = wish_options(asked, work.locale)
    if len(options) > 1 or person:
        work.say(phrases.CHOOSE_FROM, options=Items([choice.label for choice in choices]))
    _show(work, asked)
    work.asked_now = True


def ask_person(state: Conversation, work: Work) -> None:
    """Whether a person is wanted; the next yes is to that."""
    state["asked"] = Asked(kind="person")
    work.say(phrases.OFFER_PERSON)
    work.asked_now = True


def ask_own(state: Conversation, work: Work, asked: Asked) -> None:
    """A rating after a service, whether errands are to be done, or whether a person is wanted."""
    if asked["kind"] == "rating":
        work.say(phrases.RATE)
        work.stage, work.service = "follow_up", asked["service"]
    elif asked["kind"] == "settle":
        errands.ask(work, asked)
        work.stage, work.service = "follow_up", asked["service"]
    elif asked["kind"] == "person" and work.actions:
        work.say(phrases.OFFER_PERSON)
        work.stage, work.service = "follow_up", state.get("last_service")


def stays(work: Work, asked: Asked) -> bool:
    """Whether an offer to settle, or to go on, is put again: what came between was a question, which agrees to nothing."""
    answered = bool(work.understood) and all(isinstance(one, AskKnowledge) for one in work.understood)
    if asked is work.asked_before and asked["kind"] in ("settle", "resume") and answered:
        work.keeps = True
        return True
    return False


def show_offer(work: Work, asked: Asked | None) -> None:
    """Buttons for a yes or a no to the question that was said last, where it is 小岚's own."""
    if asked is None or asked["kind"] not in YES_OR_NO or work.view is not None:
        return
    question = work.pieces[-1].text
    work.cards.append(OfferCard(question=question, yes=work.words(phrases.OFFER_YES), no=work.words(phrases.OFFER_NO)))


def _show(work: Work, asked: Asked) -> None:
    choices = wish_options(asked, work.locale)
    entry = catalogue().get(choices[0].id) if len(choices) == ONE_AND_NONE else None
    asks = phrases.CLARIFY if entry is None else line(phrases.CLARIFY_ONE, service=entry.name)
    work.cards.append(ChoicesCard(question=work.words(asks), options=[Option(id=c.id, label=c.label) for c in choices]))


def repeat(state: Conversation, work: Work) -> None:
    """The last reply once more; a question of 小岚's own stays open."""
    asked = state.get("asked")
    work.keeps = work.repeats = True
    if asked is not None and asked["kind"] == "clarify":
        _show(work, asked)
    said = state.get("last_reply", [])
    work.pieces += [Rendered(text=piece["text"], speech=piece["speech"]) for piece in said]
    if not said:
        work.say(phrases.CHITCHAT["other"])
