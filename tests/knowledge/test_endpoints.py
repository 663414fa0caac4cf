"""Embeddings and reranking by HTTP, against a server with a script: what is sent, and every way it can fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from knowledge import endpoints
from knowledge.embeddings import CannotEmbed
from knowledge.endpoints import EndpointEmbedder, EndpointReranker
from knowledge.rerank import CannotRank, reranked


class Fake(ThreadingHTTPServer):
    """``replies`` are (status, body) for the next calls; without one it embeds texts by their length."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[tuple[int, Any]] = []
        self.heard: list[tuple[str, str | None, dict[str, Any]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.path, self.headers["Authorization"], body))
        status, said = self.server.replies.pop(0) if self.server.replies else (200, embedding_of(body))
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def embedding_of(body: dict[str, Any]) -> dict[str, Any]:
    rows = [{"index": at, "embedding": [len(text), 1.0, 0.0]} for at, text in enumerate(body["input"])]
    return {"data": rows[::-1]}  # the order is the server's affair


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setattr(endpoints, "PAUSE_S", 0.01)
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_texts_become_unit_vectors_in_their_order(fake: Fake) -> None:
    embedder = EndpointEmbedder(fake.url + "/", "bge-m3", "key")
    found = embedder.embed_queries(["a", "abcd"])
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([[1, 1, 0], [4, 1, 0]]) / np.sqrt([[2], [17]]), abs=1e-6)
    assert fake.heard == [
        ("/v1/embeddings", "Bearer key", {"model": "bge-m3", "input": ["a", "abcd"], "encoding_format": "float"})
    ]
    assert embedder.dim == 3
    assert embedder.embed_passages([]).shape == (0, 3)


def test_many_texts_are_sent_some_at_a_time(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "BATCH", 2)
    assert EndpointEmbedder(fake.url, "m").embed_passages(list("abcde")).shape == (5, 3)
    assert [len(body["input"]) for _, _, body in fake.heard] == [2, 2, 1]


def test_names_tell_models_and_addresses_apart(fake: Fake) -> None:
    names = {
        EndpointEmbedder(url, model).name
        for url in (fake.url, "http://127.0.0.1:9")
        for model in ("BAAI/bge-m3", "BAAI/bge m3")
    }
    assert len(names) == 4
    assert all("/" not in name and " " not in name for name in names)  # they name files


def test_a_batch_is_tried_again_and_a_question_is_not(fake: Fake) -> None:
    embedder = EndpointEmbedder(fake.url, "m")
    fake.replies = [(503, {}), (429, {})]
    assert len(embedder.embed_queries(["one", "two"])) == 2
    fake.replies = [(503, {})]
    with pytest.raises(CannotEmbed, match="answered 503"):
        embedder.embed_queries(["one"])
    fake.replies = [(401, {}), (500, {})]
    with pytest.raises(CannotEmbed, match="answered 401"):
        embedder.embed_queries(["one", "two"])
    assert len(fake.replies) == 1  # a refused key is not tried again


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        [],
        {"data": []},
        {"data": [{"index": 0, "embedding": "x"}]},
        {"data": [{"index": 1, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": [None, 1.0]}]},
        {"data": [{"index": 0, "embedding": 3}]},
    ],
)
def test_an_answer_that_is_none_is_named(fake: Fake, body: object) -> None:
    fake.replies = [(200, body)]
    with pytest.raises(CannotEmbed):
        EndpointEmbedder(fake.url, "m").embed_queries(["one"])


def test_an_address_where_nobody_listens_is_named() -> None:
    with pytest.raises(CannotEmbed, match="did not answer"):
        _ = EndpointEmbedder("http://127.0.0.1:9/v1", "m").dim


@pytest.mark.parametrize(
    "answer",
    [
        {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.2}]},
        {"data": [{"index": 0, "relevance_score": 0.2}, {"index": 1, "relevance_score": 0.9}]},
        [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.2}],
    ],
)
def test_a_reranker_gives_one_score_for_each_text(fake: Fake, answer: object) -> None:
    fake.replies = [(200, answer)]
    reranker = EndpointReranker(fake.url, "bge-reranker-v2-m3", "key")
    assert reranker.scores("q", ["one", "two"]) == pytest.approx([0.2, 0.9])
    ((path, key, body),) = fake.heard
    assert (path, key) == ("/v1/rerank", "Bearer key")
    assert body == {"model": "bge-reranker-v2-m3", "query": "q", "documents": ["one", "two"], "top_n": 2}


@pytest.mark.parametrize(
    "reply",
    [(500, {}), (200, {"results": []}), (200, {"results": [{"index": 7, "score": 1}]}), (200, {}), (200, b"no")],
)
def test_without_a_reranker_the_order_stays(fake: Fake, reply: tuple[int, object]) -> None:
    reranker = EndpointReranker(fake.url, "m")
    fake.replies = [reply]
    with pytest.raises(CannotRank):
        reranker.scores("q", ["one", "two"])
    fake.replies = [reply]
    assert reranked(reranker, "q", ["one", "two"], str) == ["one", "two"]


def test_the_better_text_comes_first(fake: Fake) -> None:
    fake.replies = [(200, [{"index": 0, "score": 0.1}, {"index": 1, "score": 0.8}, {"index": 2, "score": 0.8}])]
    assert reranked(EndpointReranker(fake.url, "m"), "q", ["a", "b", "c"], str) == ["b", "c", "a"]
    assert reranked(None, "q", ["a", "b"], str) == ["a", "b"]
