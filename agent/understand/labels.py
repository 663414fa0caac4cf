"""The labels that examples are written for, and the commands they become."""

from __future__ import annotations

from functools import cache

from agent.commands import (
    AskKnowledge,
    By,
    Cancel,
    Chitchat,
    Command,
    Correct,
    Handoff,
    OutOfScope,
    Repeat,
    StartService,
)
from tools.catalogue import catalogue

HANDOFF = "human.handoff"
KNOWLEDGE = "ask_knowledge"
OUT_OF_SCOPE = "out_of_scope"
TOPICS = ("greeting", "thanks", "bye", "capabilities", "who_are_you", "distress", "abuse", "other")
CHITCHAT = tuple(f"chitchat.{topic}" for topic in TOPICS)
REPLIES = ("confirm", "deny", "cancel", "repeat", "correct")
URGENT_FIRST = ("fraud.report", "card.report_loss", "card.lock", "transfer.cancel")


@cache
def services() -> frozenset[str]:
    """Every service id but the handoff, which is a command of its own."""
    return frozenset(catalogue()) - {HANDOFF}


@cache
def labels() -> tuple[str, ...]:
    """All labels, in a fixed order."""
    return (*catalogue(), KNOWLEDGE, OUT_OF_SCOPE, *CHITCHAT, *REPLIES)


@cache
def actions() -> frozenset[str]:
    """Services that change something: starting one by mistake is the error to avoid."""
    return frozenset(s for s in services() if catalogue()[s].risk_class != "read")


@cache
def reads() -> frozenset[str]:
    """Services that only look."""
    return services() - actions()


def command(label: str, said: str, slots: dict[str, str], *, by: By, confidence: float) -> Command:
    """What ``label`` means where nothing is awaited; a yes or no to nothing is small talk."""
    confidence = min(max(confidence, 0.0), 1.0)
    if label == HANDOFF:
        return Handoff(by=by, confidence=confidence)
    if label == KNOWLEDGE:
        return AskKnowledge(query=said, by=by, confidence=confidence)
    if label == OUT_OF_SCOPE:
        return OutOfScope(by=by, confidence=confidence)
    if label in CHITCHAT:
        return Chitchat(topic=label.partition(".")[2], by=by, confidence=confidence)
    if label == "cancel":
        return Cancel(by=by, confidence=confidence)
    if label == "repeat":
        return Repeat(by=by, confidence=confidence)
    if label == "correct":
        return Correct(slots=slots, by=by, confidence=confidence)
    if label in REPLIES:
        return Chitchat(topic="other", by=by, confidence=confidence)
    return StartService(service=label, slots=slots, by=by, confidence=confidence)
