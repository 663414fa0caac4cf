"""A second look at the first few: a reranker reads question and answer together, which embeddings never do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)
_Item = TypeVar("_Item")
LOOKED_AT = 10  # texts that are read with the question; each costs as much as embedding it


class CannotRank(Exception):
    """The reranker did not answer, or not with one score for each text."""


class Reranker(Protocol):
    """Says how well each text answers a question."""

    @property
    def name(self) -> str: ...

    def scores(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One number for each text, higher is better; shape (texts,).

        Raises:
            CannotRank: no answer, or none that can be used.
        """
        ...


def reranked(
    reranker: Reranker | None, query: str, items: Sequence[_Item], text: Callable[[_Item], str]
) -> list[_Item]:
    """``items`` with the first ``LOOKED_AT`` in the reranker's order; as they were without one, or where it fails."""
    first, rest = list(items[:LOOKED_AT]), list(items[LOOKED_AT:])
    if reranker is None or len(first) < 2:
        return [*first, *rest]
    try:
        scores = reranker.scores(query, [text(one) for one in first])
    except CannotRank as error:
        log.warning("not reranked: %s", error, extra={"reranker": reranker.name})
        return [*first, *rest]
    return [*(first[at] for at in np.argsort(-scores, kind="stable")), *rest]
