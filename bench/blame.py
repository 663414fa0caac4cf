"""Does the automatic blame say what a reader says? Draws failures for reading by hand, and sets the two beside each other.

``python -m bench.blame sheet REPORT.json… [--most 40] [--seed 0] [--without AUTHOR] > readings.yaml`` draws failures from reports, with
what was said but without the program's blame. Write ``system``, ``simulator`` or ``expectation`` after ``reader:`` and a word after ``why:``.
``python -m bench.blame agree readings.yaml [REPORT.json…]`` takes the program's blame out of the reports, once, and prints the table.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

WHO = ("system", "simulator", "expectation")
Z = 1.96
READINGS = Path(__file__).parent / "readings.yaml"
Row = dict[str, Any]


def main() -> int:
    """Command line; 0 when it could be done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("sheet", "agree"), nargs="?", default="agree")
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--without", default="", help="an author whose lines are not to be looked at")
    args = parser.parse_args()
    if args.what == "sheet":
        failed = [trial for trial in failures(args.files) if trial["tags"].get("author") != args.without]
        drawn = random.Random(args.seed).sample(failed, min(args.most, len(failed)))
        print(yaml.safe_dump([shown(trial) for trial in drawn], allow_unicode=True, sort_keys=False, width=140), end="")
        return 0
    sheet, *reports = args.files or [READINGS]
    rows: list[Row] = yaml.safe_load(sheet.read_text(encoding="utf-8"))
    if reports:
        fill(rows, failures(reports))
        sheet.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=140), encoding="utf-8")
    wrong = [f"{row['case']}: reader {row['reader']!r}" for row in rows if row["reader"] not in WHO]
    if wrong:
        print(f"{sheet}: reader: must be one of {', '.join(WHO)}", *wrong, sep="\n", file=sys.stderr)
        return 2
    print(report(rows))
    return 0


def failures(reports: Sequence[Path]) -> list[Row]:
    """All failed trials of some reports."""
    trials = [trial for path in reports for trial in json.loads(path.read_text(encoding="utf-8"))["trials"]]
    return [trial for trial in trials if not trial["passed"]]


def shown(trial: Row) -> Row:
    """What a reader needs, and nothing of what the program thinks."""
    said = []
    for line in trial["transcript"]:
        if line["sent"] is not None:
            said.append(f"> {line['sent'].get('text') or json.dumps(line['sent'], ensure_ascii=False)}")
            said.append(f"{line['text'][:160]} [{line['stage']} {line['service'] or ''}]")
    faults = [f"{fault['cause']}: {fault['what']}" for fault in trial["faults"]]
    return {
        "suite": trial["suite"], "case": trial["case"], "trial": trial["trial"], "faults": faults, "said": said[-12:],
        "reader": "", "why": "",
    }  # fmt: skip


def fill(rows: Sequence[Row], trials: Sequence[Row]) -> None:
    """Puts the program's blame beside the reader's, and leaves out what was only there for reading."""
    of = {(trial["suite"], trial["case"], trial["trial"]): trial for trial in trials}
    for row in rows:
        trial = of.get((row["suite"], row["case"], row["trial"]))
        if trial is not None:
            row |= {"program": trial["blame"], "evidence": trial["evidence"]}
        row.pop("said", None)


def kind(row: Row) -> str:
    """Failures that the rules were changed for, fresh ones, and fresh ones that were made (``bench/planted.py``)."""
    if str(row["suite"]).startswith("planted."):
        return "planted, fresh"
    return "real, fresh" if row.get("fresh") else "real, the rules were changed for them"


def report(rows: Sequence[Row]) -> str:
    """A table for each kind, and one of all."""
    kinds = list(dict.fromkeys(map(kind, rows)))
    parts = [f"{name}:\n{table([row for row in rows if kind(row) == name])}" for name in kinds]
    fresh = [row for row in rows if row.get("fresh")]
    return "\n\n".join([*parts, *([f"all fresh ones:\n{table(fresh)}"] if fresh else []), f"all:\n{table(rows)}"])


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % bounds of a share."""
    middle, spread = hits + Z * Z / 2, Z * math.sqrt(hits * (n - hits) / n + Z * Z / 4)
    return (middle - spread) / (n + Z * Z), (middle + spread) / (n + Z * Z)


def table(rows: Sequence[Row]) -> str:
    """Program by reader, how often they say the same, and how often a program would that always says the commonest."""
    pairs = Counter((row["program"], row["reader"]) for row in rows)
    lines = [f"| | {' | '.join(f'reader: {who}' for who in WHO)} |", "|---" * (1 + len(WHO)) + "|"]
    lines += [f"| program: {one} | {' | '.join(str(pairs[one, two]) for two in WHO)} |" for one in WHO]
    same = sum(pairs[who, who] for who in WHO)
    low, high = wilson(same, len(rows))
    who, common = Counter(row["reader"] for row in rows).most_common(1)[0]
    told = f"the same in {same} of {len(rows)} ({100 * same / len(rows):.0f} % [{100 * low:.0f}, {100 * high:.0f}])"
    return "\n".join([*lines, f"{told}; who always says {who}: {common}"])


if __name__ == "__main__":
    sys.exit(main())
