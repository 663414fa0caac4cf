"""Which models the settings name, and that a ranking is used only with the embeddings it was calibrated for."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge import calibrate
from knowledge.embeddings import CannotEmbed, Vectors, unit
from knowledge.endpoints import EndpointEmbedder, EndpointReranker
from knowledge.hf import HfEmbedder, HfReranker
from knowledge.library import Library
from knowledge.rerank import CannotRank
from knowledge.retrieve import RANKING_FILE, NotCalibrated, load_calibration, ranking_file
from knowledge.select import embedders_of, reranker_of
from knowledge.settings import BadKnowledgeSettings, KnowledgeSettings, configured
from tools.tariff import load_tariff

DAY = date(2026, 11, 24)


class Letters:
    """An embedding that anybody can work out: which characters a text has."""

    name, dim = "letters", 64

    def __init__(self) -> None:
        self.down = False

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        if self.down:
            raise CannotEmbed("down")
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for letter in text.lower():
                row[ord(letter) % self.dim] += 1
        return unit(out)

    embed_passages = embed_queries


class Longest:
    """A reranker that likes long texts."""

    name = "longest"

    def __init__(self) -> None:
        self.read: list[Sequence[str]] = []
        self.down = False

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        self.read.append(texts)
        if self.down:
            raise CannotRank("down")
        return np.array([len(text) for text in texts], dtype=np.float32)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KnowledgeSettings.model_fields:
        monkeypatch.delenv(f"SKYTELLER_{name.upper()}", raising=False)


def test_that_the_settings_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(embedders_of(configured())) == 2
    assert reranker_of(configured()) is None
    monkeypatch.setenv("SKYTELLER_EMBEDDINGS_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SKYTELLER_EMBEDDINGS_API_KEY", "key")
    monkeypatch.setenv("SKYTELLER_RERANKER_BASE_URL", "http://127.0.0.1:9/v1")
    (one,) = embedders_of(configured())
    assert isinstance(one, EndpointEmbedder)
    assert isinstance(reranker_of(configured()), EndpointReranker)


def test_that_the_extra_is_chosen_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYTELLER_EMBEDDINGS", "hf")
    monkeypatch.setenv("SKYTELLER_RERANKER", "hf")
    (one,) = embedders_of(configured())
    assert isinstance(one, HfEmbedder)
    assert isinstance(reranker_of(configured()), HfReranker)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"EMBEDDINGS": "endpoint"}, "needs SKYTELLER_EMBEDDINGS_BASE_URL"),
        ({"EMBEDDINGS": "hf", "EMBEDDINGS_BASE_URL": "http://x/v1"}, "contradicts SKYTELLER_EMBEDDINGS_BASE_URL"),
        ({"RERANKER": "endpoint"}, "needs SKYTELLER_RERANKER_BASE_URL"),
        ({"EMBEDDINGS": "best"}, "SKYTELLER_EMBEDDINGS"),
        ({"RERANKER_BASE_URL": "x"}, "SKYTELLER_RERANKER_BASE_URL"),
    ],
)
def test_that_a_contradiction_is_named(environ: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(f"SKYTELLER_{name}", value)
    with pytest.raises(BadKnowledgeSettings, match=said):
        configured()


def test_that_what_ships_is_for_the_embedded_pair(tmp_path: Path) -> None:
    pair = embedders_of(configured())
    assert ranking_file(pair, tmp_path) == RANKING_FILE
    load_calibration(RANKING_FILE, pair)
    other = ranking_file([Letters()], tmp_path)
    assert other.parent == tmp_path
    for path in (other, RANKING_FILE):
        with pytest.raises(NotCalibrated, match=r"letters: run `python -m knowledge\.calibrate`"):
            load_calibration(path, [Letters()])


@pytest.fixture(scope="module")
def calibrated(cards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the vectors and the ranking of one embedding that is not the embedded pair."""
    folder = tmp_path_factory.mktemp("calibrated")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibrate, "ENTRIES", cards)
        patch.setattr(calibrate, "embedders_of", lambda settings: (Letters(),))
        assert calibrate.main(["--cache", str(folder)]) == 0
    return folder


def test_that_another_embedding_serves_once_it_is_calibrated(
    calibrated: Path, cards: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = json.loads(ranking_file([Letters()], calibrated).read_text(encoding="utf-8"))
    assert kept["embeddings"] == ["letters"]
    embedder = Letters()
    library = Library(cards, load_tariff().spoken(), calibrated, [embedder])
    asked = library.entries[0].asks.zh[0]
    answer = library.ask(asked, "zh-CN", DAY)
    assert answer is not None
    assert answer.entry == library.entries[0].id
    embedder.down = True
    with caplog.at_level(logging.WARNING, "knowledge.library"):
        assert library.ask(asked, "zh-CN", DAY) is None
    assert "nothing can be found: down" in caplog.text


def test_that_a_reranker_orders_the_near_ones(calibrated: Path, cards: Path) -> None:
    reranker = Longest()
    tariff = load_tariff().spoken()
    plain = Library(cards, tariff, calibrated, [Letters()])
    library = Library(cards, tariff, calibrated, [Letters()], reranker=reranker)
    query = "换卡"
    entries, found = library.search(query, "zh-CN", DAY, most=5)
    before, confident = plain.search(query, "zh-CN", DAY, most=5)
    assert found.confidence == confident.confidence
    assert len(entries) == len(before) == 5
    near = len(reranker.read[0]) if reranker.read else 0
    assert near > 1
    titles = [text.split("\n")[0] for text in sorted(reranker.read[0], key=len, reverse=True)]
    assert [entry.title.zh for entry in entries][: min(near, 5)] == titles[: min(near, 5)]
    reranker.down = True
    assert library.search(query, "zh-CN", DAY, most=5)[0] == before
