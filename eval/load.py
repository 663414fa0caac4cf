"""Case files to cases; a wrong file is answered with file, line, field and what to do."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from eval.attack import Act, Attack
from eval.case import WORDINGS_MIN, Behaviour, Case, Expected, Goal, Row, Step, Suite, TurnExpected
from eval.contract import CUSTOMERS, PARAMS, Input
from eval.parts import Press

FOLDER = Path(__file__).parent / "cases"
WORDINGS = Path(__file__).parent / "wordings.yaml"
HONEST = Path(__file__).parent / "honest.yaml"

_REMEDY = {
    "missing": "add this field{also}",
    "extra_forbidden": "there is no such field here{hint}; remove or rename it",
    "string_type": 'must be text: put it in quotes, such as "6688" or "no"',
    "bool_type": "must be true or false",
    "int_type": "must be a whole number, such as 3",
    "greater_than": "must be a whole number from 1",
    "list_type": "must be a list: [one, two], or lines that begin with -",
    "model_type": "write its fields as {example}",
    "dict_type": "write names and values as {{name: value}}",
    "few_wordings": "give at least 4 different wordings, or the $name of a set in wordings.yaml",
    "unknown_service": "use an id of the service catalogue{hint}",
    "unknown_param": "use {expected}",
    "literal_error": "use {expected}{hint}",
    "one_of": "give exactly one of them",
    "no_customer": "use one of {customers}, or null for a visitor",
    "no_path": "write accounts.6688.balance, cards.6688.status, payees.<name>.known, transfers.<payee>.status, or a list such as cases for "
    "how many there are",
    "no_count": "write a whole number, such as {value}: 1",
    "no_text": 'put it in quotes, such as "52340.18"',
    "never": "use {expected}{hint}",
    "money": 'write money in digits with two places and in quotes, such as "500.00"',
    "no_pattern": "put a \\ before what is meant as it stands",
    "no_input": "use {expected}{hint}",
    "duplicate": "give each case an id of its own",
    "string_pattern_mismatch": "use small letters, digits, . _ and - only (in a suite's name no .)",
    "string_too_short": "must not be empty",
    "too_short": "give at least one",
}
_EXAMPLES = {
    "Goal": '{service: card.lock, params: {card: "3021"}}', "Expected": "{state: {cards.3021.status: locked}}",
    "Case": "- id: lock.zh, and the other fields below it", "Behaviour": "{manner: words}", "Row": "{service: card.lock, status: done}",
    "TurnExpected": "{stage: confirm}", "Step": "{at: confirm, say: [one, two, three, four]}", "Press": "{type: confirm}",
}  # fmt: skip
_RESERVED = ("understanding", "knowledge", "voice", "hijack", "landing", "agentdojo", "banking77", "bq", "all")


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
    wrong += [
        f"{path.name}:1: (file): would not be read: call it {path.stem}.yaml" for path in sorted(folder.glob("*.yml"))
    ]
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
        text = path.read_bytes().decode("utf-8-sig")
        node = yaml.compose(text, Loader=_LOADER)
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise BadCases([_unreadable(path, error)]) from None
    if not isinstance(data, dict):
        raise BadCases([f"{path.name}:1: (file): must be a mapping: write `suite:`, `defaults:` and `cases:`"])
    if twice := list(_twice(node)):
        raise BadCases([
            f"{path.name}:{line}: {name}: stands there twice and only the last would count: remove or rename one" for line, name in twice
        ])  # fmt: skip
    if data.get("suite") in _RESERVED:
        raise BadCases([
            f"{path.name}:{_line(node, ['suite'])}: suite: {data['suite']} is made by the program itself: choose another name"
        ])  # fmt: skip
    defaults = data.pop("defaults", None) or {}
    if not isinstance(defaults, dict):
        line = _line(node, ["defaults"])
        raise BadCases([f"{path.name}:{line}: defaults: must be names and values: write {{author: your name}}"])
    if isinstance(data.get("cases"), list):
        data["cases"] = [_whole(case, defaults, path) if isinstance(case, dict) else case for case in data["cases"]]
    try:
        return Suite.model_validate(data)
    except ValidationError as error:
        told = [_told(path, node, item) for item in error.errors(include_url=False)]
        raise BadCases(list(dict.fromkeys(told))) from None


def _unreadable(path: Path, error: Exception) -> str:
    """Where a file stops being text or YAML, and what to do."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"{path.name}:{line}: (file): not UTF-8: save it as UTF-8"
    if isinstance(error, OSError):
        return f"{path.name}:1: (file): cannot be read ({error.strerror}): see its permissions"
    mark, problem = getattr(error, "problem_mark", None), str(getattr(error, "problem", None) or error).split("\n")[0]
    if isinstance(error, yaml.reader.ReaderError):
        text = path.read_bytes().decode("utf-8-sig")
        line, remedy = text[: error.position].count("\n") + 1, "remove this character"
    else:
        line = mark.line + 1 if mark is not None else 1
        remedy = "put text with : # { } [ ] @ in quotes, and let fields that belong together begin in one column (the slip may be one line above)"
    if re.search(r"\btab\b", problem) or "\\t" in problem:
        remedy = "indent with spaces, not with tabs"
    return f"{path.name}:{line}: (file): {problem}: {remedy}"


def _twice(node: yaml.Node | None, seen: frozenset[int] = frozenset()) -> Iterator[tuple[int, str]]:
    """Line and name of fields that stand in one mapping twice; YAML keeps the last and says nothing."""
    if node is None or id(node) in seen:  # an anchor can hold itself
        return
    seen |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        names = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in names:
                yield key.start_mark.line + 1, str(key.value)
            names.add(key.value if isinstance(key, yaml.ScalarNode) else None)
            yield from _twice(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _twice(item, seen)


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
        lines += [
            f"{_where(path, case.id)}: {field}: fewer than 4 different wordings: {_REMEDY['few_wordings']}"
            for field, say in [("say", case.say), *(("steps.say", step.say or []) for step in case.steps)]
            if say and not say[0].startswith("$") and len({text.strip() for text in say} - {""}) < WORDINGS_MIN
        ]
        never = case.attack.never if case.attack is not None else []
        for pattern in never:
            try:
                re.compile(pattern)
            except re.error as error:
                lines.append(
                    f"{_where(path, case.id)}: never: {pattern!r} is no regular expression: put a \\ before what is meant as it stands "
                    f"({error})"
                )
    return lines


def _where(path: Path, case: object) -> str:
    """File and line of a case."""
    ids = re.compile(rf"\bid:\s*[\"']?{re.escape(str(case))}[\"']?\s*(?:[,}}#]|$)")
    lines = path.read_text(encoding="utf-8").splitlines()
    return f"{path.name}:{next((n for n, line in enumerate(lines, start=1) if ids.search(line)), 1)}"


def _told(path: Path, node: yaml.Node | None, item: Any) -> str:
    loc, context, kind = list(item["loc"]), item.get("ctx") or {}, item["type"]
    if kind == "duplicate":
        loc = ["cases", context["i"], "id"]
    if "at" in context:
        loc.append(context["at"])
    if (
        loc[:1] == ["cases"]
        and len(loc) > 2
        and kind != "missing"
        and not _has(node, loc[:3])
        and _has(node, ["defaults", loc[2]])
    ):
        loc = ["defaults", *loc[2:]]
    field = ".".join(str(part) for part in loc) or "(file)"
    expected = str(context.get("expected", ""))
    pool, value = _pool(kind, loc, expected), context.get("wanted", context.get("value", item["input"]))
    if kind == "extra_forbidden":
        value = loc[-1] if loc else None
    near = difflib.get_close_matches(value, pool, n=1, cutoff=0.5) if isinstance(value, str) else []
    also = ", here or once for all in `defaults`" if len(loc) == 3 and loc[0] == "cases" else ""
    remedy = _REMEDY.get("model_type" if kind == "model_attributes_type" else kind, item["msg"])
    said = remedy.format(
        hint=f" (did you mean {near[0]}?)" if near else "", expected=expected or ", ".join(pool), also=also, value=context.get("value", value),
        customers=", ".join(CUSTOMERS), example=_EXAMPLES.get(str(context.get("class_name")), "{name: value}"),
    )  # fmt: skip
    what = "wrong kind of value" if kind in ("model_type", "model_attributes_type", "literal_error") else item["msg"]
    return f"{path.name}:{_line(node, loc)}: {field}: {what}: {said}"


def _pool(kind: str, loc: Sequence[int | str], expected: str) -> list[str]:
    """What could have been meant."""
    if kind == "unknown_service":
        return list(PARAMS)
    if kind == "no_input":
        return list(get_args(Input))
    if kind != "extra_forbidden":
        return re.findall(r"[\w.-]+", expected)
    names = [part for part in loc[:-1] if isinstance(part, str)]
    inside: dict[str, type[BaseModel]] = {"goal": Goal, "add": Goal, "steps": Step, "behaviour": Behaviour, "press": Press, "attack": Attack, "acts": Act,
              "requests": Row, "expect": Expected, "opening": TurnExpected, "cases": Case, "defaults": Case}  # fmt: skip
    if "expect" in names and "steps" in names:
        return list(TurnExpected.model_fields)
    return list((inside.get(names[-1], Case) if names else Suite).model_fields)


def _has(node: yaml.Node | None, loc: Sequence[int | str]) -> bool:
    """Whether the file has this very place."""
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return False
    return node is not None


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
