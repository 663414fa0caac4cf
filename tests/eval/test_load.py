"""A wrong case file is answered with file, line, field and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.load import BadCases, load_suites

GOOD = """suite: mine
defaults: {author: me}
cases:
- id: first
  customer: C1001
  goal: {service: card.replace, params: {card: "6688"}}
  say: [a, b, c, d]
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("card.replace", "card.replac", "mine.yaml:6: cases.0.goal.0.service: no such service: card.replac: use an id of the service catalogue (did you mean card.replace?)"),
        ("[a, b, c, d]", "[a, b, c]", "mine.yaml:7: cases.0.say: at least 4 wordings"),
        ("[a, b, c, d]", "[a, b, c, no]", "mine.yaml:7: cases.0.say.3: Input should be a valid string: must be text: put it in quotes"),
        ("  customer: C1001\n", "", "mine.yaml:4: cases.0.customer: Field required: add this field"),
        ('{card: "6688"}', "{card: 6688}", "mine.yaml:6: cases.0.goal.0.params.card: Input should be a valid string"),
        ('{card: "6688"}', '{account: "6688"}', "card.replace has no parameter account"),
        ("goal:", "gaol:", "did you mean goal?"),
        ("[a, b, c, d]", "$nothing", "mine.yaml:4: say: wordings.yaml has no set $nothing: use one of"),
        ("C1001", "C9", "mine.yaml:5: cases.0.customer: no such customer: C9: use one of C1001, C1002"),
        ("say:", "expect: {state: {account.6688.balance: 1}}\n  say:", "mine.yaml:7: cases.0.expect.state.account.6688.balance"),
        ("say:", "expect: {said: ['(']}\n  say:", "mine.yaml:4: said: '(' is no regular expression: put a"),
        ("  customer", "  honest: nothing\n  customer", "mine.yaml:4: honest: no such task: nothing: use one of"),
        ("suite: mine", "suite: [", "mine.yaml:"),
    ],
)  # fmt: skip
def test_that_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadCases) as wrong:
        load_suites(tmp_path)
    assert told in str(wrong.value)


def test_that_an_id_is_given_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadCases, match=r"two.yaml:4: id: another file has this id, first: give it its own"):
        load_suites(tmp_path)


def test_that_an_unknown_suite_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadCases, match="did you mean mine"):
        load_suites(tmp_path, only="mines")


def test_that_the_suites_are_there() -> None:
    suites = load_suites()
    assert len(suites["services"]) >= 60
    assert {"services", "dialogue", "protection", "robustness"} <= set(suites)
    assert {case.locale for case in suites["services"]} == {"zh-CN", "en"}


def test_that_the_examples_of_the_docs_are_cases(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", Path("docs/evaluation.md").read_text(encoding="utf-8"), re.DOTALL)
    whole, attack = blocks
    (tmp_path / "whole.yaml").write_text(whole, encoding="utf-8")
    (tmp_path / "attack.yaml").write_text(f"suite: red\ndefaults: {{author: me}}\ncases:\n{attack}", encoding="utf-8")
    suites = load_suites(tmp_path)
    assert len(suites["services"]) == len(suites["red"]) == 1
    assert suites["red"][0].goal[0].service == "transfer.create"
