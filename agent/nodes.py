"""The nodes of the turn: each does one command, says what came of it and leaves the next question to *say*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent import phrases, say, small_talk, unheard
from agent.answers import Answers, dont_know
from agent.beside import Beside
from agent.by_ear import by_ear, was_a_code
from agent.commands import (
    Acknowledge,
    AskKnowledge,
    Cancel,
    Chitchat,
    Clarify,
    Command,
    Confirm,
    Correct,
    Deny,
    Handoff,
    OutOfScope,
    Repeat,
    SetSlots,
    StartService,
)
from agent.conversations import digest
from agent.counter import Counter
from agent.desk import Desk
from agent.hear import DROP, HOLD, NOT_FOR_NOW, RESEND, SLOWER, describe, in_order, payload, read_out, typed
from agent.patterns import Patterns, of_person
from agent.policy import Pattern, Policy, When
from agent.state import SAID_MAX, Answered, Asked, Conversation, Wish, Work, timed
from agent.understand import corrections, guards
from agent.understand.contrast import contrast
from agent.understand.port import Understanding
from agent.understand.stolen import is_spent
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.db import Database
from tools.errors import must
from tools.gate import events
from tools.gate.gate import Gate
from tools.gate.views import (
    CollectView,
    ConfirmView,
    ConsentView,
    DocumentView,
    FaceView,
    LessonView,
    OtpView,
)
from tools.services import built_services

RIGHTS = ("privacy.export",)  # declined, and what the law gives is told beside it
WITHDRAWAL = "privacy.withdraw_consent"
UNDOES = {"card.cancel_loss": "card.report_loss", "card.unlock": "card.lock", "transfer.cancel": "transfer.create"}
CARD_STOPS = ("card.report_loss", "card.lock")
RATINGS = ("1", "2", "3", "4", "5")
SAME_AGAIN = ("payee", "from")
SMALL = ("otp", "choice", "rating", "document", "face")


class Nodes:
    """Everything a turn can do, given its parts; holds no state of its own."""

    def __init__(
        self,
        *,
        db: Database,
        bank_of: Callable[[Any], CoreBank],
        gate: Gate,
        understanding: Understanding,
        answers: Answers,
        desk: Desk,
        policy: Policy,
    ) -> None:
        self._db, self._bank_of = db, bank_of
        self._understanding, self._answers, self._desk, self._policy = understanding, answers, desk, policy
        self._beside = Beside(answers)
        self._counter = Counter(gate, desk, policy)
        self._patterns = Patterns(policy, self._counter, desk, self.answer)

    # hear ------------------------------------------------------------------------------------------------------

    def hear(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Buttons and words to commands. What ended while nobody listened is told first."""
        work.asked_before, work.told = state.get("asked"), list(state.get("told", []))
        if work.order is not None:
            unheard.take_up(state, work.order)
        self._counter.catch_up(state, work)
        commands = self._commands(state, work)
        work.understood = commands
        commands = by_ear(commands, work)
        if not any(isinstance(command, Clarify) for command in commands):
            state["clarified"] = 0
        state["inbox"] = [command.model_dump() for command in in_order(unheard.still_meant(commands, work))]

    def _commands(self, state: Conversation, work: Work) -> list[Command]:
        entry, text = work.request.input, work.request.text
        if work.order is not None:
            work.say_lines(work.order.lines)
            return list(work.order.commands)
        if entry is not None:
            commands = typed(entry, state, work.view)
            if commands is None:
                if not work.late:
                    work.say(phrases.NOT_AWAITED)
            elif entry.type == "silence":
                work.keeps = True
                self._patterns.play("silence", state, work)
                return []
            return commands or []
        must(text is not None, "a turn has words or a button")
        if isinstance(work.view, OtpView) and RESEND.search(text or ""):
            self._counter.put(state, work, events.ResendOtp())
            return [Repeat()]
        if self._policy.in_danger(text or "") is not None:
            return [Chitchat(topic="distress")]
        if self._desk.call_wish(work) is not None:
            return [Handoff()]
        with timed(work, "understand"), self._db.reading() as db:
            customer = work.session.customer
            hearing = describe(state, work, self._bank_of(db) if customer else None)
        with timed(work, "understand"):
            work.hearing = hearing
            commands = read_out(text or "", hearing) or self._understanding.understand(text or "", hearing)
        state["said"] = [*state.get("said", []), work.heard][-SAID_MAX:]
        return commands

    # gate ------------------------------------------------------------------------------------------------------

    def gate(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Everything that may end in an action: the gate decides, this only carries the customer's words to it."""
        state["misses"] = 0
        match command:
            case StartService():
                self._start(state, work, command)
            case _ if self._beside.of_stray(state, work):
                pass
            case SetSlots() | Correct():
                self._fill(state, work, command)
            case Confirm() | Acknowledge():
                self._yes(state, work, command)
            case Deny() | Cancel() if _waits(work.request.text or "", idle=work.view is None):
                work.keeps = True
                self._patterns.play("hold", state, work)
            case Deny():
                self._no(state, work)
            case Cancel():
                self._cancel(state, work)
            case _:
                raise AssertionError(f"not for the gate: {command!r}")

    def _start(self, state: Conversation, work: Work, command: StartService, said: str | None = None) -> None:
        entry = catalogue()[command.service]
        if command.service == "human.handoff":
            self.hand_over(state, work, Handoff())
            return
        asked = state.get("asked")
        settling = asked is not None and asked["kind"] == "settle" and asked is not work.asked_before
        if not settling:
            state["asked"] = None
        if command.service not in built_services():
            known = None if command.service in RIGHTS else self._beside.of_wish(work, command)
            rights: list[When] = ["right"] if command.service in RIGHTS else []
            self._patterns.play("cannot", state, work, holds=rights, service=entry.name, elsewhere=entry.elsewhere)
            self._beside.add(state, work, command, known, tell=True)
            return
        text = work.request.text or ""
        # the service ends the consent to face checks; of all other data a customer is told what the law gives
        data = command.service == WITHDRAWAL and work.view is None and guards.of_data(text)
        if data and self._answers.tell(state, work, AskKnowledge(query=text)):
            return
        known = self._beside.of_wish(work, command) if said is None else None
        if work.session.customer is None:
            self._beside.add(state, work, command, known, tell=True)
            work.say(phrases.SIGN_IN)
            return
        undoes = UNDOES.get(command.service) if "transfer" not in command.slots else None
        if work.view is not None and undoes == work.view.service.id:
            self._cancel(state, work)  # "don't stop it, here it is": nothing was done yet that could be undone
            return
        slots, again = command.slots, work.view is not None and work.view.service.id == command.service
        if again and not work.contradicts(slots):
            self._counter.fill(state, work, slots)
            work.touched = None if work.view is None else work.view.action
            return
        if again:  # "send her 500, and then 300": two of one kind in one breath
            slots = {name: value for name, value in work.given.items() if name in SAME_AGAIN} | dict(slots)
        if said is None:  # what a colleague opens is still about what the customer said
            said = work.request.text or "" if work.order is None else "。".join(state.get("said", []))
        wish = Wish(service=command.service, slots=slots, said=said)
        deep = len(state["stack"]) >= self._policy.limits.stack_max
        interrupts = entry.risk_class == "read" or (entry.urgent and not (again or deep or _card_first(work, wish)))
        busy = (work.view is not None and not interrupts) or (settling and entry.risk_class != "read")
        holds: list[When] = ["waits" if busy else "interrupts"]
        meant_instead = work.view is not None and contrast(work.request.text or "") is not None
        pattern: Pattern = "switch" if meant_instead else "digress"
        self._patterns.play(pattern, state, work, holds=holds, wish=wish, services=entry.name)
        self._beside.add(state, work, command, known)

    def _fill(self, state: Conversation, work: Work, command: SetSlots | Correct) -> None:
        slots = dict(command.slots)
        asked = state.get("asked")
        if work.view is None and asked is not None and asked["kind"] == "rating" and slots.get("rating") in RATINGS:
            self._rate(state, work, int(slots["rating"]))
            return
        if work.view is None or (asked is not None and slots.get("choice") in asked.get("options", [])):
            self._choose(state, work, slots.get("choice"))
            return
        action = work.view.action
        small = {name: slots.pop(name) for name in SMALL if name in slots}
        match work.view:
            case OtpView() if "otp" in small:
                self._counter.put(state, work, events.Otp(small["otp"], heard=work.spoken))
            case LessonView(question=question) if question is not None and "choice" in small:
                self._counter.put(state, work, events.QuizAnswer(small["choice"]))
            case CollectView(param=param) if "choice" in small:
                slots.setdefault(param, small["choice"])
            case DocumentView() if "document" in small and work.request.input is not None:
                self._counter.put(state, work, events.Document(payload(work)))
            case FaceView(challenge=challenge) if "face" in small and work.request.input is not None:
                self._counter.put(state, work, events.Face(challenge, payload(work)))
        if work.view is None or work.view.action != action:
            return  # it ended with that; the other values were about it
        if slots:
            self._counter.fill(state, work, slots)
        elif isinstance(command, Correct) and not small:
            self._patterns.play("correct", state, work)

    def _yes(self, state: Conversation, work: Work, command: Confirm | Acknowledge) -> None:
        asked, presented = state.get("asked"), state.get("presented")
        given = command.id or presented if isinstance(command, Confirm) else None
        if work.view is not None and presented is None and of_person(asked):
            self.hand_over(state, work, Handoff())
            return
        match work.view:
            case ConfirmView() if isinstance(command, Confirm):
                self._counter.put(state, work, events.Confirm(given or ""))
            case ConsentView(id=consent) if given == consent:  # nobody agrees to what was not put to them yet
                self._counter.put(state, work, events.Consent(consent, given=True))
            case LessonView(question=None) if presented == say.shown_as(work.view):
                self._counter.put(state, work, events.Acknowledge())
            case None:
                self._yes_to_own(state, work)

    def _yes_to_own(self, state: Conversation, work: Work) -> None:
        """A yes to a question of 小岚's own."""
        asked = state.get("asked")
        if asked is None:
            work.say(phrases.NOTHING_TO_CONFIRM)
            return
        match asked["kind"]:
            case "person":
                self.hand_over(state, work, Handoff())
            case "resume":
                state["asked"] = None
                self._counter.go_on(state, work, asked["wish"])
            case "settle":
                self._counter.settle(state, work, asked["wishes"])
            case _:
                work.say(phrases.NOTHING_TO_CONFIRM)

    def _no(self, state: Conversation, work: Work) -> None:
        asked = state.get("asked")
        match work.view:
            case ConsentView(id=consent) if state.get("presented") == consent:
                self._counter.put(state, work, events.Consent(consent, given=False))
            case None:
                state["asked"] = None
                if asked is not None and asked["kind"] == "resume":
                    self._counter.leave(work, asked["wish"])
                if of_person(asked) and asked is not None and "service" in asked:  # no person, but how was it?
                    state["asked"] = Asked(kind="rating", service=asked["service"])
                else:
                    work.say(phrases.NOTHING_TO_CONFIRM if asked is None else phrases.DECLINED)
                self._counter.next(state, work)
            case _ if state.get("presented") is not None or asked is None:
                self._cancel(state, work)
            case _:
                state["asked"] = None  # the no was to 小岚's own question; the service goes on

    def _cancel(self, state: Conversation, work: Work) -> None:
        if work.view is None and state.get("asked") is not None:
            self._no(state, work)
            return
        state["asked"] = None
        self._patterns.play("cancel", state, work)

    def _choose(self, state: Conversation, work: Work, choice: str | None) -> None:
        asked = state.get("asked")
        if asked is None or asked["kind"] != "clarify" or choice is None:
            work.say(phrases.CHITCHAT["other"])
            return
        state["asked"] = None
        said = asked.get("said", "")
        if choice == "ask_knowledge":
            self.answer(state, work, AskKnowledge(query=said))
        elif choice in catalogue():
            self._start(state, work, StartService(service=choice, slots=asked.get("slots", {}).get(choice, {})), said)
        else:
            work.say(phrases.NOT_UNDERSTOOD_PERSON)

    def _rate(self, state: Conversation, work: Work, stars: int) -> None:
        low = stars <= self._policy.limits.low_rating_max
        state["asked"] = None
        self._desk.rate(work.session, state.get("last_service"), stars, low=low)
        if low:
            self._patterns.play("low_rating", state, work)
        else:
            work.say(phrases.RATED)

    # answer ----------------------------------------------------------------------------------------------------

    def answer(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Approved knowledge with its citation, or that there is none."""
        must(isinstance(command, AskKnowledge), "answers are for questions")
        assert isinstance(command, AskKnowledge)  # noqa: S101 - for the type checker
        if self._answers.tell(state, work, command):
            state["misses"] = 0
        else:
            dont_know(state, work)

    # talk ------------------------------------------------------------------------------------------------------

    def talk(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Small talk, what is out of scope, making sure what was meant, and saying it again."""
        match command:
            case Repeat():
                slower = SLOWER.search(work.request.text or "") is not None
                self._patterns.play("slower" if slower else "repeat", state, work)
            case Clarify() | OutOfScope() if was_a_code(work):
                self._counter.put(state, work, events.Otp("", heard=True))
            case Clarify(options=options) if self._beside.of_doubt(state, work, options):
                state["misses"] = 0
            case Clarify(options=options) if options:
                self._patterns.clarify(state, work, options)
            case OutOfScope() if work.view is None and self._beside.instead(state, work):
                state["misses"] = 0
            case Clarify() | OutOfScope():
                self._patterns.miss(state, work)
            case Chitchat(topic=topic) if self._beside.of_talk(state, work, topic):
                state["misses"] = 0
            case Chitchat(topic=topic):
                self._patterns.chat(state, work, topic)
                self._beside.source_of_talk(work, topic)
            case _:
                raise AssertionError(f"not small talk: {command!r}")

    # hand over -------------------------------------------------------------------------------------------------

    def hand_over(self, state: Conversation, work: Work, command: Command | None) -> None:
        """To a person, in this turn; whatever is open ends and travels along in the summary."""
        self._patterns.play("handoff", state, work)

    # say -------------------------------------------------------------------------------------------------------

    def say(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Put the one open question last."""
        asked = state.get("asked")
        if work.asked_now:
            pass
        elif work.view is not None:
            say.ask(work, work.view)
            state["presented"] = say.shown_as(work.view)
        elif asked is not None and (asked is not work.asked_before or small_talk.stays(work, asked)):
            small_talk.ask_own(state, work, asked)
        elif asked is not None and work.keeps and "service" in asked:
            work.stage, work.service = "follow_up", asked["service"]
        if not work.pieces:
            work.say(phrases.CHITCHAT["other"])
        if asked is not work.asked_before or work.keeps:
            small_talk.show_offer(work, asked)
        if asked is work.asked_before and not work.keeps:
            state["asked"] = None  # a question of our own waits for one turn
        state["told"] = work.told
        if not work.repeats:
            state["last_reply"] = [{"text": piece.text, "speech": piece.speech} for piece in work.pieces]
        state["answered"] = Answered(
            turn=say.turn_of(work).model_dump(mode="json"), key=work.key, digest=digest(work.request)
        )


def _card_first(work: Work, wish: Wish) -> bool:
    """What is open is done before this urgent wish: it was put first in the same breath, or it stops the card that is spent from."""
    if work.view is None:
        return False
    return work.view.action == work.touched or (
        work.view.service.id in CARD_STOPS and wish["service"] == "fraud.report" and is_spent(work.request.text or "")
    )


def _waits(said: str, *, idle: bool) -> bool:
    """ "Wait, not yet" breaks nothing off; "not now, cancel it" does, and "not for now" answers an offer."""
    refused = (
        DROP.search(said) is not None or corrections.is_found(said) or (idle and NOT_FOR_NOW.search(said) is not None)
    )
    return HOLD.search(said) is not None and not refused
