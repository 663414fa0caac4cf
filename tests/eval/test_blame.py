"""A single line is the system's fault unless something speaks against the line; what does is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from bench.blame import READINGS, WHO, report, shown, table, wilson
from eval.blame import Lines, of_line, readings
from eval.probe import Probe, cited, heard, probes, uncited


def line(name: str, text: str, author: str, *means: str, source: str | None = None) -> Probe:
    return Probe(name, text, "zh-CN", author, "plain", means=means, source=source)


def turn(*commands: dict[str, Any], text: str = "好", citations: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    return {"understood": list(commands), "citations": list(citations), "reply": {"text": text}}


def start(service: str) -> dict[str, Any]:
    return {"command": "start_service", "service": service}


def blame(probe: Probe, answer: dict[str, Any], *others: Probe, passes: bool = False) -> tuple[str, str]:
    faults = heard(probe, answer) if probe.means else cited(probe, answer)
    assert faults
    found = of_line(probe, faults, answer, Lines([probe, *others]), lambda _: passes)
    return found.who, found.evidence


LIMIT = line("a.1", "我的转账额度有多少", "a", "ask_knowledge")
TWO = (line("b.1", "转账额度有多少", "b", "limit.query"), line("c.1", "我转账额度有多少", "c", "limit.query"))


def test_that_two_authors_who_read_it_otherwise_put_the_line_in_doubt() -> None:
    who, evidence = blame(LIMIT, turn(start("limit.query")), *TWO)
    assert who == "expectation"
    assert "b.1" in evidence
    assert "c.1" in evidence


def test_that_one_author_or_authors_who_disagree_do_not() -> None:
    assert readings(LIMIT, "limit.query", Lines([LIMIT, TWO[0]])) == []
    divided = replace(TWO[1], means=("ask_knowledge",))
    assert readings(LIMIT, "limit.query", Lines([LIMIT, TWO[0], divided])) == []
    far = replace(TWO[1], text="帮我看看今天能汇出多少")
    assert readings(LIMIT, "limit.query", Lines([LIMIT, TWO[0], far])) == []


def test_that_a_wrong_action_is_always_the_systems() -> None:
    lines = [replace(one, means=("limit.raise",)) for one in TWO]
    assert blame(LIMIT, turn(start("limit.raise")), *lines)[0] == "system"


def test_that_what_serves_as_well_is_no_fault_of_the_systems() -> None:
    visa = line("v", "日本签证怎么办", "a", "out_of_scope")
    asked = {"command": "ask_knowledge", "query": "日本签证怎么办"}
    assert blame(visa, turn(asked))[0] == "expectation"
    named = ({"id": "card.fee@1", "title": "", "quote": "", "source": ""},)
    assert blame(visa, turn(asked, citations=named))[0] == "system"
    wish = line("w", "额度太小不够付装修款，想放大一点", "entries", source="limit.raise.how")
    assert blame(wish, turn(start("limit.raise")))[0] == "expectation"
    assert blame(replace(wish, text="额度怎么放大一点"), turn(start("limit.raise")))[0] == "system"
    assert blame(replace(wish, text="我要换个人来看"), turn({"command": "handoff"}))[0] == "expectation"
    assert blame(wish, turn(start("card.lock")))[0] == "system"


def test_that_other_lines_are_replayed_as_references() -> None:
    lost = line("l", "卡没了", "a", "card.report_loss")
    other = line("o", "卡丢了", "b", "card.report_loss")
    assert blame(lost, turn({"command": "clarify"}), other, passes=True) == (
        "system", "another line that means the same is understood: o",
    )  # fmt: skip
    three = [replace(other, id=f"o{n}") for n in range(3)]
    assert blame(lost, turn({"command": "clarify"}), *three)[0] == "expectation"
    assert blame(lost, turn({"command": "clarify"}), other)[0] == "system"
    assert blame(lost, turn({"command": "clarify"}))[0] == "system"


def test_that_two_readings_seldom_speak_against_a_line() -> None:
    """Over all held-out lines: where two other authors agree on what a line means, its author nearly always does too."""
    lines = probes()["understanding"][::150]
    among = Lines(probes()["understanding"])
    doubted = [one for one in lines if _otherwise(one, among)]
    assert len(doubted) <= 0.03 * len(lines), [one.id for one in doubted]


def _otherwise(probe: Probe, among: Lines) -> bool:
    return any(readings(probe, meant, among) for _, near in among.nearest(probe)[:1] for meant in near.means)


def test_that_figures_that_are_not_cited_are_noted() -> None:
    asked = line("q", "换卡多少钱，300块吗", "entries", source="card.fee")
    named = ({"id": "card.fee@2", "title": "换卡", "quote": "工本费 5 元，7 天内寄到", "source": "价目表第 3 条"},)
    assert uncited(asked, turn(text="不是300，工本费5元，7天寄到", citations=named)) == []
    assert uncited(asked, turn(text="工本费 8 元，2 天寄到", citations=named)) == ["8", "2"]


def test_that_the_readings_are_a_table() -> None:
    rows = yaml.safe_load(READINGS.read_text(encoding="utf-8"))
    assert len(rows) >= 31
    assert {row["reader"] for row in rows} <= set(WHO)
    assert {row["program"] for row in rows} <= set(WHO)
    assert f"of {len(rows)}" in table(rows)
    fresh = [row for row in rows if row.get("fresh")]
    assert len(fresh) >= 27
    assert f"all fresh ones:\n{table(fresh)}" in report(rows)
    assert len({(row["suite"], row["case"], row["trial"]) for row in rows}) == len(rows)
    low, high = wilson(9, 10)
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)


def test_that_a_reader_does_not_see_what_the_program_thinks() -> None:
    trial = {
        "suite": "s", "case": "c", "trial": 0, "faults": [{"cause": "misheard", "what": "x"}], "blame": "system", "evidence": "secret",
        "transcript": [{"sent": {"text": "查余额"}, "text": "好", "stage": "idle", "service": None}],
    }  # fmt: skip
    assert "secret" not in str(shown(trial))
    assert shown(trial)["said"] == ["> 查余额", "好 [idle ]"]
