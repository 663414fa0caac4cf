"""One library over the corpus that ships, built once: embedding three thousand texts takes half a minute."""

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
    """Vectors that are there already are not embedded anew; whatever else the folder holds is made by the tests."""
    folder = tmp_path_factory.mktemp("knowledge")
    for file in (load_settings(os.environ).models / "knowledge").glob("vectors-*.npz"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="session")
def library(cache: Path, embedders: tuple[Embedder, ...]) -> Library:
    return Library(ENTRIES, load_tariff().spoken(), cache, embedders)
