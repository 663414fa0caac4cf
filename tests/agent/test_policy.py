"""The dialogue policy: checked when it is read, and told with place and remedy where it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from agent.policy import POLICY_FILE, BadPolicy, Pattern, Policy

GOOD = POLICY_FILE.read_text(encoding="utf-8")


def wrong(tmp_path: Path, old: str, new: str) -> str:
    assert old in GOOD
    path = tmp_path / "policy.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPolicy) as caught:
        Policy.from_file(path)
    return "\n".join(caught.value.lines)


def test_that_the_policy_has_every_pattern() -> None:
    assert set(Policy.from_file().patterns) == set(get_args(Pattern))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('say = "CORRECT_WHAT"', 'say = "CORECT_WHAT"', "pattern correct, step 1: no phrase CORECT_WHAT"),
        ('say = "CORRECT_WHAT"', 'say = "CORECT_WHAT"', "did you mean CORRECT_WHAT?"),
        ('say = "CORRECT_WHAT"', 'say = "BACK_TO"', "BACK_TO needs {service}"),
        ('handoff = [{ do = "hand_over" }]', "", "pattern handoff is missing"),
        ('handoff = [{ do = "hand_over" }]', "handoff = []", "pattern handoff has no steps"),
        ('handoff = [{ do = "hand_over" }]', 'handoff = [{ do = "hang_up" }]', "pattern handoff, step 1, do"),
        ('[{ do = "hand_over" }]', '[{ do = "hand_over" }, { say = "SLOWLY" }]', "step 2 is never reached"),
        ('[{ do = "hand_over" }]', '[{ do = "hand_over", say = "SLOWLY" }]', "exactly one of say and do"),
        (', { when = "idle", say = "NOTHING_TO_CANCEL" }', "", "pattern cancel does nothing when idle"),
        ("misses_max = 3", "misses_max = 0", "limits.misses_max"),
        ("misses_max = 3", "", "limits.misses_max: field required"),
        ("misses_max = 3", "misses_max = 3\nmiss_max = 3", "limits.miss_max"),
        ("割腕|", "(割腕|", "danger danger_health, words 1: no regular expression"),
        ("[limits]", "[limits", "not TOML"),
    ],
)
def test_that_a_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    said = wrong(tmp_path, old, new)
    assert told in said
    assert said.startswith("policy.toml: ")


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("我妈刚吞了一瓶安眠药", "danger_health"),
        ("I think my husband overdosed", "danger_health"),
        ("有人拿刀逼着我转钱", "danger_violence"),
        ("they are holding me hostage", None),
        ("I am held hostage", "danger_violence"),
        ("钱没了我不想活了", "distress"),
        ("I want to die", "distress"),
        ("卡死了，机器不动", None),
        ("想死你们了", None),
        ("拿着卡去取钱", None),
        ("我的手机被打湿了", None),
        ("my card was declined", None),
        ("跳楼价买的基金亏了", None),
        ("有人打我电话让我转账", None),
        ("对方打我账上五百", None),
        ("账户被控制住了", None),
        ("年轻生活费怎么存", None),
        ("不想活期，想存定期", None),
        ("手机卡死了算了不弄了", None),
        ("对方说要杀毒让我装软件", None),
        ("他天天打我", "danger_violence"),
    ],
)
def test_that_words_of_danger_are_known_and_others_left(words: str, pattern: Pattern | None) -> None:
    assert Policy.from_file().in_danger(words) == pattern
