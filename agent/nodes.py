"""The nodes of the turn: each does one command, says what came of it and leaves the next question to *say*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent import phrases, say, small_talk, unheard
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
from agent.desk import Desk
from agent.hear import HOLD, RESEND, describe, in_order, payload, typed
from agent.policy import Policy
from agent.state import SAID_MAX, Answered, Asked, Conversation, Wish, Work, timed
from agent.turn import HandoffCard
from agent.understand.port import Understanding
from knowledge.port import Knowledge
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.clock import SHANGHAI, Clock
from tools.db import Database
from tools.errors import must
from tools.gate import events
from tools.gate.gate import Gate
from tools.gate.views import (
    CollectView,
    ConfirmView,
    ConsentView,
    DocumentView,
    EndedView,
    FaceView,
    GateView,
    LessonView,
    OtpView,
)
from tools.masking import mask
from tools.services import built_services

RATINGS = ("1", "2", "3", "4", "5")
SMALL = ("otp", "choice", "rating", "document", "face")


class Nodes:
    """Everything a turn can do, given its parts; holds no state of its own."""

    def __init__(
        self,
        *,
        db: Database,
        bank_of: Callable[[Any], CoreBank],
        clock: Clock,
        gate: Gate,
        understanding: Understanding,
        knowledge: Knowledge,
        desk: Desk,
        policy: Policy,
    ) -> None:
        self._db, self._bank_of, self._clock, self._gate = db, bank_of, clock, gate
        self._understanding, self._knowledge, self._desk, self._policy = understanding, knowledge, desk, policy

    # hear ------------------------------------------------------------------------------------------------------

    def hear(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Buttons and words to commands. What ended while nobody listened is told first."""
        work.asked_before = state.get("asked")
        self._catch_up(state, work)
        commands = self._commands(state, work)
        work.understood = commands
        state["inbox"] = [command.model_dump() for command in in_order(unheard.still_meant(commands, work))]

    def _commands(self, state: Conversation, work: Work) -> list[Command]:
        entry, text = work.request.input, work.request.text
        if entry is not None:
            commands = typed(entry, state, work.view)
            if commands is None:
                if not work.late:
                    work.say(phrases.NOT_AWAITED)
            elif entry.type == "silence":
                work.say(phrases.SILENCE)
                return []
            return commands or []
        must(text is not None, "a turn has words or a button")
        if isinstance(work.view, OtpView) and RESEND.search(text or ""):
            self._put(state, work, events.ResendOtp())
            return [Repeat()]
        with timed(work, "understand"), self._db.reading() as db:
            customer = work.session.customer
            hearing = describe(state, work, self._bank_of(db) if customer else None)
        with timed(work, "understand"):
            work.hearing = hearing
            commands = self._understanding.understand(text or "", hearing)
        state["said"] = [*state.get("said", []), work.heard][-SAID_MAX:]
        return commands

    def _catch_up(self, state: Conversation, work: Work) -> None:
        """Where the gate stands now: ends are told, actions that were begun are taken up, waiting wishes go on."""
        heard = state["stack"][-1] if state.get("stack") else None
        for ended in unheard.ended(state, work):
            view = self._act(work, ended, events.Look())
            if isinstance(view, EndedView):
                say.tell_end(work, view)
        if unheard.adopt(self._gate, state, work):
            for action in state["stack"][:-1]:
                view = self._act(work, action, events.Look())
                if isinstance(view, EndedView):
                    self._ended(state, work, view)
        self._look(state, work)
        work.late = bool(work.actions)
        if work.late and work.view is None:
            self._next(state, work)
        work.unseen = unheard.is_unseen(work, heard)

    def _look(self, state: Conversation, work: Work) -> None:
        """What the gate asks now; what has ended meanwhile is told."""
        while state.get("stack"):
            view = self._act(work, state["stack"][-1], events.Look())
            if not isinstance(view, EndedView):
                work.view = view
                return
            self._ended(state, work, view)

    # gate ------------------------------------------------------------------------------------------------------

    def gate(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Everything that may end in an action: the gate decides, this only carries the customer's words to it."""
        state["misses"] = 0
        match command:
            case StartService():
                self._start(state, work, command)
            case SetSlots() | Correct():
                self._fill(state, work, command)
            case Confirm() | Acknowledge():
                self._yes(state, work, command)
            case Deny() | Cancel() if HOLD.search(work.request.text or ""):
                self._hold(work)
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
        state["asked"] = None
        if command.service not in built_services():
            work.say(phrases.NOT_HERE_YET, service=entry.name, elsewhere=entry.elsewhere)
            return
        if work.session.customer is None:
            work.say(phrases.SIGN_IN)
            return
        if work.view is not None and work.view.service.id == command.service:
            self._put(state, work, events.Fill(command.slots))
            return
        wish = Wish(
            service=command.service, slots=command.slots, said=work.request.text or "" if said is None else said
        )
        interrupts = entry.risk_class == "read" or (entry.urgent and len(state["stack"]) < self._policy.stack_max)
        if work.view is not None and not interrupts:
            state["queue"] = [*state.get("queue", []), wish][: self._policy.queue_max]
            work.say(phrases.ALSO_LATER, services=entry.name)
            return
        self._open(state, work, wish)

    def _open(self, state: Conversation, work: Work, wish: Wish) -> None:
        with timed(work, "gate"):
            view = self._gate.open(work.session.id, wish["service"], wish["slots"], wish["said"], work.number)
        state["stack"] = [*state.get("stack", []), view.action]
        self._take(state, work, view)

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
                self._put(state, work, events.Otp(small["otp"]))
            case LessonView(question=question) if question is not None and "choice" in small:
                self._put(state, work, events.QuizAnswer(small["choice"]))
            case CollectView(param=param) if "choice" in small:
                slots.setdefault(param, small["choice"])
            case DocumentView() if "document" in small and work.request.input is not None:
                self._put(state, work, events.Document(payload(work)))
            case FaceView(challenge=challenge) if "face" in small and work.request.input is not None:
                self._put(state, work, events.Face(challenge, payload(work)))
        if work.view is None or work.view.action != action:
            return  # it ended with that; the other values were about it
        if slots:
            self._put(state, work, events.Fill(slots))
        elif isinstance(command, Correct) and not small:
            work.say(phrases.CORRECT_WHAT)
            state["presented"] = None  # what was called wrong is read back again before it can be confirmed
            work.stage, work.service, work.asked_now = "collect", work.view.service.id, True

    def _yes(self, state: Conversation, work: Work, command: Confirm | Acknowledge) -> None:
        asked, presented = state.get("asked"), state.get("presented")
        given = command.id or presented if isinstance(command, Confirm) else None
        if work.view is not None and presented is None and asked is not None and asked["kind"] == "person":
            self.hand_over(state, work, Handoff())
            return
        match work.view:
            case ConfirmView() if isinstance(command, Confirm):
                self._put(state, work, events.Confirm(given or ""))
            case ConsentView(id=consent) if given == consent:  # nobody agrees to what was not put to them yet
                self._put(state, work, events.Consent(consent, given=True))
            case LessonView(question=None) if presented == say.shown_as(work.view):
                self._put(state, work, events.Acknowledge())
            case None if asked is not None and asked["kind"] == "person":
                self.hand_over(state, work, Handoff())
            case None if asked is not None and asked["kind"] == "resume":
                state["asked"] = None
                self._gate.leave(work.session.id, asked["wish"]["service"])
                self._open(state, work, asked["wish"])
            case None:
                work.say(phrases.NOTHING_TO_CONFIRM)

    def _hold(self, work: Work) -> None:
        """ "Wait, not yet": nothing is done and nothing is dropped."""
        work.say(phrases.LATER)
        if work.view is not None:
            work.stage, work.service, work.asked_now = say.stage_of(work.view), work.view.service.id, True

    def _no(self, state: Conversation, work: Work) -> None:
        asked = state.get("asked")
        match work.view:
            case ConsentView(id=consent) if state.get("presented") == consent:
                self._put(state, work, events.Consent(consent, given=False))
            case None:
                state["asked"] = None
                if asked is not None and asked["kind"] == "resume":
                    self._gate.leave(work.session.id, asked["wish"]["service"])
                work.say(phrases.NOTHING_TO_CONFIRM)
            case _ if state.get("presented") is not None or asked is None:
                self._cancel(state, work)
            case _:
                state["asked"] = None  # the no was to 小岚's own question; the service goes on

    def _cancel(self, state: Conversation, work: Work) -> None:
        state["asked"] = None
        if work.view is None:
            work.say(phrases.NOTHING_TO_CANCEL)
            return
        self._put(state, work, events.Abort("by_customer"))

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
        self._desk.rate(work.session, state.get("last_service"), stars)
        low = stars <= self._policy.low_rating_max
        state["asked"] = Asked(kind="person") if low else None
        work.say(phrases.RATED_LOW if low else phrases.RATED)

    def _put(self, state: Conversation, work: Work, event: events.GateEvent) -> None:
        must(work.view is not None, "an event needs an open action")
        assert work.view is not None  # noqa: S101 - for the type checker
        self._take(state, work, self._act(work, work.view.action, event))

    def _act(self, work: Work, action: str, event: events.GateEvent) -> GateView:
        with timed(work, "gate"):
            return self._gate.act(work.session.id, action, event)

    def _take(self, state: Conversation, work: Work, view: GateView) -> None:
        """The gate's answer: go on asking, or tell the end and turn to what waits."""
        if not isinstance(view, EndedView):
            work.view = view
            return
        self._ended(state, work, view)
        if state.get("stack"):
            self._look(state, work)
            if work.view is not None:
                work.say(phrases.BACK_TO, service=work.view.service.entry.name)
        else:
            self._next(state, work)

    def _next(self, state: Conversation, work: Work) -> None:
        """Turn to the wish that waits."""
        if state.get("queue") and not work.asked_now:
            wish, *state["queue"] = state["queue"]
            work.say(phrases.NEXT_UP, service=catalogue()[wish["service"]].name)
            self._open(state, work, wish)

    def _ended(self, state: Conversation, work: Work, view: EndedView) -> None:
        say.tell_end(work, view)
        state["stack"] = [action for action in state.get("stack", []) if action != view.action]
        state["last_service"], state["presented"], work.view = view.service.id, None, None
        if view.status in ("done", "delayed"):
            state["done"] = [*state.get("done", []), view.service.id][-SAID_MAX:]
        if view.handoff:
            self.hand_over(state, work, Handoff())
        elif view.offer_person:
            state["asked"] = Asked(kind="person")
        elif view.recorded and view.status in ("done", "delayed"):
            state["asked"] = Asked(kind="rating", service=view.service.id)

    # answer ----------------------------------------------------------------------------------------------------

    def answer(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Approved knowledge with its citation, or that there is none."""
        must(isinstance(command, AskKnowledge), "answers are for questions")
        assert isinstance(command, AskKnowledge)  # noqa: S101 - for the type checker
        on = self._clock.now().astimezone(SHANGHAI).date()
        service = work.view.service.id if work.view is not None else state.get("last_service")
        with timed(work, "retrieve"):
            found = self._knowledge.ask(command.query, work.locale, on, service=service)
        if found is None:
            state["misses"] = state.get("misses", 0) + 1
            work.say(phrases.DONT_KNOW)
            return
        state["misses"] = 0
        say.tell_answer(work, found)

    # talk ------------------------------------------------------------------------------------------------------

    def talk(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Small talk, what is out of scope, making sure what was meant, and saying it again."""
        match command:
            case Repeat():
                if work.view is None:
                    small_talk.repeat(state, work)
            case Clarify(options=options) if options:
                small_talk.clarify(state, work, options, self._policy)
            case Clarify() | OutOfScope():
                small_talk.miss(state, work, self._policy)
            case Chitchat(topic=topic):
                small_talk.chat(state, work, topic)
            case _:
                raise AssertionError(f"not small talk: {command!r}")

    # hand over -------------------------------------------------------------------------------------------------

    def hand_over(self, state: Conversation, work: Work, command: Command | None) -> None:
        """To a person, in this turn; whatever is open ends and travels along in the summary."""
        summary = self._desk.summary(state, work)
        for action in reversed(state.get("stack", [])):
            say.note_end(work, self._act(work, action, events.Abort("handed_over")))
        ahead = self._desk.ring(work.session, mask(summary))
        state["stack"], state["queue"], state["asked"], state["inbox"] = [], [], None, []
        state["presented"], work.view = None, None
        work.say(phrases.HANDED_OVER, ahead=ahead)
        work.cards.append(HandoffCard(summary=summary, queue=ahead + 1))
        work.stage, work.service, work.asked_now = "handoff", None, True

    # say -------------------------------------------------------------------------------------------------------

    def say(self, state: Conversation, work: Work, command: Command | None) -> None:
        """Put the one open question last."""
        asked = state.get("asked")
        if work.asked_now:
            pass
        elif work.view is not None:
            say.ask(work, work.view)
            state["presented"] = say.shown_as(work.view)
        elif asked is not None and asked is not work.asked_before:
            small_talk.ask_own(state, work, asked)
        if not work.pieces:
            work.say(phrases.CHITCHAT["other"])
        if asked is work.asked_before:
            state["asked"] = None  # a question of our own waits for one turn
        state["last_reply"] = [{"text": piece.text, "speech": piece.speech} for piece in work.pieces]
        state["answered"] = Answered(
            turn=say.turn_of(work).model_dump(mode="json"), key=work.key, digest=digest(work.request)
        )
