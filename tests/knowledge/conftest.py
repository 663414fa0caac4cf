"""One library over the corpus that ships, built once: to embed its texts takes minutes; and a small one beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from agent.settings import load as load_settings
from knowledge.embeddings import Embedder, embedded
from knowledge.library import ENTRIES, Library
from tools.tariff import load_tariff


@pytest.fixture(scope="session")
def embedders() -> tuple[Embedder, ...]:
    return embedded()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is there already is not made anew: it is kept by its content."""
    folder = tmp_path_factory.mktemp("knowledge")
    for file in (load_settings(os.environ).models / "knowledge").glob("*.npz"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="session")
def library(cache: Path, embedders: tuple[Embedder, ...]) -> Library:
    return Library(ENTRIES, load_tariff().spoken(), cache, embedders)


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the entries about cards only, for tests that build a library of their own."""
    folder = tmp_path_factory.mktemp("cards") / "entries"
    folder.mkdir()
    shutil.copy(ENTRIES / "cards.yaml", folder)
    shutil.copy(ENTRIES.parent / "sources.yaml", folder.parent)
    return folder


@pytest.fixture(scope="session")
def cards_cache(
    cache: Path, cards: Path, embedders: tuple[Embedder, ...], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What a library over the entries about cards keeps."""
    folder = tmp_path_factory.mktemp("cards-cache")
    shutil.copytree(cache, folder, dirs_exist_ok=True)
    Library(cards, load_tariff().spoken(), folder, embedders)
    return folder
