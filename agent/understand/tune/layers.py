"""The engine's encoder in torch: the same numbers as the C engine but for its 8-bit activations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from knowledge.e5_file import ModelFile, decode, encode

MATRICES = ("q", "k", "v", "ao", "fi", "fo")
NORMS = ("aln", "oln")


class Layer(nn.Module):
    """One layer of the encoder; after :meth:`feel_rounding` it computes with its weights as 4 bits would have them."""

    def __init__(self, file: ModelFile, number: int) -> None:
        super().__init__()
        self.heads, self.epsilon, self.number = file.shape.heads, file.shape.epsilon, number
        self.offsets: dict[str, Tensor] = {}  # what rounding adds to each matrix, while that is to be felt
        self.weight, self.bias = nn.ParameterDict(), nn.ParameterDict()
        for name in MATRICES:
            width = file.shape.inner if name == "fo" else file.shape.hidden
            self.weight[name] = nn.Parameter(torch.from_numpy(file.matrix(f"l{number}.{name}.w", width)))
        for name in NORMS:
            self.weight[name] = nn.Parameter(torch.from_numpy(file.vector(f"l{number}.{name}.w")))
        for name in (*MATRICES, *NORMS):
            self.bias[name] = nn.Parameter(torch.from_numpy(file.vector(f"l{number}.{name}.b")))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(texts, tokens, hidden) in and out; ``mask`` (texts, 1, 1, tokens) is true where there is a token."""
        size = (x.shape[0], x.shape[1], self.heads, -1)
        q, k, v = (self._times(x, name).view(size).transpose(1, 2) for name in ("q", "k", "v"))
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self._norm(x + self._times(seen.transpose(1, 2).reshape(x.shape), "ao"), "aln")
        inner = functional.gelu(self._times(x, "fi"))
        return self._norm(x + self._times(inner, "fo"), "oln")

    def _times(self, x: Tensor, name: str) -> Tensor:
        weight = self.weight[name]
        if name in self.offsets:
            weight = weight + self.offsets[name]
        return functional.linear(x, weight, self.bias[name])

    @torch.no_grad()
    def feel_rounding(self) -> None:
        """Renew what rounding adds; it is kept over some steps, because to find it takes longer than a step."""
        for name in MATRICES:
            weight = self.weight[name].detach()
            as_stored = decode(encode(weight.numpy())).reshape(tuple(weight.shape))
            self.offsets[name] = torch.from_numpy(as_stored) - weight

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x.float(), x.shape[-1:], self.weight[name], self.bias[name], self.epsilon)

    @torch.no_grad()
    def take(self, stored: Mapping[str, bytes]) -> None:
        """Weights of an earlier tuning, as the model file holds them."""
        for name in MATRICES:
            raw = decode(stored[f"l{self.number}.{name}.w"])
            self.weight[name].copy_(torch.from_numpy(raw).view(self.weight[name].shape))
        for name in NORMS:
            self.weight[name].copy_(_floats(stored[f"l{self.number}.{name}.w"]))
        for name in (*MATRICES, *NORMS):
            self.bias[name].copy_(_floats(stored[f"l{self.number}.{name}.b"]))

    def tensors(self) -> dict[str, bytes]:
        """As the model file holds them."""
        stored = {f"l{self.number}.{n}.w": encode(self.weight[n].detach().numpy()) for n in MATRICES}
        stored |= {f"l{self.number}.{n}.w": _plain(self.weight[n]) for n in NORMS}
        return stored | {f"l{self.number}.{n}.b": _plain(self.bias[n]) for n in (*MATRICES, *NORMS)}


def _floats(raw: bytes) -> Tensor:
    return torch.from_numpy(np.frombuffer(raw, dtype="<f4").astype(np.float32))


def _plain(values: Tensor) -> bytes:
    return values.detach().numpy().astype("<f4").tobytes()


class Encoder(nn.Module):
    """Embedding of tokens and all layers."""

    def __init__(self, file: ModelFile) -> None:
        super().__init__()
        hidden = file.shape.hidden
        self.words = torch.from_numpy(file.matrix("emb.word", hidden))
        self.places = torch.from_numpy(file.vector("emb.pos").reshape(-1, hidden) + file.vector("emb.type")[:hidden])
        self.norm = [torch.from_numpy(file.vector(f"emb.ln.{part}")) for part in "wb"]
        self.epsilon = file.shape.epsilon
        self.layers = nn.ModuleList(Layer(file, i) for i in range(file.shape.layers))

    def embed(self, ids: Tensor) -> Tensor:
        """(texts, tokens) → (texts, tokens, hidden), before the first layer."""
        x = self.words[ids] + self.places[: ids.shape[1]]
        return functional.layer_norm(x, x.shape[-1:], *self.norm, self.epsilon)

    def run(self, x: Tensor, mask: Tensor, layers: Sequence[int] | range) -> Tensor:
        """Hidden states after ``layers``; ``mask`` is (texts, tokens)."""
        for i in layers:
            x = self.layers[i](x, mask[:, None, None, :])
        return x


def pooled(x: Tensor, mask: Tensor) -> Tensor:
    """Unit vectors (texts, hidden): the mean over each text's tokens."""
    weight = mask[:, :, None].to(x.dtype)
    return functional.normalize((x * weight).sum(dim=1) / weight.sum(dim=1), dim=1)


def padded(rows: Sequence[Sequence[int]], fill: int) -> tuple[Tensor, Tensor]:
    """Ids and mask, (texts, longest)."""
    longest = max(map(len, rows))
    ids = np.full((len(rows), longest), fill, dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=bool)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, True
    return torch.from_numpy(ids), torch.from_numpy(mask)
