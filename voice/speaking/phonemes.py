"""Words to the sounds that Kokoro was taught: Chinese by pinyin, English by espeak-ng, both in one line.

A mixed sentence becomes one row of phonemes and is spoken in one go by one voice: there is no seam to hear.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from typing import TYPE_CHECKING

from voice.segmenting import segmenter
from voice.speaking.lexicon import Lexicon

if TYPE_CHECKING:
    from misaki.espeak import EspeakFallback
    from misaki.tone_sandhi import ToneSandhi

_PIECES = re.compile(r"[一-鿿]+|[A-Za-z][A-Za-z '’.-]*[A-Za-z]|[A-Za-z]|[^一-鿿A-Za-z]+")
_STOPS = str.maketrans(
    {"，": ",", "、": ",", "。": ".", "！": "!", "？": "?", "：": ":", "；": ";", "（": ",", "）": ",", "(": ",", ")": ","}
    | {"“": "", "”": "", "‘": "", "’": "", "「": "", "」": "", "《": "", "》": "", "【": ",", "】": ",", "—": ",", "·": " "}
)  # fmt: skip
_ACCENTED = re.compile(r"[À-ɏ]+")
_SPELLED = re.compile(r"(?<![A-Za-z])([A-Z]{2,5})(?![A-Za-z])")


class Phonemizer:
    """Thread-safe; loads its dictionaries at the first use (about one second)."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or Lexicon.from_file()
        self._lock = threading.Lock()
        self._sandhi: ToneSandhi | None = None
        self._english: dict[bool, EspeakFallback] = {}

    def phonemes(self, text: str, *, british: bool = False) -> str:
        """The sounds of words in any mixture of Chinese and English."""
        sounds = ""
        plain = _ACCENTED.sub(lambda m: unicodedata.normalize("NFKD", m[0]).encode("ascii", "ignore").decode(), text)
        for piece in _PIECES.findall(plain):
            if "一" <= piece[0] <= "鿿":
                piece_sounds = self.chinese(piece)
            elif piece[0].isascii() and piece[0].isalpha():
                piece_sounds = self.english(piece, british=british)
            else:
                sounds = sounds.rstrip() + _stops(piece)
                continue
            sounds += piece_sounds if not sounds or sounds.endswith(" ") else f" {piece_sounds}"
        return sounds.strip()

    def chinese(self, text: str) -> str:
        """Chinese characters to sounds, a space between words."""
        segmenter()  # before misaki, which imports jieba as it is
        from misaki.zh import ZHG2P

        words = ("".join(ZHG2P.py2ipa(syllable) for syllable in word) for word in self.pinyin(text))
        return " ".join(word.replace(chr(815), "") for word in words if word)

    def pinyin(self, text: str) -> list[list[str]]:
        """Word by word, a syllable with its tone number for each character: 还款 → [huan2, kuan3].

        The few characters that have no reading are passed over.
        """
        with self._lock:
            posseg = segmenter().posseg
            from misaki.tone_sandhi import ToneSandhi
            from pypinyin import Style, lazy_pinyin
            from pypinyin.constants import PINYIN_DICT

            if self._sandhi is None:
                self._sandhi = ToneSandhi()
            readable = "".join(character for character in text if ord(character) in PINYIN_DICT)
            tagged = [(pair.word, pair.flag) for pair in posseg.lcut(readable)]
            tagged = self._sandhi.pre_merge_for_modify(tagged)
        words = [word for word, _ in tagged]
        said: list[str] = []
        for word, flag in tagged:
            plain = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
            if len(plain) == len(word):
                plain = self._sandhi.modified_tone(word, flag, plain)
            said += plain if len(plain) == len(word) else lazy_pinyin(list(word), style=Style.TONE3)
        text = "".join(words)
        for at, character in enumerate(text):
            if character == "一" and text[at - 1 : at] in {"十", "零"}:  # the last of a number keeps its tone: 十一
                said[at] = "yi1"
        for at, word in self._lexicon.found(words):
            said[at : at + len(word)] = self._lexicon.zh[word]
        result, at = [], 0
        for word in words:
            result.append(said[at : at + len(word)])
            at += len(word)
        return result

    def english(self, text: str, *, british: bool) -> str:
        """English words to sounds, American or British."""
        from misaki.token import MToken

        words = _SPELLED.sub(lambda m: m[0] if m[0] in self._lexicon.en else " ".join(m[0]), text)
        words = re.sub(r"(?<![A-Za-z])A(?= [A-Z](?![a-z])|$)", "eh", self._lexicon.respelled(words))  # the letter
        with self._lock:
            if british not in self._english:
                from misaki.espeak import EspeakFallback

                self._english[british] = EspeakFallback(british)
            sounds, _ = self._english[british](MToken(text=words, tag="", whitespace=""))
        return sounds or ""


def _stops(piece: str) -> str:
    """Punctuation as pauses that the engine knows."""
    kept = re.sub(r"[^,.!?:;… ]", " ", piece.translate(_STOPS))
    stop = next((char for char in kept if char in ".!?…:;,"), "")
    return f"{stop} " if stop else " "
