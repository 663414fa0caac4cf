"""Approved answers in the language model's words, where every sentence of them can be traced to the approved text.

The model is given the approved text and nothing else: not the question, nothing of the customer. Any error, a late answer
and any sentence that the citations do not support mean that the approved text is said as it stands.
"""

from __future__ import annotations

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from typing import Literal, Protocol

from agent.llm.chat import LATE, Writer
from agent.llm.port import LanguageModel, ModelUnavailable
from knowledge.grounding import Unsupported, check, left_out
from knowledge.port import Answer, Locale

log = logging.getLogger(__name__)
TIMEOUT_S = 12.0
TOKENS_MAX = 320
Outcome = Literal["kept", "unsupported", "same", "unavailable", "verbatim"]
_PROMPT = {
    "zh-CN": (
        "你是银行柜员，说话简单、亲切。把客户看到的这段话换成更口语的说法，一句一句来，意思不变。"
        "数字、金额、日期、名称照抄；“不”“必须”“可以”“只”“免费”“马上”这类词一个都不能加、不能丢。"
        "不加新内容，不用表情和符号，只写改好的话。"
    ),
    "en": (
        "You are a friendly bank teller. Reword the text in plain spoken English, sentence by sentence, with the same meaning. "
        "Copy numbers, amounts, dates and names. Never add or drop words such as not, must, may, only, free, at once. "
        "Add nothing, use no lists or symbols, and write only the reworded text."
    ),
}


@dataclass(frozen=True)
class Rewording:
    """``text`` is what may be said: the model's where ``outcome`` is kept, else the approved one; ``drafted`` is what
    the model wrote and ``missing`` why it wrote nothing, for measurements."""

    text: str
    outcome: Outcome
    unsupported: tuple[Unsupported, ...] = ()
    drafted: str = ""
    missing: str = ""


class Voice(Protocol):
    """How an approved answer is worded."""

    def reword(self, answer: Answer, locale: Locale) -> Rewording: ...


class AsApproved:
    """The default: word for word."""

    def reword(self, answer: Answer, locale: Locale) -> Rewording:
        """The approved text."""
        return Rewording(answer.long, "verbatim")


class Rephraser:
    """Asks the language model to reword and lets nothing through that is not in the answer; thread-safe.

    Args:
        timeout_s: the longest that a customer waits for a rewording, in seconds.
    """

    def __init__(self, llm: LanguageModel, *, timeout_s: float = TIMEOUT_S) -> None:
        self._llm, self._timeout_s = llm, timeout_s
        self._writer = Writer(llm, timeout_s=timeout_s)
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="rephrase")
        self.outcomes: Counter[Outcome] = Counter()  # since the start, for whoever runs it

    def reword(self, answer: Answer, locale: Locale) -> Rewording:
        """The answer's long text in other words, or as it stands."""
        done = self._reword(answer, locale)
        self.outcomes[done.outcome] += 1
        why = sorted({one.why for one in done.unsupported})
        log.info(
            "rephrase: %s %s", done.outcome, ", ".join(why), extra={"entry": answer.entry, "outcome": done.outcome}
        )
        return done

    def _reword(self, answer: Answer, locale: Locale) -> Rewording:
        if answer.verbatim:
            return Rewording(answer.long, "verbatim")
        if self._llm.ready() != "ready":
            return Rewording(answer.long, "unavailable", missing=f"the model is {self._llm.ready()}")
        writing = self._pool.submit(self._writer.write, _PROMPT[locale], answer.long, tokens_max=TOKENS_MAX)
        try:
            drafted = writing.result(timeout=self._timeout_s)
        except (TooSlow, ModelUnavailable) as error:
            writing.cancel()
            why = LATE if isinstance(error, TooSlow) else str(error)
            log.info("rephrase: no rewording (%s)", why)
            return Rewording(answer.long, "unavailable", missing=why)
        if drafted == answer.long:
            return Rewording(answer.long, "same", drafted=drafted)
        passages = [answer.long, answer.short, *(citation.quote for citation in answer.citations)]
        sources = [citation.source for citation in answer.citations]
        wrong = [*check(drafted, passages, locale, sources=sources), *left_out(drafted, answer.long, locale)]
        if wrong:
            return Rewording(answer.long, "unsupported", tuple(wrong), drafted)
        return Rewording(drafted, "kept", drafted=drafted)
