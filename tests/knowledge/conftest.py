"""One library over the corpus that ships, built once: embedding three thousand texts takes half a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.embeddings import Embedder, embedded
from knowledge.library import ENTRIES, Library
from tools.tariff import load_tariff


@pytest.fixture(scope="session")
def embedders() -> tuple[Embedder, ...]:
    return embedded()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("knowledge")


@pytest.fixture(scope="session")
def library(cache: Path, embedders: tuple[Embedder, ...]) -> Library:
    return Library(ENTRIES, load_tariff().spoken(), cache, embedders)
