"""The model stage: a vote between a few candidates, as probabilities."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Any, Protocol

from agent.understand.classifier import Scored

log = logging.getLogger(__name__)
TIMEOUT_S = 3.0
LETTERS = "ABCD"
FLOOR = 0.02
_SYSTEM = (
    "You sort what bank customers say. You are given candidate meanings with letters. Answer with one letter only: the "
    "meaning that fits what the customer wants done now. A question about a service is not a wish for the service."
)


class Chooser(Protocol):
    """``choose`` returns a probability for each candidate label (sum 1), or None when it cannot answer in time."""

    def choose(self, said: str, candidates: Mapping[str, str]) -> dict[str, float] | None: ...


class LanguageModel(Protocol):
    """What is needed of a language model: an OpenAI-compatible address that may not be ready yet."""

    @property
    def base_url(self) -> str: ...
    @property
    def api_key(self) -> str: ...
    @property
    def model(self) -> str: ...
    def ready(self) -> bool: ...


class EndpointChooser:
    """Asks an OpenAI-compatible endpoint for one token and reads the log-probabilities of the letters.

    The instruction comes first and never changes, so that the server can keep it in its prefix cache. Any error, and an
    answer later than ``timeout_s``, counts as no opinion.
    """

    def __init__(self, model: LanguageModel, *, timeout_s: float = TIMEOUT_S) -> None:
        self._model, self._timeout_s = model, timeout_s
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="chooser")
        self._client: tuple[str, Any] | None = None

    def choose(self, said: str, candidates: Mapping[str, str]) -> dict[str, float] | None:
        """Probabilities over ``candidates`` (label → one line of description; at most four)."""
        if not self._model.ready() or not 2 <= len(candidates) <= len(LETTERS):
            return None
        try:
            return self._pool.submit(self._ask, said, candidates).result(timeout=self._timeout_s)
        except TooSlow:
            log.info("chooser: no answer in time")
        except Exception as error:  # whatever an endpoint does, the turn goes on without it
            log.info("chooser: no opinion (%s)", type(error).__name__)
        return None

    def _open(self) -> Any:
        from openai import OpenAI

        url = self._model.base_url
        if self._client is None or self._client[0] != url:
            client = OpenAI(base_url=url, api_key=self._model.api_key or "none", timeout=self._timeout_s, max_retries=0)
            self._client = (url, client)
        return self._client[1]

    def _ask(self, said: str, candidates: Mapping[str, str]) -> dict[str, float] | None:
        names = list(candidates)
        lines = "\n".join(f"{letter}: {candidates[name]}" for letter, name in zip(LETTERS, names, strict=False))
        answer = self._open().chat.completions.create(
            model=self._model.model,
            messages=[
                {"role": "system", "content": _SYSTEM},
                {"role": "user", "content": f"Candidates:\n{lines}\nCustomer: {said[:400]}\nLetter:"},
            ],
            max_tokens=1,
            temperature=0,
            logprobs=True,
            top_logprobs=10,
        )
        found = answer.choices[0].logprobs
        tops = found.content[0].top_logprobs if found is not None and found.content else []
        mass = dict.fromkeys(names, 0.0)
        for top in tops:
            letter = top.token.strip().upper()
            if len(letter) == 1 and letter in LETTERS[: len(names)]:
                mass[names[LETTERS.index(letter)]] += math.exp(top.logprob)
        total = sum(mass.values())
        return {name: p / total for name, p in mass.items()} if total > 0.05 else None


def describe(labels: Sequence[str]) -> dict[str, str]:
    """One line for each label, both languages."""
    from tools.catalogue import catalogue

    fixed = {
        "ask_knowledge": "问规定、费用、时间、条件 / a question about rules, fees, times or conditions",
        "out_of_scope": "和银行业务无关 / nothing to do with banking here",
        "cancel": "不办了 / stop what is going on",
        "repeat": "再说一遍 / say it again",
        "correct": "更正刚才说的 / correct what was said",
        "confirm": "同意 / yes",
        "deny": "不同意 / no",
    }
    out = {}
    for label in labels:
        entry = catalogue().get(label)
        if entry is not None:
            out[label] = f"现在要办: {entry.name.zh} / wants now: {entry.name.en}"
        else:
            out[label] = fixed.get(label, f"闲聊 / small talk: {label.partition('.')[2]}")
    return out


def combined(chooser: Chooser, said: str, scored: Scored, weight: float, most: int) -> Scored | None:
    """The examples' probabilities with the model's vote in log-odds at ``weight``; None without a vote.

    What the two share out is the probability that the candidates had together: the model cannot make a label likely that the
    examples found impossible.
    """
    head = scored.ranked[:most]
    votes = chooser.choose(said, describe([label for label, _ in head]))
    if votes is None:
        return None
    mass = sum(p for _, p in head)
    raw = {
        label: math.exp(math.log(max(p, 1e-6)) + weight * math.log(max(votes.get(label, 0.0), FLOOR)))
        for label, p in head
    }
    total = sum(raw.values())
    ranked = sorted(((label, mass * value / total) for label, value in raw.items()), key=lambda item: -item[1])
    return Scored((*ranked, *scored.ranked[most:]))
