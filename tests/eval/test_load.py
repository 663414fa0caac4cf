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
        ("say:", "expect: {state: {account.6688.balance: 1}}\n  say:", "mine.yaml:7: cases.0.expect.state.account.6688.balance: no such path"),
        ("say:", "expect: {said: ['(']}\n  say:", "mine.yaml:7: cases.0.expect.said.0: '(' is no regular expression (missing ), unterminated subpattern at position 0): put a"),
        ("  customer", "  honest: nothing\n  customer", "mine.yaml:4: honest: no such task: nothing: use one of"),
        ("suite: mine", "suite: [", "mine.yaml:3: (file): "),
        ("  customer", "\tcustomer", "mine.yaml:5: (file): found a tab character that violates indentation: indent with spaces"),
        ("  customer", "   customer", "mine.yaml:5: (file): mapping values are not allowed in this context: put text with :"),
        (GOOD, "", "mine.yaml:1: (file): must be a mapping: write `suite:`, `defaults:` and `cases:`"),
        ("author", "autor", "mine.yaml:2: defaults.autor: Extra inputs are not permitted: there is no such field here (did you mean author?)"),
        ("{author: me}", "[me]", "mine.yaml:2: defaults: must be names and values: write {author: your name}"),
        ("{author: me}", "{held_out: true}", "mine.yaml:4: cases.0.author: Field required: add this field, here or once for all in `defaults`"),
        ("{author: me}", "{author: me, held_out: 'ja'}", "mine.yaml:2: defaults.held_out: Input should be a valid boolean"),
        ("say:", "expect: {stat: {cases: 1}}\n  say:", "mine.yaml:7: cases.0.expect.stat: Extra inputs are not permitted: there is no such field here (did you mean state?)"),
        ("say:", "expect: {state: {cards.6688.status: lokked}}\n  say:", "mine.yaml:7: cases.0.expect.state.cards.6688.status: cards.6688.status is never lokked: use active, locked, lost, closed (did you mean locked?)"),
        ("say:", "expect: {state: {cards.6688.colour: red}}\n  say:", "no such path in a customer's state: cards.6688.colour"),
        ("say:", "expect:\n    state:\n      accounts.6688.balance: 52340.18\n  say:", "mine.yaml:9: cases.0.expect.state.accounts.6688.balance: accounts.6688.balance is text, not the number 52340.18: put it in quotes"),
        ("say:", "expect: {state: {accounts.6688.balance: '500'}}\n  say:", 'write money in digits with two places and in quotes, such as "500.00"'),
        ("say:", "expect: {state: {cases: one}}\n  say:", "mine.yaml:7: cases.0.expect.state.cases: cases is a list"),
        ("say:", "expect: locked\n  say:", "mine.yaml:7: cases.0.expect: wrong kind of value: write its fields as {state: "),
        ("say:", "steps: [{at: confirm, say: [a, b, c, d], expect: {stage: confrm}}]\n  say:", "mine.yaml:7: cases.0.steps.0.expect.stage: wrong kind of value: use 'idle'"),
        ("say:", "steps: [{at: confirm, say: [a, b, c, d], expect: {said: ['(']}}]\n  say:", "mine.yaml:7: cases.0.steps.0.expect.said.0: '(' is no regular expression"),
        ("say:", "steps: [{at: confirm, press: {type: cnfirm}}]\n  say:", "mine.yaml:7: cases.0.steps.0.press: no such input: cnfirm: use otp, confirm"),
        ('card.replace, params: {card: "6688"}', "transfer.create, params: {amount: 五百}", "mine.yaml:6: cases.0.goal.0.params.amount: amount 五百 is no sum: write money in digits"),
        ('{service: card.replace, params: {card: "6688"}}', "card.replace", "mine.yaml:6: cases.0.goal.0: wrong kind of value: write its fields as {service: card.lock"),
        ("  say:", "  customer: C1002\n  say:", "mine.yaml:7: customer: stands there twice and only the last would count"),
        ("[a, b, c, d]", "[a, a, ' ', d]", "mine.yaml:4: say: fewer than 4 different wordings: give at least 4 different"),
        ("- id: first", "- id: first\n  customer: null\n  say: [a, b, c, d]\n- id: first", "mine.yaml:7: cases.1.id: id first is there twice: give each case an id of its own"),
        ("suite: mine", "suite: understanding", "mine.yaml:1: suite: understanding is made by the program itself"),
        ("suite: mine", "suite: &loop [*loop]", "mine.yaml:1: suite: Input should be a valid string"),
    ],
)  # fmt: skip
def test_that_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadCases) as wrong:
        load_suites(tmp_path)
    assert told in str(wrong.value)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (GOOD.replace("[a", "[锁卡").encode("gbk"), "mine.yaml:7: (file): not UTF-8: save it as UTF-8"),
        (GOOD.encode("utf-16"), "mine.yaml:1: (file): not UTF-8"),
        (GOOD.encode() + b"\x00", "mine.yaml:8: (file): unacceptable character #x0000"),
    ],
)
def test_that_what_is_no_text_is_told(tmp_path: Path, raw: bytes, told: str) -> None:
    (tmp_path / "mine.yaml").write_bytes(raw)
    with pytest.raises(BadCases) as wrong:
        load_suites(tmp_path)
    assert str(wrong.value).startswith(told)


def test_that_files_as_other_editors_write_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(load_suites(tmp_path)["mine"]) == 1
    (tmp_path / "other.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadCases, match=r"other.yml:1: \(file\): would not be read: call it other.yaml"):
        load_suites(tmp_path)


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
