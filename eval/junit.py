"""The run as JUnit XML, for whatever shows test results: a suite is a suite, a trial a test case."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from eval.run import Trial

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(trials: Sequence[Trial], missing: Mapping[str, int] | None = None) -> str:
    """The whole document; what of a suite is ``missing`` is a skipped test case."""
    missing = missing or {}
    suites: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        suites[trial.suite].append(trial)
    for suite in missing:
        suites.setdefault(suite, [])
    parts = ["<?xml version='1.0' encoding='utf-8'?>", "<testsuites>"]
    for suite, some in suites.items():
        failed = sum(not trial.passed for trial in some)
        seconds = sum(trial.seconds for trial in some)
        absent = missing.get(suite, 0)
        parts.append(
            f'<testsuite name={quoteattr(suite)} tests="{len(some) + bool(absent)}" failures="{failed}" skipped="{int(bool(absent))}" time="{seconds:.3f}">'
        )
        parts += [_case(trial) for trial in some]
        if absent:
            parts.append(
                f'<testcase classname={quoteattr(suite)} name="not measured"><skipped message="{absent} trials"/></testcase>'
            )
        parts.append("</testsuite>")
    return "\n".join([*parts, "</testsuites>", ""])


def _case(trial: Trial) -> str:
    head = f'<testcase classname={quoteattr(trial.suite)} name={quoteattr(f"{trial.case}#{trial.trial}")} time="{trial.seconds:.3f}"'
    if trial.passed:
        return f"{head}/>"
    why = "\n".join(f"{fault.cause}: {fault.what}" for fault in trial.faults)
    why += f"\nblame: {trial.blame}: {trial.evidence}"
    message = quoteattr(_clean(f"{trial.blame}: {trial.cause}"))
    return f"{head}><failure message={message}>{escape(_clean(why))}</failure></testcase>"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
