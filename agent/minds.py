"""What takes long to load and is only read: understanding and knowledge, and the bank's own documents beside them."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from datetime import date

from agent.llm.port import LanguageModel
from agent.settings import Settings
from agent.understand.build import build_cascade
from agent.understand.cascade import Cascade
from agent.understand.port import Hearing
from knowledge import grounding
from knowledge.documents import DocumentStore
from knowledge.embeddings import embedded
from knowledge.ingest.run import CannotIngest, ingest
from knowledge.library import ENTRIES, Library
from knowledge.select import embedders_of, reranker_of
from tools.clock import Clock
from tools.wording import Locale

log = logging.getLogger(__name__)
# the first use of the embeddings loads them; nobody should have to wait for it
_FIRST: tuple[tuple[str, Locale], ...] = (("转账要手续费吗", "zh-CN"), ("Is there a fee for transfers?", "en"))


@dataclass(frozen=True)
class Minds:
    """Belongs to no database: servers may share it."""

    understanding: Cascade
    library: Library

    def warm_up(self, settings: Settings, today: date) -> None:
        """Make the models load before somebody has to wait for them."""
        for words, locale in _FIRST:
            self.understanding.understand(words, Hearing(locale=locale))
            self.library.ask(words, locale, today)
        if settings.rephrase:
            grounding.warm_up()


def minds(settings: Settings, llm: LanguageModel | None = None) -> Minds:
    """Load understanding and knowledge; trains and computes what the models' folder does not hold yet."""
    embedders = embedded()  # understanding was trained with one of these, whatever compares questions with entries
    chosen = embedders if settings.embeddings == "embedded" else embedders_of(settings)
    library = Library(
        ENTRIES, settings.tariff().spoken(), settings.models / "knowledge", chosen,
        require_signed=not settings.sandbox, texts=_documents(settings), reranker=reranker_of(settings),
    )  # fmt: skip
    cascade = build_cascade(settings.models / "understanding", embedders, llm, tools=settings.llm_tools)
    return Minds(cascade, library)


def _documents(settings: Settings) -> DocumentStore | None:
    """The bank's own documents; without a usable store citations show the approved words."""
    if settings.documents is None:
        return None
    try:
        return DocumentStore(settings.data)
    except sqlite3.Error as error:
        log.error("the store of documents cannot be used: %s; delete it and start again", error)
        return None


def feed(settings: Settings, clock: Clock) -> None:
    """Put what is new in the folder of documents into service; what is there already serves meanwhile."""
    store = _documents(settings)
    if settings.documents is None or store is None:
        return
    try:
        report = ingest(settings.documents, store, clock.now())
    except (CannotIngest, sqlite3.Error, OSError) as error:
        log.warning("documents stay as they are: %s", error)
        return
    for refused in report.refused:
        log.warning("document refused: %s: %s", refused.path, refused.what)
    log.info("documents: %d read, %d unchanged, %d gone", len(report.read), len(report.kept), len(report.gone))
