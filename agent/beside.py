"""Approved knowledge beside what else a turn does: whoever wishes, doubts or tells is answered where an entry surely fits.

What the words were taken for is done all the same: a wish starts at once, a scam is stopped, a doubt is asked back. The entry
is what the customer can look up about it, and comes first where it was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent import say
from agent.answers import Answers
from agent.commands import AskKnowledge, StartService
from agent.state import Conversation, Work
from agent.understand import awaited, guards
from agent.understand.labels import KNOWLEDGE
from agent.understand.text import is_chinese
from knowledge.port import Answer
from tools.catalogue import catalogue
from tools.services import built_services

SURE = 0.6  # how sure an answer must be to words that are not taken for a banking question
FRAUD = "fraud.report"
TOLD_BY_ITSELF = (FRAUD, "account.unfreeze_appeal")  # it warns, or says the reason of this control, and not of others
CURT_ZH, CURT_EN = 8, 5  # characters or words of a bare yes or no
HERSELF, ABOUT_HERSELF = "teller", ("capabilities", "who_are_you")


class Beside:
    """What an entry says of words that were taken for something else; holds no state of its own."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def instead(self, state: Conversation, work: Work) -> bool:
        """The words are a question after all, and answered; False where no entry surely fits."""
        query = work.request.text or ""
        if not query or not self._answers.tell(state, work, AskKnowledge(query=query), least=SURE):
            return False
        work.understood = [AskKnowledge(query=query, by="examples", confidence=SURE)]
        return True

    def of_doubt(self, state: Conversation, work: Work, options: Sequence[str]) -> bool:
        """Before it is asked back what was meant: True where the answer is enough, so that nothing is asked back.

        Asked rather than wished for, by its form or as one of the meanings in doubt: then it is a question. Where a wish is
        in doubt, the entry about what could be meant is told before the choice is put. What may be a scam is warned of first.
        """
        text = work.request.text or ""
        if not _alone(work) or guards.is_money_gone(text):
            return False
        asked = awaited.is_question(text) or guards.is_about(text)
        in_doubt = not {KNOWLEDGE, FRAUD}.isdisjoint(options)
        if (asked or in_doubt) and not guards.wants_now(text):
            return self.instead(state, work)
        found = self._answers.fitting(work, text, least=SURE)
        if found is not None:
            self._answers.tell_shortly(state, work, text, found)
        return False

    def of_wish(self, work: Work, wish: StartService) -> Answer | None:
        """The entry that these words surely ask for beside the service that they start; None where the wish is one with its values, or one of several."""
        valued = bool(wish.slots) and wish.service in built_services() and not catalogue()[wish.service].urgent
        if not _alone(work) or valued:
            return None
        found = self._answers.fitting(work, work.request.text or "")
        agree = found is not None and wish.service in found.services  # two that were asked apart
        return found if found is not None and (agree or found.score >= SURE) else None

    def add(
        self, state: Conversation, work: Work, wish: StartService, found: Answer | None, *, tell: bool = False
    ) -> None:
        """The entry goes with the service: said where something was asked, else named as the source.

        ``tell``: said in any case, as the service does not start. Beside the result of a read it is only named.
        """
        if found is None:
            return
        text = work.request.text or ""
        read = any(one.service == wish.service and one.status == "done" for one in work.actions)
        asked = awaited.is_question(text) or guards.is_about(text)
        warned = wish.service in TOLD_BY_ITSELF
        if tell or (asked and not read and not warned):
            self._answers.tell_shortly(state, work, text, found)
        else:
            say.cite(work, found)

    def of_stray(self, state: Conversation, work: Work) -> bool:
        """A yes, a no or a correction where nothing was asked, in more than a few words: a question if an entry answers it."""
        text = work.request.text or ""
        stray = _alone(work) and work.asked_before is None and not work.late
        telling = awaited.is_question(text) or guards.is_about(text) or not _is_curt(text)
        return stray and telling and self._is_known(state, work)

    def of_talk(self, state: Conversation, work: Work, topic: str) -> bool:
        """Small talk about nothing in particular is a question if an entry answers it."""
        return topic == "other" and _alone(work) and self._is_known(state, work)

    def source_of_talk(self, work: Work, topic: str) -> None:
        """What she says of herself has a source, too."""
        if topic not in ABOUT_HERSELF or not _alone(work):
            return
        found = self._answers.fitting(work, work.request.text or "", least=SURE)
        if found is not None and found.entry.partition(".")[0] == HERSELF:
            say.cite(work, found)

    def _is_known(self, state: Conversation, work: Work) -> bool:
        """Answered where an entry surely fits; what fits none is no question that found nothing."""
        known = self._answers.fitting(work, work.request.text or "", least=SURE)
        return known is not None and self.instead(state, work)


def _is_curt(text: str) -> bool:
    return len(text) <= CURT_ZH if is_chinese(text) else len(text.split()) <= CURT_EN


def _alone(work: Work) -> bool:
    """Nothing else is under way, and nothing else was said."""
    return work.view is None and work.order is None and len(work.understood) == 1 and bool(work.request.text)
