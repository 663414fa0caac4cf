"""How alike Chinese words sound: syllables without tones, and how readily one is taken for another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_HAN = re.compile(r"[\u3400-\u9fff]")
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
Syllable = tuple[str, str]  # initial, final

# what southern accents do not keep apart, and what recognisers mix up besides: cost of taking one for the other, 0 to 1
_INITIAL_COST = {
    frozenset(pair.split("/")): cost
    for cost, pairs in (
        (0.1, "zh/z ch/c sh/s"),
        (0.2, "n/l"),
        (0.3, "f/h l/r r/y zh/j ch/q sh/x z/j c/q s/x w/h"),
        (0.4, "b/p d/t g/k j/q z/c zh/ch zh/c z/ch c/s ch/sh q/x b/d m/n"),
    )
    for pair in pairs.split()
}
_FINAL_COST = {
    frozenset(pair.split("/")): cost
    for cost, pairs in (
        (0.1, "an/ang en/eng in/ing ian/iang uan/uang un/ong on/ong"),
        (0.2, "u/ue u/uo u/v ue/ve e/uo o/uo ue/ie ui/ei i/in ian/in ian/ing"),
        (0.3, "i/ing iao/ao ian/an iang/ang ia/a ua/a uan/an uo/ou ie/ei iu/ou un/en un/in i/ie i/ei i/v e/en e/eng ong/eng uai/ai i/ui"),
        (0.4, "ai/a uai/uan uai/ua ao/ou ai/ei an/en ang/eng e/o u/ou ao/a an/a ang/a ai/an ian/ie ui/un"),
    )
    for pair in pairs.split()
}  # fmt: skip
_INITIAL_CLASS = {
    letter: name
    for name, letters in {
        "b": "b p", "d": "d t", "g": "g k", "f": "f h w", "z": "z zh c ch s sh j q x", "l": "l n r y m",
    }.items()
    for letter in letters.split()
}  # fmt: skip
UNLIKE = 1.0


def is_han(char: str) -> bool:
    return _HAN.match(char) is not None


@lru_cache(maxsize=8192)
def syllables(word: str) -> tuple[Syllable, ...]:
    """One for each Han character of ``word``, which has nothing else."""
    from pypinyin import lazy_pinyin  # its dictionary takes a quarter of a second to load

    return tuple(_parted(said) for said in lazy_pinyin(word))


def _parted(said: str) -> Syllable:
    initial = next((start for start in _INITIALS if said.startswith(start)), "")
    final = said[len(initial) :]
    if initial in {"j", "q", "x", "y"} and final.startswith("u") and final not in {"u", "ue", "un", "uan"}:
        return initial, final
    if initial == "y":  # yan → ian, ying → ing: as they rhyme
        final = final if final.startswith(("i", "u")) else f"i{final}"
    elif initial == "w" and not final.startswith("u"):
        final = f"u{final}"
    return initial, final


def unlike(one: Syllable, other: Syllable) -> float:
    """0: the same but for the tone; 1: nobody takes one for the other."""
    initial = 0.0 if one[0] == other[0] else _INITIAL_COST.get(frozenset((one[0], other[0])), UNLIKE)
    final = 0.0 if one[1] == other[1] else _FINAL_COST.get(frozenset((one[1], other[1])), UNLIKE)
    return min(UNLIKE, initial + final)


def distance(heard: Sequence[Syllable], meant: Sequence[Syllable]) -> float:
    """The sum over syllables; as many as there are where the numbers differ."""
    if len(heard) != len(meant):
        return UNLIKE * max(len(heard), len(meant))
    return sum(unlike(one, other) for one, other in zip(heard, meant, strict=True))


def coarse(word: Sequence[Syllable]) -> tuple[str, ...]:
    """A key under which words that may be taken for each other are found together: classes of initials alone."""
    return tuple(_INITIAL_CLASS.get(initial, initial or "l") for initial, _ in word)
