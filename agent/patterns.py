"""Plays the patterns of the dialogue policy: what is said and done where a conversation leaves the straight way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent import small_talk
from agent.commands import AskKnowledge
from agent.counter import Counter
from agent.desk import Desk
from agent.policy import Act, Pattern, Policy, When, phrase
from agent.say import stage_of
from agent.state import Asked, Conversation, Wish, Work
from tools.catalogue import catalogue
from tools.errors import must
from tools.gate import aftercare, events
from tools.wording import Value

Answer = Callable[[Conversation, Work, AskKnowledge], None]


class Patterns:
    """One pattern at a time; ``answer`` is how approved knowledge is told."""

    def __init__(self, policy: Policy, counter: Counter, desk: Desk, answer: Answer) -> None:
        self._policy, self._counter, self._desk, self._answer = policy, counter, desk, answer

    def play(
        self,
        name: Pattern,
        state: Conversation,
        work: Work,
        *,
        holds: Sequence[When] = (),
        wish: Wish | None = None,
        options: Sequence[str] = (),
        **values: Value,
    ) -> None:
        """The steps of a pattern that apply now. ``holds`` is what holds besides being in a service or not."""
        now: set[When] = {"in_service" if work.view is not None else "idle", *holds}
        for step in self._policy.patterns[name]:
            if step.when is not None and step.when not in now:
                continue
            if step.say is not None:
                said = phrase(step.say)
                must(said is not None, "phrases are checked when the policy is read")
                if said is not None:
                    work.say(said, **values)
            if step.do is not None:
                self._do(step.do, state, work, wish, options, often="often" in now)

    def miss(self, state: Conversation, work: Work) -> None:
        """Out of scope, or not understood; after a few a person is offered."""
        self.play("missed", state, work, holds=["often" if self._too_often(state) else "seldom"])

    def _too_often(self, state: Conversation) -> bool:
        """Count a miss; True when it is time to offer a person."""
        state["misses"] = state.get("misses", 0) + 1
        if state["misses"] < self._policy.limits.misses_max:
            return False
        state["misses"] = 0
        return True

    def clarify(self, state: Conversation, work: Work, options: Sequence[str]) -> None:
        """Which of at most three was meant; twice in a row, and a person is among the choices."""
        state["clarified"] = state.get("clarified", 0) + 1
        state["misses"] = state.get("misses", 0) + 1
        if state["misses"] > self._policy.limits.misses_max:
            self.miss(state, work)
            return
        often = state["clarified"] >= self._policy.limits.clarify_max
        entry = catalogue().get(options[0]) if len(options) == 1 else None
        if entry is not None and not often:
            self.play("clarify_one", state, work, options=options, service=entry.name)
            return
        self.play("clarify", state, work, holds=["often" if often else "seldom"], options=options)

    def chat(self, state: Conversation, work: Work, topic: str) -> None:
        """A greeting, thanks, distress …; in the middle of a service the pending question follows by itself."""
        danger = self._policy.in_danger(work.request.text or "")
        match topic:
            case "distress":
                self.play(danger or "distress", state, work)
            case "abuse":
                self.play("abuse", state, work)
            case "shortcut":
                self.play("shortcut", state, work)
            case "other" if work.view is None and self._too_often(state):
                self.play("missed", state, work, holds=["often"])
            case _:
                small_talk.chat(work, topic)

    def _do(
        self, act: Act, state: Conversation, work: Work, wish: Wish | None, options: Sequence[str], *, often: bool
    ) -> None:
        match act:
            case "drop":
                self._counter.drop(state, work)
            case "stop":
                self._counter.put(state, work, events.Abort("by_customer"))
            case "wait":
                _instead(work)
            case "put_again":
                pass  # *say* puts whatever is open last
            case "read_back_anew":
                state["presented"] = None  # what was called wrong is read back again before it can be confirmed
                must(work.view is not None, "something is corrected in a service")
                if work.view is not None:
                    work.stage, work.service, work.asked_now = "collect", work.view.service.id, True
            case "repeat_last":
                small_talk.repeat(state, work)
            case "start" | "queue":
                must(wish is not None, "a wish is started or waits")
                if wish is not None:
                    (self._counter.open if act == "start" else _queue(self._counter))(state, work, wish)
            case "answer":
                self._answer(state, work, AskKnowledge(query=work.request.text or ""))
            case "ask_which":
                small_talk.ask_which(state, work, options, person=often)
                _instead_of_read_back(state, work)
            case "ask_person":
                small_talk.ask_person(state, work)
                _instead_of_read_back(state, work)
            case "hand_over":
                self._counter.hand_over(state, work)
            case "open_case":
                if self._desk.distress(work.session, work.heard):
                    work.say(aftercare.SAID_DISTRESS)


def _queue(counter: Counter) -> Callable[[Conversation, Work, Wish], None]:
    return lambda state, _work, wish: counter.queue(state, wish)


def _instead(work: Work) -> None:
    """The question that is open stays so, without being put again."""
    if work.view is not None:
        work.stage, work.service, work.asked_now = stage_of(work.view), work.view.service.id, True


def _instead_of_read_back(state: Conversation, work: Work) -> None:
    """小岚 asks a question of her own in the middle of a service: the next yes is to that, not to the read-back."""
    if work.view is not None:
        state["presented"] = None
    _instead(work)


def of_person(asked: Asked | None) -> bool:
    """Whether 小岚 asked if a person is wanted."""
    return asked is not None and asked["kind"] == "person"
