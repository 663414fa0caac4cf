"""A language model in the simulated customer's place: it finds the words, the engine still decides what is meant.

``--customer-url`` names an OpenAI-compatible address. Whatever the engine would say in a sentence is put to the model with who the
customer is and what the teller just said, and is said in the model's words where they keep every number and name; otherwise in the
engine's own. A yes, a code or a tail is never reworded: what is agreed to has to be certain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import httpx

from eval.case import Case

TIMEOUT_S = 30.0
TOKENS_MAX = 120
SENTENCE_MIN = {"zh-CN": 6, "en": 3}  # characters, words: what is shorter is an answer and no sentence
LONGEST = 4  # times what the engine would have said
_PROMPT = {
    "zh-CN": "你在扮演一位银行客户（{who}），正在和柜员说话。用你自己的口语，把下面这句话的意思说给柜员听，只说一句，不加别的要求，"
    "数字和人名照说，不要引号，不要解释。",
    "en": "You play a bank's customer ({who}) who is talking to the teller. Say what the line below means in your own spoken words: one "
    "sentence, nothing else asked for, numbers and names as they are, no quotes, no explanation.",
}
_PERSONA = {"plain": ("普通人", "an ordinary person"), "elder": ("老年人", "an elderly person"), "dialect": ("带方言口音", "somebody who speaks a dialect"),
            "misheard": ("打字常出错", "somebody who mistypes")}  # fmt: skip


class Speaker(Protocol):
    """Puts what the customer means into words."""

    def put(self, meant: str, case: Case, heard: str) -> str: ...


class AsWritten:
    """The default: the engine's own phrasings."""

    def put(self, meant: str, case: Case, heard: str) -> str:
        """As they are."""
        return meant


class ByModel:
    """A model at an OpenAI-compatible address. ``outcomes`` counts: kept, unfit (numbers or names were changed, or it ran
    on), unavailable."""

    def __init__(self, base_url: str, model: str, api_key: str = "") -> None:
        self._model = model
        self._http = httpx.Client(
            base_url=base_url.rstrip("/"),
            timeout=TIMEOUT_S,
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
        )
        self.outcomes: Counter[str] = Counter()

    def put(self, meant: str, case: Case, heard: str) -> str:
        """In the model's words where they say the same."""
        size = len(meant) if case.locale == "zh-CN" else len(meant.split())
        if size < SENTENCE_MIN[case.locale] or re.fullmatch(r"[\d\s]+", meant):
            return meant
        who = _PERSONA.get(case.tags()["persona"], _PERSONA["plain"])[case.locale == "en"]
        messages = [
            {"role": "system", "content": _PROMPT[case.locale].format(who=who)},
            {"role": "user", "content": f"柜员 teller: {heard[:400]}\n客户 customer: {meant}"},
        ]
        try:
            answer = self._http.post("/chat/completions", json={
                "model": self._model, "messages": messages, "max_tokens": TOKENS_MAX, "temperature": 0.7,
            })  # fmt: skip
            answer.raise_for_status()
            said = str(answer.json()["choices"][0]["message"]["content"]).strip().strip("“”\"'")
        except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError):
            self.outcomes["unavailable"] += 1
            return meant
        fits = bool(said) and len(said) <= LONGEST * len(meant) + 20 and _fixed(said, case) == _fixed(meant, case)
        self.outcomes["kept" if fits else "unfit"] += 1
        return said if fits else meant


def _fixed(said: str, case: Case) -> Sequence[str]:
    """The numbers in a sentence, and what the customer knows by name."""
    values = {value for goal in case.goal for value in (*goal.params.values(), *goal.answers.values())}
    names = sorted(value for value in values if not re.fullmatch(r"[\d.@]+", value) and value in said)
    return [*sorted(re.findall(r"\d+", said)), *names]
