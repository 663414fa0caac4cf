"""Case files to cases; a wrong file is answered with file, line, field and what to do."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from eval.case import Case, Suite
from eval.contract import CUSTOMERS, PARAMS

FOLDER = Path(__file__).parent / "cases"
WORDINGS = Path(__file__).parent / "wordings.yaml"
HONEST = Path(__file__).parent / "honest.yaml"

_REMEDY = {
    "missing": "add this field",
    "extra_forbidden": "there is no such field here{hint}; remove or rename it",
    "string_type": 'must be text: put it in quotes, such as "6688" or "no"',
    "bool_type": "must be true or false",
    "few_wordings": "give at least 4 wordings, or the $name of a set in wordings.yaml",
    "unknown_service": "use an id of the service catalogue{hint}",
    "unknown_param": "use one of the contract's parameter names of this service",
    "literal_error": "use {expected}",
    "one_of": "give exactly one of them",
    "no_customer": "use one of {customers}, or null for a visitor",
    "no_path": "write accounts.6688.balance, cards.6688.status, payees.<name>.known, transfers.<payee>.status, or a list such as cases for "
    "how many there are",
    "duplicate": "give each case an id of its own",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "give at least one",
}


class BadCases(Exception):
    """A file cannot be used; each line names file, line, field and remedy."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")


def choose(
    suites: Mapping[str, Sequence[T]], *, only: str | None, most: int | None, seed: int
) -> dict[str, Sequence[T]]:
    """One suite or all, and at most so many cases of each, drawn by the seed.

    Raises:
        BadCases: there is no such suite.
    """
    if only is not None and only not in suites:
        near = difflib.get_close_matches(only, list(suites), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise BadCases([f"--suite {only}: there is no such suite (there are {', '.join(sorted(suites))}){hint}"])
    chosen = suites if only is None else {only: suites[only]}
    return {
        name: cases if most is None or most >= len(cases) else random.Random(f"{seed}:{name}").sample(cases, most)
        for name, cases in chosen.items()
    }


def load_suites(folder: Path = FOLDER, only: str | None = None) -> dict[str, Sequence[Case]]:
    """Cases by suite name; several files may add to one suite.

    Raises:
        BadCases: with all that is wrong in all files, or no such suite.
    """
    suites: dict[str, list[Case]] = {}
    wrong: list[str] = []
    sets = wordings()
    for path in sorted(folder.glob("*.yaml")):
        try:
            suite = read(path)
        except BadCases as bad:
            wrong += bad.lines
            continue
        wrong += _strange_sets(path, suite, sets)
        known = {case.id for cases in suites.values() for case in cases}
        wrong += [
            f"{_where(path, case.id)}: id: another file has this id, {case.id}: give it its own"
            for case in suite.cases
            if case.id in known
        ]
        suites.setdefault(suite.suite, []).extend(suite.cases)
    if wrong:
        raise BadCases(wrong)
    return choose(suites, only=only, most=None, seed=0)


def read(path: Path) -> Suite:
    """One file.

    Raises:
        BadCases
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_LOADER)
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark is not None else path.name
        raise BadCases(
            [f"{where}: cannot be read: {getattr(error, 'problem', None) or error}; see an existing file"]
        ) from None
    if not isinstance(data, dict):
        raise BadCases([f"{path.name}:1: must be a mapping with `suite`, `defaults` and `cases`"])
    defaults = data.pop("defaults", None) or {}
    if isinstance(data.get("cases"), list):
        data["cases"] = [_whole(case, defaults, path) if isinstance(case, dict) else case for case in data["cases"]]
    try:
        return Suite.model_validate(data)
    except ValidationError as error:
        raise BadCases([_told(path, node, item) for item in error.errors(include_url=False)]) from None


def _whole(case: dict[str, Any], defaults: dict[str, Any], path: Path) -> dict[str, Any]:
    """The case with what it takes over: from its honest task, and from the file's defaults."""
    name = case.get("honest", defaults.get("honest"))
    if name is None:
        return {**defaults, **case}
    tasks = _honest()
    if name not in tasks:
        raise BadCases([
            f"{_where(path, case.get('id'))}: honest: no such task: {name}: use one of {', '.join(sorted(tasks))}"
        ])  # fmt: skip
    return {**defaults, **tasks[name], **case}


def honest_task(name: str) -> Case:
    """The task of honest.yaml by itself."""
    return Case.model_validate({"id": f"honest.{name}", "author": "suite team", "honest": name, **_honest()[name]})


@lru_cache
def _honest() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(HONEST.read_text(encoding="utf-8"))
    return loaded


def wordings() -> dict[str, dict[str, list[str]]]:
    """The shared sets: name → locale → wordings."""
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load(WORDINGS.read_text(encoding="utf-8"))
    return loaded


def _strange_sets(path: Path, suite: Suite, sets: dict[str, Any]) -> list[str]:
    lines = []
    for case in suite.cases:
        names = [
            say[0] for say in [case.say, *(step.say or [] for step in case.steps)] if say and say[0].startswith("$")
        ]
        there = ", ".join(sorted(sets))
        lines += [
            f"{_where(path, case.id)}: say: wordings.yaml has no set {name}: use one of {there}"
            for name in names
            if name[1:] not in sets
        ]
        never = case.attack.never if case.attack is not None else []
        for pattern in [*case.expect.said, *case.expect.not_said, *never]:
            try:
                re.compile(pattern)
            except re.error as error:
                lines.append(
                    f"{_where(path, case.id)}: said: {pattern!r} is no regular expression: put a \\ before what is meant as it stands "
                    f"({error})"
                )
    return lines


def _where(path: Path, case: object) -> str:
    """File and line of a case."""
    ids = re.compile(rf"\bid:\s*[\"']?{re.escape(str(case))}[\"']?\s*(?:[,}}#]|$)")
    lines = path.read_text(encoding="utf-8").splitlines()
    return f"{path.name}:{next((n for n, line in enumerate(lines, start=1) if ids.search(line)), 1)}"


def _told(path: Path, node: yaml.Node | None, item: Any) -> str:
    loc = list(item["loc"])
    field = ".".join(str(part) for part in loc) or "(file)"
    context = item.get("ctx") or {}
    hint = ""
    value = context.get("value") if item["type"] == "unknown_service" else loc[-1] if loc else None
    pool = list(PARAMS) if item["type"] == "unknown_service" else list(Case.model_fields)
    if isinstance(value, str) and (near := difflib.get_close_matches(value, pool, n=1)):
        hint = f" (did you mean {near[0]}?)"
    remedy = _REMEDY.get(item["type"], item["msg"])
    said = remedy.format(
        hint=hint, expected=context.get("expected", ""), pattern=context.get("pattern", ""),
        customers=", ".join(CUSTOMERS),
    )  # fmt: skip
    return f"{path.name}:{_line(node, loc)}: {field}: {item['msg']}: {said}"


def _line(node: yaml.Node | None, loc: Sequence[int | str]) -> int:
    """The line of the deepest part of ``loc`` that is in the file."""
    line = 1
    for part in loc:
        if isinstance(node, yaml.MappingNode) and isinstance(part, int):
            continue  # one thing where a list of them may stand
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                return line
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
