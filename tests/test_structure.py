"""What the code must look like: who may import whom, how long things may get, what must not be written anywhere.

Each rule is a function from a file to what is wrong in it; it runs over the whole tree, and over a bad example of its own
to see that it finds it.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

MAY_IMPORT = {
    "app": {"ui", "agent", "knowledge", "tools", "voice"},
    "ui": {"agent", "knowledge", "tools", "voice"},
    "agent": {"knowledge", "tools"},
    "knowledge": set[str](),
    "tools": set[str](),
    "voice": set[str](),
    "eval": set[str](),  # only speaks HTTP
    "bench": {"app", "agent", "knowledge", "tools", "voice", "eval"},
}
PACKAGES = set(MAY_IMPORT)
PRODUCT = {"ui", "agent", "knowledge", "tools", "voice"}

# put together here so that this file does not hold them itself
HOSTS = "|".join(
    (
        "pypi" + r"\.org",
        "python" + r"hosted\.org",
        "npmjs" + r"\.(?:org|com)",
        "hugging" + r"face\.co",
        "hf" + "-mirror",
    )
)
FOREIGN = re.compile(rf"(?:{HOSTS})|(?<![\w.~])/(?:root|home|work|opt|Users)/\w")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


@dataclass(frozen=True)
class File:
    """A tracked text file, or an example of one; ``path`` is relative to the root."""

    path: str
    text: str

    @property
    def top(self) -> str:
        """The package it belongs to: its first folder, or its own name at the root."""
        return self.path.split("/")[0].removesuffix(".py")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def python(self) -> bool:
        return self.path.endswith(".py")


@lru_cache
def files() -> tuple[File, ...]:
    """Everything that is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        paths = [ROOT / line for line in listed.stdout.splitlines()]
    else:  # an unpacked archive
        paths = [
            path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
        ]
    return tuple(_read(paths))


def _read(paths: list[Path]) -> Iterator[File]:
    for path in sorted(path for path in paths if path.is_file()):
        try:
            yield File(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:  # a picture, a sound
            continue


def wrong_direction(file: File) -> Iterator[str]:
    """Dependencies go one way."""
    if not file.python or file.top not in PACKAGES:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "." * node.level]
        else:
            continue
        for name in names:
            other = name.split(".")[0]
            if other in PACKAGES and other != file.top and other not in MAY_IMPORT[file.top]:
                yield f"line {node.lineno}: {file.top} imports {name}"


def too_long(file: File) -> Iterator[str]:
    """Files and functions that fit the eye."""
    if not file.python:
        return
    if (lines := file.text.count("\n")) > FILE_LINES_MAX:
        yield f"{lines} lines (at most {FILE_LINES_MAX})"
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"line {node.lineno}: {node.name} has {length} lines (at most {FUNCTION_LINES_MAX})"


def float_money(file: File) -> Iterator[str]:
    """No binary fraction comes near money."""
    if not file.python or not file.path.startswith(("tools/bank/", "tools/services/")):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name) and node.id == "float":
            yield f"line {node.lineno}: float on a money path"
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"line {node.lineno}: {node.value} on a money path"


def swallowed(file: File) -> Iterator[str]:
    """No error of any kind disappears."""
    if not file.python:
        return
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        anything = node.type is None or (
            isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
        )
        nothing = all(
            isinstance(step, ast.Pass | ast.Continue)
            or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
            for step in node.body
        )  # fmt: skip
        if anything and nothing:
            yield f"line {node.lineno}: swallows every error"


def own_clock_or_settings(file: File) -> Iterator[str]:
    """Time comes from the injected clock, settings from agent/settings.py."""
    if not file.python or file.top not in PRODUCT:
        return
    clock = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    settings = {"os.getenv", "os.environ.get"}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            # a command line is where the real clock comes in, as a default of an option
            if called in clock and file.path != "tools/clock.py" and not file.path.endswith("__main__.py"):
                yield f"line {node.lineno}: {called} instead of the injected clock"
            if called in settings and file.path != "agent/settings.py":
                yield f"line {node.lineno}: {called} instead of a setting"
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and ast.unparse(node.value) == "os.environ"
        ):
            yield f"line {node.lineno}: os.environ instead of a setting"


def foreign(file: File) -> Iterator[str]:
    """Nothing that is true of one machine or one registry only."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if found := FOREIGN.search(line):
            yield f"line {number}: {found.group()}"


def unfinished(file: File) -> Iterator[str]:
    """Nothing is left to be done in a comment."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if found := UNFINISHED.search(line):
            yield f"line {number}: {found.group()}"


def undescribed(file: File) -> Iterator[str]:
    """Every module says what it is for; a package says it in its ``__init__.py``."""
    if (
        file.python
        and (file.top in PACKAGES)
        and ast.get_docstring(file.tree) is None
        and "/versions/" not in file.path
    ):
        yield "no docstring"


Rule = Callable[[File], Iterator[str]]
EXAMPLES: list[tuple[Rule, File]] = [
    (wrong_direction, File("tools/a.py", "from knowledge.port import Answer\n")),
    (wrong_direction, File("knowledge/a.py", "def f():\n    import tools.clock\n")),
    (wrong_direction, File("agent/a.py", "from ui import page\n")),
    (wrong_direction, File("bench/a.py", "import ui.api\n")),
    (wrong_direction, File("eval/a.py", "import agent.turn\n")),
    (wrong_direction, File("voice/a.py", "from agent import turn\n")),
    (wrong_direction, File("ui/a.py", "import app\n")),
    (too_long, File("x/a.py", "\n" * 401)),
    (too_long, File("x/a.py", "def f():\n" + "    pass\n" * 70)),
    (float_money, File("tools/bank/a.py", "x = float('1')\n")),
    (float_money, File("tools/services/a.py", "x = 0.1\n")),
    (swallowed, File("x/a.py", "try:\n    f()\nexcept Exception:\n    pass\n")),
    (swallowed, File("x/a.py", "try:\n    f()\nexcept:\n    ...\n")),
    (own_clock_or_settings, File("tools/a.py", "datetime.now(UTC)\n")),
    (own_clock_or_settings, File("agent/a.py", "os.environ['A']\n")),
    (foreign, File("a.md", "see https://" + "pypi" + ".org/simple\n")),
    (foreign, File("a.sh", "cd /ho" + "me/someone/x\n")),
    (unfinished, File("a.py", "# TO" + "DO: later\n")),
    (undescribed, File("agent/a/__init__.py", "")),
]  # fmt: skip
RULES = sorted({rule for rule, _ in EXAMPLES}, key=lambda rule: rule.__name__)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_whole_tree_keeps_to(rule: Rule) -> None:
    wrong = [f"{file.path}: {what}" for file in files() for what in rule(file)]
    assert wrong == [], f"{rule.__doc__}\n" + "\n".join(wrong)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_bad_example_is_found(rule: Rule, example: File) -> None:
    assert len(list(rule(example))) == 1


def test_every_folder_of_code_is_a_package() -> None:
    folders = {Path(file.path).parent for file in files() if file.python and file.top in PACKAGES and "/" in file.path}
    paths = {file.path for file in files()}
    scripts = {folder for folder in folders if "migrations" in folder.parts}  # run by Alembic, imported by nobody
    assert [str(folder) for folder in folders - scripts if f"{folder.as_posix()}/__init__.py" not in paths] == []


def test_only_hashes_and_versions_are_in_the_locks() -> None:
    wanted = re.compile(r"^(#.*|[\w.-]+(\[[\w,-]+\])?==[\w.+!-]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?)$")
    for lock in ("build", "runtime", "dev"):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text()
        assert [line for line in text.splitlines() if not wanted.match(line)] == []
