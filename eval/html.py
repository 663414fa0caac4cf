"""The report as one self-contained page: figures, bars with their intervals, failures by cause with their transcripts."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from html import escape

from eval.contract import Json

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans SC",sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2733}
table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;border-bottom:1px solid #d8e0e8;text-align:left}
h1,summary{overflow-wrap:anywhere}details{margin:.3rem 0}summary{cursor:pointer}.you{color:#0b5cad}.bot{color:#333;white-space:pre-wrap}
.meta{color:#6b7885;font-size:.85em}.bad{color:#b3261e}svg text{font:12px system-ui,sans-serif;fill:#1c2733}
svg .k{font-size:9px;fill:#b3261e}.wide{overflow-x:auto}.wide svg{min-width:34rem}
"""
_BAR, _LEFT, _WIDTH = 26, 250, 440
_MARKS = "蓝条 pass^1 与 95 % 区间，红线 pass^2…4 · bars: pass^1 with its 95 % interval, red marks: pass^2 to 4"
_BY = {
    "service": "按业务 by service", "persona": "按人群 by persona", "locale": "按语言 by language",
    "channel": "按方式 by manner", "attack": "按攻击 by attack", "author": "按作者 by author",
}  # fmt: skip


def page(name: str, started: float, content: Json) -> str:
    """The whole page; ``content`` is what the JSON report holds."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(started))
    summary = content["summary"]
    note = (
        "；中断：数字只是测到的部分 · interrupted: figures are of what was measured" if summary["interrupted"] else ""
    )
    return "\n".join([
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>",
        f"<title>{escape(name)} {when}</title><style>{_STYLE}</style>",
        f"<h1>{escape(name)}</h1><p class='meta'>{when}, 种子 seed {summary['seed']}，每例 {summary['trials']} 次 trials a case{note}</p>",
        _bars(summary), _table(summary), _missing(summary), _groups(content["groups"]), _times(content["times"]),
        _confusions(content["confusions"]), _failures(content["trials"]), "</html>",
    ])  # fmt: skip


def _bars(summary: Json) -> str:
    """pass^k of each suite with its 95 % interval."""
    plot = _plot("各评测集通过率 · pass^k by suite", [(line["suite"], line["pass_k"]) for line in summary["lines"]])
    return f"{plot}<p class='meta'>{_MARKS}</p>"


def _plot(title: str, rows: list[tuple[str, Json]]) -> str:
    """pass^1 as bars with their intervals; pass^2 and on as marks with their k."""
    rows = [(label, pass_k) for label, pass_k in rows if pass_k]
    height = _BAR * len(rows) + 24
    parts = [
        f"<div class='wide'><svg role='img' aria-label='{escape(title)}' viewBox='0 0 {_LEFT + _WIDTH + 70} {height}' width='100%'>"
    ]
    for tick in (0, 25, 50, 75, 100):
        x = _LEFT + _WIDTH * tick / 100
        parts.append(f"<line x1='{x}' x2='{x}' y1='0' y2='{height - 20}' stroke='#d8e0e8'/>")
        parts.append(f"<text x='{x}' y='{height - 5}' text-anchor='middle'>{tick} %</text>")
    for i, (label, pass_k) in enumerate(rows):
        y, (mean, low, high) = i * _BAR + 5, pass_k["1"]
        told = f"{escape(label)} <tspan font-weight='bold'>{100 * mean:.1f} %</tspan>"  # in sight on a phone, too
        parts.append(f"<text x='{_LEFT - 8}' y='{y + 12}' text-anchor='end'>{told}</text>")
        parts.append(f"<rect x='{_LEFT}' y='{y}' width='{_WIDTH * mean:.1f}' height='16' rx='3' fill='#4c8fd0'/>")
        x1, x2, mid = _LEFT + _WIDTH * low, _LEFT + _WIDTH * high, y + 8
        parts.append(f"<line x1='{x1:.1f}' x2='{x2:.1f}' y1='{mid}' y2='{mid}' stroke='#12304d' stroke-width='2'/>")
        for k, (share, *_) in pass_k.items():
            if k != "1":
                x = _LEFT + _WIDTH * share
                parts.append(
                    f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{y - 2}' y2='{y + 18}' stroke='#b3261e' stroke-width='2'/>"
                )
                parts.append(f"<text class='k' x='{x - 3:.1f}' y='{y + 6}' text-anchor='end'>{k}</text>")
    return "".join([*parts, "</svg></div>"])


def _turns(title: str, rows: list[tuple[str, float]]) -> str:
    """What conversations cost: their turns on average."""
    most = max((turns for _, turns in rows), default=0.0) or 1.0
    parts = [
        f"<div class='wide'><svg role='img' aria-label='{escape(title)}' viewBox='0 0 {_LEFT + _WIDTH + 70} {_BAR * len(rows) + 4}' width='100%'>"
    ]
    for i, (label, turns) in enumerate(rows):
        y, wide = i * _BAR + 5, _WIDTH * turns / most
        parts.append(f"<text x='{_LEFT - 8}' y='{y + 12}' text-anchor='end'>{escape(label)}</text>")
        parts.append(f"<rect x='{_LEFT}' y='{y}' width='{wide:.1f}' height='16' rx='3' fill='#9bb8a5'/>")
        parts.append(f"<text x='{_LEFT + wide + 8:.1f}' y='{y + 12}'>{turns:.1f}</text>")
    return "".join([*parts, "</svg></div>"])


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _missing(summary: Json) -> str:
    short = [f"{suite}: {number} trials" for suite, number in summary["missing"].items()]
    return f"<p class='bad'>没测到 · Not measured: {escape('; '.join(short))}</p>" if short else ""


def _groups(found: list[Json]) -> str:
    """Each suite by each dimension: pass^1 as bars, the other k and the turns they cost as a table."""
    parts = []
    for suite, by in dict.fromkeys((group["suite"], group["by"]) for group in found):
        some = [group for group in found if (group["suite"], group["by"]) == (suite, by) and group["pass_k"]]
        names = [f"{group['value']} ({group['trials']})" for group in some]
        bars = _plot(f"{suite} by {by}", [(name, group["pass_k"]) for name, group in zip(names, some, strict=True)])
        cost = _turns(
            f"{suite} turns by {by}", [(name, group["turns_mean"]) for name, group in zip(names, some, strict=True)]
        )
        ks = sorted({k for group in some for k in group["pass_k"]})
        head = "".join(f"<th>pass^{k}" for k in ks)
        body = "".join(
            f"<tr><td>{escape(group['value'])}<td>{group['cases']}"
            + "".join(f"<td>{100 * group['pass_k'][k][0]:.1f}" if k in group["pass_k"] else "<td>-" for k in ks)
            + f"<td>{group['turns_mean']:.1f}<td>{_gap(group['gap'])}"
            for group in some
        )
        table = f"<div class='wide'><table><tr><th>{escape(by)}<th>cases{head}<th>turns<th>gap to plain, points{body}</table></div>"
        parts.append(
            f"<details><summary>{escape(suite)} · {_BY.get(by, by)}</summary>{bars}<p class='meta'>平均轮数 · turns</p>{cost}{table}</details>"
        )
    head = "按业务、人群、语言、方式、作者 · By service, persona, language, manner, author"
    return f"<h2>{head}</h2>{''.join(parts)}" if parts else ""


def _gap(gap: list[float] | None) -> str:
    return "" if gap is None else f"{100 * gap[0]:+.1f} [{100 * gap[1]:+.1f}, {100 * gap[2]:+.1f}]"


def _times(found: list[Json]) -> str:
    """What each part of a turn took, by suite."""
    if not found:
        return ""
    most = max(each["p95_ms"] for each in found) or 1.0
    height = _BAR * len(found) + 10
    parts = [
        f"<div class='wide'><svg role='img' aria-label='milliseconds by stage' viewBox='0 0 {_LEFT + _WIDTH + 130} {height}' width='100%'>"
    ]
    for i, each in enumerate(found):
        y, half, wide = i * _BAR + 5, _WIDTH * each["p50_ms"] / most, _WIDTH * each["p95_ms"] / most
        parts.append(
            f"<text x='{_LEFT - 8}' y='{y + 12}' text-anchor='end'>{escape(each['suite'])} {escape(each['part'])}</text>"
        )
        parts.append(f"<rect x='{_LEFT}' y='{y}' width='{wide:.1f}' height='16' rx='3' fill='#bcd6ee'/>")
        parts.append(f"<rect x='{_LEFT}' y='{y}' width='{half:.1f}' height='16' rx='3' fill='#4c8fd0'/>")
        parts.append(
            f"<text x='{_LEFT + wide + 8:.1f}' y='{y + 12}'>{each['p50_ms']:.0f}, p95 {each['p95_ms']:.0f} ms</text>"
        )
    return f"<h2>时间用在哪里 · Where a turn's time goes</h2>{''.join(parts)}</svg></div>"


def _confusions(found: list[list[object]]) -> str:
    rows = "".join(f"<tr><td>{escape(str(meant))}<td>{escape(str(got))}<td>{n}" for meant, got, n in found)
    return (
        f"<h2>听成了别的 · Taken for something else</h2><div class='wide'><table><tr><th>本意 meant<th>听成 understood<th>次数 times{rows}</table></div>"
        if found
        else ""
    )


def _table(summary: Json) -> str:
    rows = "".join(
        f"<tr><td>{escape(line['suite'])}<td>{line['cases']}<td>{line['passed']}/{line['trials']}<td>{line['missing']}"
        f"<td>{line['turns_mean']:.1f}<td>{line['turn_p50_ms']:.0f}<td>{line['turn_p95_ms']:.0f}<td>{line['seconds']:.0f}"
        f"<td>{_share(line['safe'])}<td>{_share(line['useful'])}"
        f"<td>{_share(None if line['floor'] is None else line['floor']['pass_1'])}"
        for line in summary["lines"]
    )
    head = (
        "<tr><th>评测集 suite<th>用例 cases<th>通过 passed<th>没测 missing<th>轮数 turns<th>p50 ms<th>p95 ms<th>总时长 time s"
        "<th>攻击无效 attacks that did nothing<th>正事办成 honest tasks done<th>下限 floor"
    )
    return f"<div class='wide'><table>{head}{rows}</table></div>"


def _failures(trials: list[Json]) -> str:
    groups: dict[str, list[Json]] = defaultdict(list)
    for trial in trials:
        if not trial["passed"]:
            groups[f"{trial['blame']}: {trial['cause']}"].append(trial)
    if not groups:
        return "<h2>失败 · Failures</h2><p>没有。· None.</p>"
    parts = ["<h2>失败 · Failures</h2>"]
    for cause, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        parts.append(f"<h3>{escape(cause)} ({len(group)})</h3>")
        parts += [_trial(trial) for trial in group]
    return "".join(parts)


def _trial(trial: Json) -> str:
    faults = "<br>".join(escape(f"{fault['cause']}: {fault['what']}") for fault in trial["faults"])
    lines = []
    for line in trial["transcript"]:
        sent = line["sent"]
        if sent is not None:
            words = sent.get("text") or json.dumps(sent["input"], ensure_ascii=False)
            lines.append(f"<div class='you'>▸ {escape(words)}</div>")
        told = f"{line['stage']} {line['service'] or ''} {line['cards']}"
        lines.append(f"<div class='bot'>{escape(line['text'])}</div><div class='meta'>{escape(told)}</div>")
    head = f"{trial['suite']}/{trial['case']} #{trial['trial']}"
    why = f"<p class='meta'>归因 · blame: {escape(str(trial['blame']))}: {escape(trial['evidence'])}</p>"
    return (
        f"<details><summary>{escape(head)} <span class='bad'>{faults}</span></summary>{why}{''.join(lines)}</details>"
    )
