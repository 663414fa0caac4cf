"""What recognisers make up: loops, and the closing words of films where nobody spoke."""

from __future__ import annotations

import re
import zlib

# subtitles of videos, which such models learned from; nobody says them at a bank counter
_FILM = re.compile(
    r"字幕|谢谢(?:大家)?(?:观看|收看|收听)|感谢(?:大家)?(?:的)?(?:观看|收看|收听|聆听)|(?:请)?(?:不吝)?点赞|订阅|打赏|明镜|点点栏目|下期(?:节目)?再见|"
    r"中文配音|普通话的句子|李宗盛|作词|作曲|编曲|"
    r"thanks? (?:you )?(?:so much )?for (?:watching|listening|viewing)|subtitles? by|subscribe|amara\.org|like and share|"
    r"see you (?:in the )?next (?:time|video)|captions? by",
    re.I,
)
# said at a counter too, but also what comes out of noise: only where the model itself doubts
_FAINT = re.compile(
    r"(?:you|thank you|thanks|bye(?: bye)?|oh|so|the|hmm+|uh|um|谢谢(?:大家)?|再见|拜拜|嗯|啊|哦|好)[\s.!。！]*", re.I
)
_MARKS = " \t,.;:!?，。；：！？、…♪♫~～-—\"'“”()（）[]【】"
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万点幺]+|[\s,.，。、-]+")
_NUMBER_WORDS = frozenset(
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "oh",
        "double",
        "triple",
        "hundred",
        "thousand",
    ]
)
# whole utterances and long numbers, apart from each other by a space or a stop
_SAID_TWICE = re.compile(
    r"(?<!\d)(\d{4,}|(?<![^\s,，.。!！?？])(?![零〇一二两三四五六七八九十幺]{2,5}[\s,，])[^\W\d_a-zA-Z]{2,})(?:[\s,，.。!！?？]+\1)+(?![^\s,，.。!！?？])"
)
_FAINT_NO_SPEECH, _DOUBTED_NO_SPEECH = 0.5, 0.8
_FAINT_LOGPROB, _DOUBTED_LOGPROB = -0.9, -1.0
_PACKED_RATIO_MAX = 2.4  # whisper's own bound; speech stays below 2


def is_phantom(text: str, logprob: float, no_speech: float) -> bool:
    """Whether ``text`` was made up where nobody spoke."""
    bare = text.strip(_MARKS)
    if not bare or _FILM.search(bare):
        return True
    if no_speech > _DOUBTED_NO_SPEECH and logprob < _DOUBTED_LOGPROB:
        return True
    return _FAINT.fullmatch(bare) is not None and (no_speech > _FAINT_NO_SPEECH or logprob < _FAINT_LOGPROB)


def without_loops(text: str) -> str:
    """``text`` with what was repeated at once said once; digits ("六六八八", "double eight") repeat for good reason.

    Two characters said twice ("好的好的") are how people speak; three times, or something longer twice, is a loop.
    """
    text = _SAID_TWICE.sub(r"\1", text.strip())
    words = text.split()
    if len(words) > 1 and text.isascii():
        return _cut(" ".join(_closed(words, 3)))
    return _cut("".join(_closed(list(text), 4)))


def _closed(items: list[str], long: int) -> list[str]:
    """Runs of one and the same unit closed to a single one; shortest units first."""
    out = list(items)
    for size in range(2, len(out) // 2 + 1):
        at = 0
        while at + 2 * size <= len(out):
            unit = [item.lower().strip(_MARKS) for item in out[at : at + size]]
            times = 1
            while [item.lower().strip(_MARKS) for item in out[at + times * size : at + (times + 1) * size]] == unit:
                times += 1
            if (times > 2 or (times > 1 and (size >= long or 2 * size == len(out)))) and not _is_number(unit):
                del out[at + size : at + times * size]
            else:
                at += 1
    return out


def _is_number(unit: list[str]) -> bool:
    return all(item in _NUMBER_WORDS or item == "" or _NUMERAL.fullmatch(item) for item in unit)


def _cut(text: str) -> str:
    """What still packs too well to be speech keeps only its beginning."""
    raw = text.encode()
    while len(raw) > 60 and len(raw) / len(zlib.compress(raw)) > _PACKED_RATIO_MAX:
        text = text[: len(text) // 2]
        raw = text.encode()
    return text
