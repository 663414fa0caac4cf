"""``python -m tools.gate.risk check | explain | dry-run``: for those who write the risk file and answer for it."""

from __future__ import annotations

import argparse
import sys
import tomllib
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from tools.clock import SHANGHAI
from tools.db import Database, UnusableDatabase
from tools.gate.risk.engine import RuleEngine
from tools.gate.risk.facts import unknown
from tools.gate.risk.schema import RULES_FILE, RuleSet, read
from tools.gate.risk.trial import Change, Trial, dry_run, recorded, recorded_one
from tools.gate.service import Decision
from tools.services import built_services
from tools.wording import Locale, Text

SHOWN_MAX = 20


def problems(rules: RuleSet, in_force: RuleSet) -> list[str]:
    """Why a version that can be read can still not be put in force, one line each."""
    found = list(unknown(rules, built_services().values()))
    if rules.version == in_force.version and rules != in_force:
        found.append(f"version {rules.version} is in force with other content: a change is a new version")
    return found


def told(decision: Decision) -> str:
    """A decision on one line."""
    more = [f"level {decision.level}"] * bool(decision.level) + [f"{decision.delay_hours} h"] * bool(
        decision.delay_hours
    )
    return " ".join([decision.outcome, *more, f"({decision.score} points, {decision.band})", *decision.reasons])


def _check(options: argparse.Namespace) -> int:
    rules = read(options.file)
    found = problems(rules, read(options.in_force))
    for problem in found:
        print(problem)
    print(f"{rules.version}: {len(rules.rule)} rules, {len(rules.score)} items, {len(found)} problems")
    return 1 if found else 0


def _explain(options: argparse.Namespace) -> int:
    engine = RuleEngine.from_file(options.in_force)
    with _database(options.database).reading() as db:
        one = recorded_one(db, options.action)
    if one is None:
        print(f"no risk decision is recorded for {options.action}", file=sys.stderr)
        return 1
    decision = one.decided.decision()
    print(f"{one.action} {one.service}, version {decision.version}, {one.decided.at.astimezone(SHANGHAI):%F %H:%M}")
    print(told(decision))
    for line in engine.explain(decision):
        points = f"{line.points:+d} " if line.kind == "score" else ""
        print(f"  {line.kind}: {points}{_said(line.staff, options.locale)} ({line.code})")
    facts = sorted(one.decided.all_facts().items())
    print("  facts: " + ", ".join(f"{name}={value}" for name, value in facts if value is not False))
    return 0


def _dry_run(options: argparse.Namespace) -> int:
    rules = read(options.file)
    found = problems(rules, read(options.in_force))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        return 1
    with _database(options.database).reading() as db:
        _report(rules.version, dry_run(RuleEngine(rules), recorded(db, options.since)))
    return 0


def _report(version: str, trial: Trial) -> None:
    print(f"{version}: {trial.looked_at} recorded actions, {len(trial.changes)} would be decided otherwise")
    for (before, after), count in sorted(trial.outcomes.items()):
        print(f"  {before} -> {after}: {count}")
    for change in trial.changes[:SHOWN_MAX]:
        print(_changed(change))
    if len(trial.changes) > SHOWN_MAX:
        print(f"  and {len(trial.changes) - SHOWN_MAX} more")
    for fact, count in sorted(trial.lacking.items()):
        print(f"  {fact}: not known to {count} of the records, so what asks for it was not tried on them")


def _changed(change: Change) -> str:
    one = change.recorded
    return f"  {one.action} {one.service}\n    was {told(change.before)}\n    now {told(change.after)}"


def _said(text: Text, locale: Locale) -> str:
    return text.zh if locale == "zh-CN" else text.en


def _database(url: str) -> Database:
    """The database of the bank; one that is not there is not made."""
    file = make_url(url).database
    if file is None or not Path(file).exists():
        raise FileNotFoundError(f"there is no database at {url}")
    return Database(url)


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when all is well, 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m tools.gate.risk", description=__doc__)
    parser.add_argument("--in-force", type=Path, default=RULES_FILE, help="the version in force")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="whether a version could be put in force")
    check.add_argument("file", type=Path, nargs="?", default=RULES_FILE)
    check.set_defaults(run=_check)
    explain = commands.add_parser("explain", help="why it was decided so about an action")
    explain.add_argument("action")
    explain.add_argument("--locale", choices=["zh-CN", "en"], default="en")
    explain.set_defaults(run=_explain)
    trial = commands.add_parser("dry-run", help="what a version would have decided about recorded actions")
    trial.add_argument("file", type=Path)
    trial.add_argument("--since", type=_moment, help="only actions since (ISO 8601, Asia/Shanghai unless it says so)")
    trial.set_defaults(run=_dry_run)
    for command in (explain, trial):
        command.add_argument("--database", required=True, help="SQLAlchemy URL, as in SKYTELLER_DATABASE_URL")
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except DatabaseError as error:
        print(f"this is no database of the bank: {error.orig}", file=sys.stderr)
        return 1
    except (OSError, tomllib.TOMLDecodeError, ValidationError, UnusableDatabase, ArgumentError) as error:
        print(error, file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
