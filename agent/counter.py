"""The counter: opens actions, carries what the customer gives to the gate, tells ends, and turns to what waits."""

from __future__ import annotations

from collections.abc import Mapping

from agent import errands, phrases, say, unheard
from agent.desk import Desk
from agent.hear import in_turn
from agent.policy import Policy
from agent.state import SAID_MAX, Asked, Conversation, Wish, Work, timed
from agent.turn import HandoffCard
from agent.understand.corrections import marks_correction
from tools.errors import must
from tools.gate import events
from tools.gate.gate import Gate
from tools.gate.views import ConfirmView, EndedView, GateView, LessonView
from tools.masking import mask


class Counter:
    """The agent's side of the gate; holds no state of its own."""

    def __init__(self, gate: Gate, desk: Desk, policy: Policy) -> None:
        self._gate, self._desk, self._limits = gate, desk, policy.limits

    def open(self, state: Conversation, work: Work, wish: Wish) -> None:
        """Begin a service now, on top of what is open."""
        with timed(work, "gate"):
            view = self._gate.open(work.session.id, wish["service"], wish["slots"], wish["said"], work.number)
        state["stack"] = [*state.get("stack", []), view.action]
        work.touched, work.given = view.action, dict(wish["slots"])
        state["tried"] = wish.get("tried", [])
        state["errand"] = view.action if "errand" in wish else None
        self._take(state, work, view, wish)

    def queue(self, state: Conversation, wish: Wish) -> None:
        """Let a wish wait for its turn."""
        state["queue"] = in_turn([*state.get("queue", []), wish])[: self._limits.queue_max]

    def go_on(self, state: Conversation, work: Work, wish: Wish) -> None:
        """Begin anew what another session left open."""
        self.leave(work, wish)
        self.open(state, work, wish)

    def leave(self, work: Work, wish: Wish) -> None:
        """Give up what another session left open."""
        self._gate.leave(work.session.id, wish["service"])

    def settle(self, state: Conversation, work: Work, wishes: list[Wish]) -> None:
        """Do the errands that clear the way, one after the other, and then what was refused."""
        state["asked"] = None
        state["queue"] = [*wishes, *state.get("queue", [])][: self._limits.queue_max]
        if len(wishes) > 2:
            work.say(phrases.ONE_BY_ONE)
        self.next(state, work)

    def put(self, state: Conversation, work: Work, event: events.GateEvent) -> None:
        """Take an event to the open action."""
        must(work.view is not None, "an event needs an open action")
        assert work.view is not None  # noqa: S101 - for the type checker
        view = self.act(work, work.view.action, event)
        if isinstance(event, events.Otp | events.Face) and isinstance(view, LessonView | ConfirmView):
            work.say(phrases.VERIFIED)
        self._take(state, work, view, None)

    def fill(self, state: Conversation, work: Work, slots: Mapping[str, str]) -> None:
        """Take values to the open action; what adds to an account in the customer's own words is put behind it."""
        must(work.view is not None, "values need an open action")
        assert work.view is not None  # noqa: S101 - for the type checker
        given, spec = dict(slots), work.view.service.spec()
        own = [name for name in given if name in spec and spec[name].kind == "text"]
        if own and isinstance(work.view, ConfirmView) and not marks_correction(work.request.text or ""):
            told = {param.name: param.value for param in self._gate.filled(work.session.id, work.view.action)}
            given |= {name: f"{told[name]}\n{given[name]}" for name in own if told.get(name) not in (None, given[name])}
        self.put(state, work, events.Fill(given))
        work.given |= slots

    def drop(self, state: Conversation, work: Work) -> None:
        """End the open action without a word: the customer meant something else."""
        must(work.view is not None, "something is dropped in a service")
        assert work.view is not None  # noqa: S101 - for the type checker
        say.note_end(work, self.act(work, work.view.action, events.Abort("by_customer")))
        state["stack"], state["presented"], work.view = state["stack"][:-1], None, None

    def act(self, work: Work, action: str, event: events.GateEvent) -> GateView:
        """The gate's answer, timed."""
        with timed(work, "gate"):
            return self._gate.act(work.session.id, action, event, work.request.text or "")

    def catch_up(self, state: Conversation, work: Work) -> None:
        """Where the gate stands now: ends are told, actions that were begun are taken up, waiting wishes go on."""
        heard = state["stack"][-1] if state.get("stack") else None
        for ended in unheard.ended(state, work):
            view = self.act(work, ended, events.Look())
            if isinstance(view, EndedView):
                say.tell_end(work, view)
        if unheard.adopt(self._gate, state, work):
            for action in state["stack"][:-1]:
                view = self.act(work, action, events.Look())
                if isinstance(view, EndedView):
                    self._ended(state, work, view, None)
        self._look(state, work)
        work.late = bool(work.actions)
        if work.late and work.view is None:
            self.next(state, work)
        work.unseen = unheard.is_unseen(work, heard)

    def next(self, state: Conversation, work: Work) -> None:
        """Turn to the wish that waits, unless there is a question to answer first."""
        asked = state.get("asked")
        settling = asked is not None and asked["kind"] == "settle"
        if not state.get("queue") or work.asked_now or settling:
            return
        wish, *state["queue"] = state["queue"]
        at = len(work.pieces)
        self.open(state, work, wish)
        if not isinstance(work.view, ConfirmView):  # a read-back names what it is about itself
            work.pieces[at:at] = errands.announced(wish, work)

    def hand_over(self, state: Conversation, work: Work) -> None:
        """To a person, in this turn; whatever is open ends and travels along in the summary."""
        wish = self._desk.call_wish(work)
        known = self._desk.queue.case_of(work.session.id)
        waits = known is not None and known.status in ("waiting", "callback")
        view = work.view
        filled = [] if view is None else self._gate.filled(work.session.id, view.action)
        summary, urgent = self._desk.summary(state, work, filled), self._desk.is_urgent(state, work)
        for action in reversed(state.get("stack", [])):
            say.note_end(work, self.act(work, action, events.Abort("handed_over")))
        ahead = self._desk.ring(work.session, "" if wish is not None and waits else mask(summary), urgent=urgent)
        state["stack"], state["queue"], state["asked"], state["inbox"] = [], [], None, []
        state["presented"], work.view = None, None
        staffed = self._desk.queue.staffed()
        if self._desk.queue.is_served(work.session.id):
            work.say(phrases.WITH_COLLEAGUE)
        elif wish is not None:
            work.say_lines([self._desk.call_back(work, wish)])
        elif staffed:
            work.say(phrases.HANDED_OVER if ahead else phrases.HANDED_OVER_NEXT, ahead=ahead)
        else:
            visitor = work.session.customer is None
            said = phrases.HANDED_OVER_NOBODY_VISITOR if visitor else phrases.HANDED_OVER_NOBODY
            work.say(said, place=ahead + 1)
        if wish is None or not waits:
            work.cards.append(HandoffCard(summary=summary, queue=ahead + 1, staffed=staffed))
        work.stage, work.service, work.asked_now = "handoff", None, True

    def _take(self, state: Conversation, work: Work, view: GateView, wish: Wish | None) -> None:
        """The gate's answer: go on asking, or tell the end and turn to what waits."""
        if not isinstance(view, EndedView):
            work.view = view
            return
        self._ended(state, work, view, wish)
        if state.get("stack"):
            self._look(state, work)
            if work.view is not None:
                work.say(phrases.BACK_TO, service=work.view.service.entry.name)
        else:
            self.next(state, work)

    def _look(self, state: Conversation, work: Work) -> None:
        """What the gate asks now; what has ended meanwhile is told."""
        while state.get("stack"):
            view = self.act(work, state["stack"][-1], events.Look())
            if not isinstance(view, EndedView):
                work.view = view
                return
            self._ended(state, work, view, None)

    def _ended(self, state: Conversation, work: Work, view: EndedView, wish: Wish | None) -> None:
        state["stack"] = [action for action in state.get("stack", []) if action != view.action]
        waits = bool(state["stack"]) or (bool(state.get("queue")) and not view.handoff)
        say.tell_end(work, view, waits=waits)
        state["last_service"], state["presented"], work.view = view.service.id, None, None
        if view.status in ("done", "delayed"):
            state["done"] = [*state.get("done", []), view.service.id][-SAID_MAX:]
        if state.get("errand") == view.action:
            errands.note(state, work, view)
        offer = errands.offer(state, view, wish)
        if view.handoff:
            self.hand_over(state, work)
        elif offer is not None:
            state["asked"] = offer
        elif view.offer_person:
            done = view.recorded and view.status in ("done", "delayed")
            state["asked"] = Asked(kind="person", service=view.service.id) if done else Asked(kind="person")
        elif view.recorded and view.status in ("done", "delayed", "in_review"):
            state["asked"] = Asked(kind="rating", service=view.service.id)
