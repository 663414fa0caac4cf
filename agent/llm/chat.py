"""Ways to ask the language model: as a LangChain chat model, for a choice among letters, and for a few sentences."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import SecretStr

from agent.llm.port import LanguageModel, ModelUnavailable

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

REPLY_TOKENS_MAX = 256
ANSWER_BYTES_MAX = 2**17
LATE = "late"
TOP_TOKENS = 20  # the most that OpenAI's protocol allows


def chat_model(
    llm: LanguageModel, *, timeout_s: float = 20.0, tokens_max: int = REPLY_TOKENS_MAX, temperature: float = 0.0
) -> ChatOpenAI:
    """A chat model for LangChain; make one when it is needed, as the address may change.

    Raises:
        ModelUnavailable: it is not ready.
    """
    from langchain_openai import ChatOpenAI  # takes seconds to import, and no start should wait for it

    return ChatOpenAI(
        base_url=llm.base_url, api_key=SecretStr(llm.api_key), model=llm.model, temperature=temperature,
        max_completion_tokens=tokens_max, timeout=timeout_s, max_retries=0, use_responses_api=False,
        http_client=_client(llm, timeout_s, kept=0),  # lives as long as the answer
    )  # fmt: skip


def _client(llm: LanguageModel, timeout_s: float, *, kept: int) -> httpx.Client:
    """``kept`` connections stay open for the next call; on this machine a new one costs nothing."""
    limits = httpx.Limits(max_keepalive_connections=kept)
    return httpx.Client(trust_env=not llm.on_this_machine, timeout=timeout_s, limits=limits)


@dataclass(frozen=True)
class Chosen:
    """Letter → probability, adding up to one, and the time it took."""

    probabilities: dict[str, float]
    ms: float

    @property
    def best(self) -> str:
        """The most probable letter."""
        return max(self.probabilities, key=self.probabilities.__getitem__)


class Chooser:
    """Lets the model choose one of a few letters; thread-safe.

    One token is generated, and the probabilities are the model's own over the letters. Keep what is the same in every
    call in the prefix: it is read once (60 tokens a second on two cores) and then taken from the cache.
    """

    def __init__(self, llm: LanguageModel, *, timeout_s: float = 4.0) -> None:
        self._llm = llm
        self._http = _client(llm, timeout_s, kept=0 if llm.on_this_machine else 4)

    def choose(self, prefix: str, question: str, letters: Sequence[str]) -> Chosen:
        """``prefix`` is the system prompt, ``question`` the user's message that asks for one of ``letters``.

        Raises:
            ModelUnavailable: not ready, too slow, refused, or the answer was none of the letters.
        """
        started = time.perf_counter()
        try:
            answer = self._post({
                "messages": [{"role": "system", "content": prefix}, {"role": "user", "content": question}],
                "max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": TOP_TOKENS,
            })  # fmt: skip
            probabilities = _over(letters, answer["choices"][0])
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise ModelUnavailable(f"the answer was not understood ({type(error).__name__})") from error
        return Chosen(probabilities, (time.perf_counter() - started) * 1000)

    def prime(self, prefix: str, *, timeout_s: float = 60.0) -> None:
        """Have a prefix read ahead, so that the first customer does not wait for it.

        Raises:
            ModelUnavailable: as :meth:`choose`.
        """
        messages = [{"role": "system", "content": prefix}, {"role": "user", "content": "."}]
        self._post({"messages": messages, "max_tokens": 1, "temperature": 0}, timeout_s=timeout_s)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _post(self, body: dict[str, Any], *, timeout_s: float | None = None) -> dict[str, Any]:
        url, key = f"{self._llm.base_url}/chat/completions", self._llm.api_key
        timeout = self._http.timeout if timeout_s is None else httpx.Timeout(timeout_s)
        try:
            answer = self._http.post(
                url,
                json={"model": self._llm.model, **body},
                headers={"Authorization": f"Bearer {key}"},
                timeout=timeout,
            )
            answer.raise_for_status()
            parsed = answer.json()
        except httpx.HTTPStatusError as error:
            raise ModelUnavailable(f"it answered {error.response.status_code}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise ModelUnavailable(f"it did not answer ({type(error).__name__})") from error
        if not isinstance(parsed, dict):
            raise ModelUnavailable("the answer was not an object")
        return parsed


class Writer:
    """Lets the model write a few sentences; thread-safe. Give up on an answer that is late, endless or none."""

    def __init__(self, llm: LanguageModel, *, timeout_s: float) -> None:
        self._llm, self._timeout_s = llm, timeout_s

    def write(self, prefix: str, message: str, *, tokens_max: int) -> str:
        """What the model answers to ``message`` under the system prompt ``prefix``.

        Raises:
            ModelUnavailable: not ready, late, refused, cut off at ``tokens_max``, too long, or no text; the message says which.
        """
        end = time.monotonic() + self._timeout_s
        body = {
            "model": self._llm.model,
            "messages": [{"role": "system", "content": prefix}, {"role": "user", "content": message}],
            "max_tokens": tokens_max,
            "temperature": 0,
        }
        request = {"json": body, "headers": {"Authorization": f"Bearer {self._llm.api_key}"}}
        raw = b""
        try:
            with (
                _client(self._llm, self._timeout_s, kept=0) as http,
                http.stream("POST", f"{self._llm.base_url}/chat/completions", **request) as answer,  # type: ignore[arg-type]  # a plain dict
            ):
                answer.raise_for_status()
                for piece in answer.iter_bytes():
                    raw += piece
                    if len(raw) > ANSWER_BYTES_MAX:
                        raise ModelUnavailable("the answer does not end")
                    if time.monotonic() > end:
                        raise ModelUnavailable(LATE)
            choice = json.loads(raw)["choices"][0]
            text, ended = choice["message"]["content"], choice.get("finish_reason")
        except httpx.HTTPStatusError as error:
            raise ModelUnavailable(f"it answered {error.response.status_code}") from error
        except httpx.ReadTimeout as error:
            raise ModelUnavailable(LATE) from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(f"it did not answer ({type(error).__name__})") from error
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise ModelUnavailable(f"the answer was not understood ({type(error).__name__})") from error
        if ended == "length":
            raise ModelUnavailable(f"cut off at {tokens_max} tokens")
        if not isinstance(text, str) or not text.strip():
            raise ModelUnavailable("the answer was empty")
        return text.strip()


def _over(letters: Sequence[str], choice: dict[str, Any]) -> dict[str, float]:
    """The probabilities of the letters alone; " A" counts as "A". Without log-probabilities, the letter said is it."""
    mass = dict.fromkeys(letters, 0.0)
    logprobs = choice.get("logprobs")
    if logprobs and logprobs.get("content"):
        for token in logprobs["content"][0]["top_logprobs"]:
            letter = token["token"].strip()
            if letter in mass:
                mass[letter] += math.exp(token["logprob"])
    elif (said := choice["message"]["content"].strip()[:1]) in mass:
        mass[said] = 1.0
    total = sum(mass.values())
    if total <= 0:
        raise ValueError("none of the letters")
    return {letter: value / total for letter, value in mass.items()}
