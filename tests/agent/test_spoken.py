"""What she may say, gathered from where it stands."""

from __future__ import annotations

from agent import phrases
from agent.spoken import said, texts
from tools.gate import phrases as gate_phrases
from tools.services import card_replace


def test_every_place_is_looked_into() -> None:
    found = texts()
    assert phrases.BACK in found  # a plain text
    assert gate_phrases.STATUS["done"] in found  # within a table
    asked = card_replace.ReplaceParams.model_fields["card"].metadata[1].ask
    assert asked in found  # what a parameter is asked with
    assert len(found) == len(set(found)) > 300


def test_in_both_languages_sentence_by_sentence() -> None:
    found = said([("可以的。手机上就能办。", "zh-CN")])
    assert found[-2:] == [("可以的。", "zh-CN"), ("手机上就能办。", "zh-CN")]
    assert (phrases.BACK_ASK.zh, "zh-CN") in found
    assert (phrases.BACK_ASK.en, "en") in found
