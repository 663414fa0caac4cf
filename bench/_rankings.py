"""What our rankings are measured beside: BM25 as the library ships it, and LangChain's EnsembleRetriever."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bm25s
import jieba
import numpy as np
from langchain_classic.retrievers import EnsembleRetriever
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

FIRST = 20  # what a retriever gives the ensemble

Ranking = Callable[[str], Sequence[float]]  # a question to one score for each text or entry


class Scored(BaseRetriever):
    """A ranking as LangChain wants it."""

    ranking: Ranking

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        scores = np.asarray(self.ranking(query))
        return [Document(page_content=str(at), id=str(at)) for at in np.argsort(-scores, kind="stable")[:FIRST]]


def ensemble(rankings: Sequence[Ranking]) -> Ranking:
    """LangChain's fusion by reciprocal ranks, with its defaults and equal weights."""
    retriever = EnsembleRetriever(retrievers=[Scored(ranking=one) for one in rankings], weights=[], id_key=None)
    count = len(rankings[0]("问"))

    def rank(query: str) -> Sequence[float]:
        out = np.zeros(count)
        for place, document in enumerate(retriever.invoke(query)):
            out[int(document.page_content)] = 1 / (1 + place)
        return list(out)

    return rank


def words_bm25(texts: Sequence[str]) -> Ranking:
    """BM25 over words, as one would set it up in five lines."""
    index = bm25s.BM25()
    index.index([jieba.lcut(text) for text in texts], show_progress=False)

    def rank(query: str) -> Sequence[float]:
        known = [word for word in jieba.lcut(query) if word in index.vocab_dict]
        return list(index.get_scores(known)) if known else [0.0] * len(texts)

    return rank


def best_of(ranking: Ranking, group_of: Sequence[int], groups: int) -> Ranking:
    """A ranking of texts as one of groups: the best text of each counts. Groups from ``groups`` on are left away."""
    of = np.asarray(group_of)
    keep = of < groups

    def rank(query: str) -> Sequence[float]:
        out = np.full(groups, -np.inf)
        np.maximum.at(out, of[keep], np.asarray(ranking(query))[keep])
        return list(out)

    return rank
