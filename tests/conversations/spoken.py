"""What a customer says aloud in the conversations that go by voice alone, over a socket and in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench._voice_lines import Locale

Turn = dict[str, Any]
LINES: dict[Locale, dict[str, str]] = {
    "zh-CN": {
        "wish": "我这张卡插机器读不出来了，给我换一张", "tail": "尾号6688那张", "code": "验证码是{code}", "lesson": "知道了",
        "question": "旧卡上的自动扣款怎么办", "correction": "不对，是3021那张", "yes": "确认办理", "cancel": "不用了",
    },
    "en": {
        "wish": "I lost my card", "tail": "The one ending 6003", "code": "The code is {code}", "lesson": "I understand", "yes": "Yes, go ahead.",
        "cancel": "No, thank you.",
    },
}  # fmt: skip
VOICES: dict[Locale, str] = {"zh-CN": "zm_yunxi", "en": "am_michael"}
TRIES = 4  # a customer says a thing again when it was not made out
TURNS_MAX = 24


def card_read_back(turn: Turn) -> str | None:
    """The card in a read-back."""
    params = [row for card in turn["reply"]["cards"] if card["type"] == "confirm" for row in card["params"]]
    return next((row["value"] for row in params if row["name"] == "card"), None)


def wanted(turn: Turn) -> str | None:
    """Which line an obliging customer says to this reply; None where nothing is asked."""
    cards = {card["type"] for card in turn["reply"]["cards"]}
    if "otp" in cards:
        return "code"
    return {"collect": "tail", "confirm": "yes", "educate": "lesson", "identity": "code"}.get(turn["stage"])


class Script:
    """One conversation: ``say`` speaks a line's words and gives the turn that came of it (the last one where none did)."""

    def __init__(self, locale: Locale, say: Callable[[str], Turn], code: Callable[[], str]) -> None:
        self._lines, self._say, self._code = LINES[locale], say, code

    def until(self, key: str, meant: Callable[[Turn], bool]) -> Turn:
        """Say it, again if need be, until it was taken as meant."""
        seen: list[tuple[str, str]] = []
        for _ in range(TRIES):
            turn = self._say(self.words(key))
            if meant(turn):
                return turn
            seen.append((turn["heard"], turn["reply"]["text"]))
        raise AssertionError(f"{self.words(key)!r} was not made out: {seen}")

    def walk(self, turn: Turn, arrived: Callable[[Turn], bool]) -> Turn:
        """Answer what is asked until it has come so far."""
        for _ in range(TURNS_MAX):
            if arrived(turn):
                return turn
            key = wanted(turn)
            assert key is not None, f"nothing is asked: {turn['reply']['text']}"
            turn = self._say(self.words(key))
        raise AssertionError(f"it does not come so far: {turn['heard']!r}, {turn['reply']['text']!r}")

    def words(self, key: str) -> str:
        return self._lines[key].format(code=self._code()) if key == "code" else self._lines[key]


def replace_a_card(script: Script) -> Turn:
    """Conversation 1: the wish, which card, the code, what to know, a question in the middle, a correction, the yes."""
    turn = script.until("wish", lambda turn: turn["service"] == "card.replace")
    script.walk(turn, lambda turn: card_read_back(turn) == "6688")
    answered = script.until("question", lambda turn: bool(turn["citations"]))
    assert answered["service"] == "card.replace"
    turn = script.until("correction", lambda turn: turn["service"] == "card.replace" and card_read_back(turn) != "6688")
    turn = script.walk(turn, lambda turn: card_read_back(turn) == "3021")
    return script.walk(turn, lambda turn: bool(turn["actions"]))


def lose_a_card(script: Script) -> Turn:
    """Conversation 4: lost, stopped."""
    turn = script.until("wish", lambda turn: turn["service"] == "card.report_loss")
    return script.walk(turn, lambda turn: bool(turn["actions"]))


CONVERSATIONS: dict[Locale, tuple[str, Callable[[Script], Turn], tuple[str, str]]] = {
    "zh-CN": ("C1001", replace_a_card, ("card.replace", "3021")),
    "en": ("C1007", lose_a_card, ("card.report_loss", "6003")),
}
