"""Answers: approved knowledge, the customer's own figures, what was wrongly taken for granted, and "I don't know"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from agent import personal, phrases, say, small_talk
from agent.commands import AskKnowledge
from agent.rephrase import AsApproved, Voice
from agent.state import Conversation, Work, timed
from agent.understand import lately
from knowledge import questions
from knowledge.port import Answer, Before, Knowledge
from knowledge.record import QuestionRecord
from tools.bank.port import CoreBank
from tools.catalogue import catalogue
from tools.clock import SHANGHAI, Clock
from tools.db import Database
from tools.masking import mask
from tools.rendering import render
from tools.services import built_services
from tools.tariff import Tariff
from tools.wording import Rendered, Text, line

_OWN_WORDS = {  # services that are asked for in words of their own
    "fraud.report": phrases.START_FRAUD,
    "card.report_loss": phrases.START_LOSS,
    "human.handoff": None,
}


class Answers:
    """Answers one question; knows nothing of what else goes on in the turn."""

    def __init__(
        self,
        *,
        db: Database,
        bank_of: Callable[[Any], CoreBank],
        clock: Clock,
        tariff: Tariff,
        knowledge: Knowledge,
        record: QuestionRecord,
        voice: Voice | None = None,
    ) -> None:
        self._voice: Voice = AsApproved() if voice is None else voice
        self._db, self._bank_of, self._clock, self._tariff = db, bank_of, clock, tariff
        self._knowledge, self._record = knowledge, record

    def tell(self, state: Conversation, work: Work, command: AskKnowledge, *, least: float = 0.0) -> bool:
        """Answer, and say whether there was an answer. Nothing is said where there is none.

        ``least`` is how sure an answer must be: more than usual where the words were not taken for a question.
        """
        on = self._clock.now().astimezone(SHANGHAI).date()
        service = work.view.service.id if work.view is not None else state.get("last_service")
        with timed(work, "retrieve"):
            if self._own(state, work, command.query, on, service):
                return True
            asked = questions.premise(command.query, work.locale)
            before = state.get("before")
            if before is not None and lately.is_at_a_loss(command.query) and self._once_more(work, before, on):
                return True
            found = self._found(asked.question, work, on, service, None if before is None else Before(**before))
            found = [one for one in found if one.score >= least]
            self._note(work, command.query, found)
        if not found:
            return False
        if len(found) > 1:
            for one in found:
                say.tell_answer(work, one, brief=True)
        else:
            self._tell_one(work, asked, found[0])
        self._offer(state, work, found)
        state["before"] = {"question": mask(asked.question), "entry": found[-1].entry}
        return True

    def _once_more(self, work: Work, before: Mapping[str, str], on: date) -> bool:
        """The entry of the question before, whole: "那怎么办" asks for what to do about it."""
        same = self._knowledge.entry(before["entry"], work.locale, on)
        if same is not None:
            say.tell_answer(work, same)
        return same is not None

    def fitting(self, work: Work, words: str, *, least: float = 0.0) -> Answer | None:
        """The entry that fits words which were not taken for a question; nothing is said and nothing noted."""
        on = self._clock.now().astimezone(SHANGHAI).date()
        with timed(work, "retrieve"):
            found = self._knowledge.ask(questions.premise(words, work.locale).question, work.locale, on)
        return found if found is not None and found.score >= least else None

    def tell_shortly(self, state: Conversation, work: Work, words: str, found: Answer) -> None:
        """A found entry in a sentence or two, with its citation, beside what else is said in this turn."""
        say.tell_answer(work, found, brief=True)
        self._note(work, words, [found])
        state["before"] = {"question": mask(words), "entry": found.entry}

    def _tell_one(self, work: Work, asked: questions.Premise, found: Answer) -> None:
        """One answer, reworded where the settings want it; what puts a customer right is said as approved."""
        wrong = questions.contradicted(asked.claims, f"{found.title} {found.short} {found.long}")
        if wrong is None:
            with timed(work, "generate"):
                found = replace(found, long=self._voice.reword(found, work.locale).text)
        say.tell_answer(work, found)
        if wrong is not None:
            _correct(work, wrong, found)

    def _found(self, query: str, work: Work, on: date, service: str | None, before: Before | None) -> Sequence[Answer]:
        """One answer, two where two things were asked at once, or none."""
        whole = self._knowledge.ask(query, work.locale, on, service=service, before=before)
        parts = questions.parts(query, work.locale)
        if len(parts) < 2:
            return [] if whole is None else [whole]
        answers: list[Answer] = []
        for part in parts:
            lead = Before(parts[0], answers[-1].entry) if answers else before
            one = self._knowledge.ask(part, work.locale, on, service=service, before=lead)
            if one is not None and one.entry not in {other.entry for other in answers}:
                answers.append(one)
        if len(answers) == len(parts) or whole is None:
            return answers
        return [whole]

    def _own(self, state: Conversation, work: Work, query: str, on: date, service: str | None) -> bool:
        """The customer's own figures and sums; the rule behind them is cited."""
        customer = work.session.customer
        before = state.get("before")
        talked = service or (
            "transfer.create" if before is not None and before["entry"].startswith("transfer.") else ""
        )
        with self._db.reading() as db:
            bank = self._bank_of(db) if customer is not None else None
            found = personal.told(query, bank, customer, self._tariff, sending=talked == "transfer.create")
        if found is None:
            return False
        rule = self._knowledge.entry(found.entry, work.locale, on)
        if rule is None:
            return False
        if found.lines:
            work.say_lines(found.lines)
            work.pieces += [Rendered(render(one, work.locale).text, "") for one in found.sums]
            say.cite(work, rule)
        else:
            say.tell_answer(work, rule)
            work.say(personal.SIGN_IN_FOR_OWN)
        self._note(work, query, [rule])
        state["before"] = {"question": mask(query), "entry": found.entry}
        if found.offer is not None and work.view is None and not state.get("inbox"):
            work.say(phrases.CLARIFY_ONE, service=catalogue()[found.offer].name)
            small_talk.ask_which(state, work, [found.offer], person=False)
        return True

    def _offer(self, state: Conversation, work: Work, found: Sequence[Answer]) -> None:
        """The service that can be started from the answer, where nothing else is under way."""
        if work.view is not None or work.session.customer is None or state.get("inbox"):
            return
        services = [service for one in found for service in one.services]
        built = (one for one in services if one in built_services() or one == "human.handoff")
        service = next((one for one in built if _is_of_use(one, work)), None)
        if service is None:
            return
        own: Text | None = _OWN_WORDS.get(service, phrases.START)
        if own is not None:
            work.say(own, service=catalogue()[service].name)

    def _note(self, work: Work, query: str, found: Sequence[Answer]) -> None:
        entries: list[str | None] = [one.entry for one in found]
        for entry in entries or [None]:
            self._record.note(self._clock.now(), work.locale, mask(query), entry)


def _is_of_use(service: str, work: Work) -> bool:
    """Nobody is offered to wake an account that does not sleep, or to call back what is not on its way."""
    hearing = work.hearing
    needs = (
        {}
        if hearing is None
        else {"account.activate_dormant": hearing.dormant, "transfer.cancel": hearing.pending_transfers}
    )
    return service not in needs or bool(needs[service])


def _correct(work: Work, wrong: questions.Figure, found: Answer) -> None:
    """What the customer took for granted and the answer contradicts, with the source that says so."""
    if not found.citations:
        return
    eye = render(line(phrases.NOT_SO, claim=wrong.said, source=found.citations[0].source), work.locale)
    ear = render(line(phrases.NOT_SO_SPOKEN, claim=wrong.said), work.locale)
    work.pieces.append(Rendered(eye.text, ear.speech))


def dont_know(state: Conversation, work: Work) -> None:
    """ "I don't know", with the next step: a person."""
    state["misses"] = state.get("misses", 0) + 1
    work.say(phrases.DONT_KNOW)
    if work.view is None:
        small_talk.ask_person(state, work)
