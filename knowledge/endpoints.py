"""Embeddings and reranking by HTTP: OpenAI's ``/embeddings``, and the ``/rerank`` of Jina, Cohere and those like them."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import numpy.typing as npt

from knowledge.arrays import digest
from knowledge.embeddings import CannotEmbed, Vectors, clean, unit
from knowledge.rerank import CannotRank

BATCH = 64  # texts in one request; more is refused by some servers
TIMEOUT_S = 10.0  # for one question: a customer waits
TIMEOUT_BATCH_S = 120.0
TRIES = 3  # of a batch, while nobody waits; a question is asked once
PAUSE_S = 1.0  # before the second try; twice as long before each further one


class _Endpoint:
    """One address with its key; safe for any number of threads."""

    def __init__(self, base_url: str, model: str, api_key: str | None) -> None:
        self._base, self._model = base_url.rstrip("/"), model
        headers = {"Authorization": f"Bearer {api_key}"} if api_key is not None else {}
        self._http = httpx.Client(headers=headers, trust_env=not _on_this_machine(self._base))
        slug = re.sub(r"[^A-Za-z0-9.-]+", "-", model).strip("-")
        self.name = f"{slug}-{digest(self._base.encode(), model.encode())[:8]}"

    def post(self, path: str, body: dict[str, Any], timeout_s: float, tries: int = 1) -> Any:
        """The parsed answer.

        Raises:
            ConnectionError: none, or an answer that is none; what a later try could mend was tried ``tries`` times.
        """
        for attempt in range(1, tries + 1):
            try:
                answer = self._http.post(f"{self._base}/{path}", json={"model": self._model, **body}, timeout=timeout_s)
                answer.raise_for_status()
                return answer.json()
            except httpx.HTTPStatusError as error:
                status = error.response.status_code
                what, lasting = f"answered {status}", status < 500 and status != httpx.codes.TOO_MANY_REQUESTS
            except httpx.HTTPError as error:
                what, lasting = f"did not answer ({type(error).__name__})", False
            except ValueError:
                what, lasting = "answered with something that is not JSON", True
            if lasting or attempt == tries:
                raise ConnectionError(f"{self._base}/{path} {what}")
            time.sleep(PAUSE_S * 2 ** (attempt - 1))
        raise ConnectionError("never tried")


def _on_this_machine(url: str) -> bool:
    """A proxy has no business between this process and its own machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class EndpointEmbedder:
    """A model behind an OpenAI-compatible endpoint. Questions and passages are embedded alike, as bge-m3 wants it."""

    def __init__(self, base_url: str, model: str, api_key: str | None = None) -> None:
        self._endpoint = _Endpoint(base_url, model, api_key)
        self.name = self._endpoint.name

    @cached_property
    def dim(self) -> int:
        """Asked of the endpoint, once.

        Raises:
            CannotEmbed: it does not answer.
        """
        return int(self._batch(["."]).shape[1])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises CannotEmbed."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        some = [self._batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        if len({one.shape[1] for one in some}) > 1:
            raise CannotEmbed(f"{self.name}: vectors of several lengths")
        return np.concatenate(some)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Raises CannotEmbed."""
        return self.embed_queries(texts)

    def _batch(self, texts: Sequence[str]) -> Vectors:
        body = {"input": [clean(text) for text in texts], "encoding_format": "float"}
        timeout_s, tries = (TIMEOUT_S, 1) if len(texts) == 1 else (TIMEOUT_BATCH_S, TRIES)
        try:
            answer = self._endpoint.post("embeddings", body, timeout_s, tries)
            rows = {int(one["index"]): one["embedding"] for one in answer["data"]}
            vectors = np.array([rows[at] for at in range(len(texts))], dtype=np.float32)
        except ConnectionError as error:
            raise CannotEmbed(str(error)) from error
        except (KeyError, TypeError, ValueError) as error:
            raise CannotEmbed(f"{self.name}: not one vector for each text ({type(error).__name__})") from error
        if vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise CannotEmbed(f"{self.name}: not vectors of numbers")
        return unit(vectors)


class EndpointReranker:
    """A cross-encoder behind a ``/rerank`` endpoint."""

    def __init__(self, base_url: str, model: str, api_key: str | None = None) -> None:
        self._endpoint = _Endpoint(base_url, model, api_key)
        self.name = self._endpoint.name

    def scores(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See :class:`knowledge.rerank.Reranker`."""
        body = {"query": clean(query), "documents": [clean(text) for text in texts], "top_n": len(texts)}
        out = np.full(len(texts), np.nan, dtype=np.float32)
        try:
            answer = self._endpoint.post("rerank", body, TIMEOUT_S)
            found = answer if isinstance(answer, list) else answer.get("results", answer.get("data"))
            for one in found:
                out[int(one["index"])] = one["relevance_score"] if "relevance_score" in one else one["score"]
        except ConnectionError as error:
            raise CannotRank(str(error)) from error
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise CannotRank(f"{self.name}: the answer was not understood ({type(error).__name__})") from error
        if not np.isfinite(out).all():
            raise CannotRank(f"{self.name}: not one score for each text")
        return out
