"""The engine's tokenizer, which it does not offer by itself: the likeliest cut of a text into known pieces."""

from __future__ import annotations

import re

from knowledge.e5_file import Pieces

SPACE = "\u2581"
UNKNOWN_COSTS = 10.0  # below the least likely piece
PREFIX = "query: "


class Tokenizer:
    """Ids of a text as the engine feeds them."""

    def __init__(self, known: Pieces) -> None:
        self._known = known
        self._ids = {
            piece.decode("utf-8", "replace"): i for i, piece in reversed(list(enumerate(known.pieces))) if piece
        }
        self._longest = max(map(len, self._ids))
        self._unknown_score = float(known.scores.min()) - UNKNOWN_COSTS
        self._scores = known.scores.tolist()

    def ids(self, text: str, longest: int) -> list[int]:
        """With the query's prefix and both ends; cut to ``longest``."""
        plain = re.sub(" {2,}", " ", (PREFIX + text).translate(self._known.replaced))
        if not plain.startswith(" "):
            plain = " " + plain
        content = self._cut(plain.replace(" ", SPACE))[: longest - 2]
        return [self._known.begin, *content, self._known.end]

    def _cut(self, text: str) -> list[int]:
        best = [0.0] + [-1e30] * len(text)
        back: list[tuple[int, int]] = [(0, 0)] * (len(text) + 1)
        for start in range(len(text)):
            for stop in range(start + 1, min(len(text), start + self._longest) + 1):
                found = self._ids.get(text[start:stop])
                if found is None or found == self._known.unknown:
                    continue
                score = best[start] + self._scores[found]
                if score > best[stop]:
                    best[stop], back[stop] = score, (start, found)
            if best[start] + self._unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + self._unknown_score, (start, self._known.unknown)
        found_ids, at = [], len(text)
        while at:
            at, piece = back[at]
            found_ids.append(piece)
        return found_ids[::-1]
