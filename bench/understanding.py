"""How well the cascade understands people whom it was not trained on.

``python -m bench.understanding --cache DIR [--author NAME] [--noise] [--banking77 FILE] [--bq FILE] [--part develop|judge]``

Prints, for each language: right, wrong action started (and of these the services that are built: the others are declined by
name and begin nothing), questions back, shares and accuracy by stage, the commonest confusions, and time. ``--part`` takes one
half of the real people's lines: mistakes are read in one and figures taken from the other. Without ``--cache`` the artefact goes
to a temporary folder (and is trained first).
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.commands import Chitchat, Clarify, Command, StartService
from agent.understand.build import shipped
from agent.understand.cascade import Cascade
from agent.understand.examples import DATA, Example, read
from agent.understand.labels import REPLIES, actions
from agent.understand.noise import noisy
from agent.understand.port import Choice, Hearing, Pending
from agent.understand.train import load_or_train
from eval.outside import read_lines
from knowledge.embeddings import embedded
from tools.services import built_services
from tools.wording import Locale

SEED = 7
READ = 1000  # real lines whose mistakes had been read before they were parted
OWN = ("6688", "3021")
_AWAITS: dict[str, Pending] = {"confirm": "confirm", "deny": "confirm"}


@dataclass
class Tally:
    """Counts over one group of utterances."""

    n: int = 0
    right: int = 0
    wrong_action: int = 0
    begun: int = 0
    asked: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    stage_right: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_label: Counter[str] = field(default_factory=Counter)
    label_right: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)


def hearing_for(example: Example) -> Hearing:
    """The situation in which such an utterance is said: replies have something to reply to."""
    locale: Locale = "zh-CN" if example.lang == "zh" else "en"
    pending = _AWAITS.get(example.label)
    if pending is not None or example.label in REPLIES:
        return Hearing(
            locale=locale,
            pending="confirm",
            service="transfer.create",
            params={"from": "account", "payee": "payee", "amount": "amount"},
            accounts=OWN,
            cards=OWN,
            payees=("王芳", "张伟"),
        )
    pending_transfer = (Choice("T1", "张伟 30000", ("张伟",)),)
    return Hearing(locale=locale, accounts=OWN, cards=OWN, payees=("王芳", "张伟"), pending_transfers=pending_transfer)


def label_of(command: Command) -> str:
    """The label that a command stands for."""
    match command:
        case StartService(service=service):
            return service
        case Chitchat(topic=topic):
            return f"chitchat.{topic}"
        case _ if command.command == "handoff":
            return "human.handoff"
        case _:
            return str(command.command)


def is_right(example: Example, heard: Sequence[Command]) -> bool:
    """The first command is what the author meant; a doubt written as a no may also be a cancellation, and the reverse."""
    got = {label_of(c) for c in heard}
    if example.label in ("deny", "cancel") and got & {"deny", "cancel"}:
        return True
    return label_of(heard[0]) in example.label.split("|")


def run(cascade: Cascade, examples: Sequence[Example]) -> dict[str, Tally]:
    """Tallies by language."""
    tallies: dict[str, Tally] = {}
    for example in examples:
        tally = tallies.setdefault(example.lang, Tally())
        began = time.perf_counter()
        heard = cascade.understand(example.text, hearing_for(example))
        tally.times_ms.append((time.perf_counter() - began) * 1000)
        right, got = is_right(example, heard), "+".join(label_of(c) for c in heard)
        stage = heard[0].by
        tally.n += 1
        tally.right += right
        tally.by_label[example.label] += 1
        tally.label_right[example.label] += right
        tally.stages[stage] += 1
        tally.stage_right[stage] += right
        tally.asked += any(isinstance(c, Clarify) for c in heard)
        wrongly = {
            c.service
            for c in heard
            if isinstance(c, StartService) and c.service in actions() and c.service not in example.label.split("|")
        }
        tally.wrong_action += bool(wrongly)
        tally.begun += not wrongly.isdisjoint(built_services())
        if not right:
            tally.confused[example.label, got] += 1
            tally.wrong.append((example.label, got, example.text))
    return tallies


def report(title: str, tallies: dict[str, Tally], *, show: int, verbose: bool) -> None:
    """Print one table, and the commonest confusions unless ``show`` is 0."""
    print(
        f"\n## {title}\n\n| language | n | right | wrong action | of a built service | asked back | stages (share, right) | p50 ms | p95 ms |\n|---|---|---|---|---|---|---|---|---|"
    )
    for lang, t in sorted(tallies.items()):
        stages = ", ".join(f"{s} {n / t.n:.0%} {t.stage_right[s] / n:.1%}" for s, n in t.stages.most_common())
        p95 = statistics.quantiles(t.times_ms, n=20)[-1] if t.n > 1 else t.times_ms[0]
        print(
            f"| {lang} | {t.n} | {t.right / t.n:.1%} | {t.wrong_action / t.n:.2%} | {t.begun / t.n:.2%} | {t.asked / t.n:.1%} | {stages} | {statistics.median(t.times_ms):.1f} | {p95:.1f} |"
        )
    for lang, t in sorted(tallies.items()) if show else ():
        weak = sorted((t.label_right[label] / n, label) for label, n in t.by_label.items())
        print(f"\n{lang} weakest: " + ", ".join(f"{label} {rate:.0%}" for rate, label in weak[:12] if rate < 1))
        print(f"{lang} confusions: " + ", ".join(f"{a} → {b} ×{n}" for (a, b), n in t.confused.most_common(show)))
        if verbose:
            for row in t.wrong:
                print("  " + " | ".join(row))


def outside(suite: str, path: Path, limit: int, part: str | None = None) -> list[Example]:
    """Real people's lines with the labels of which one must be understood (:mod:`eval.outside`).

    ``part``: "develop" draws from every other line and from the thousand drawn where no part is named, "judge" from the rest.
    """
    lines = read_lines(suite, path, limit if part is None else None, SEED)
    if part is not None:
        known = {one.id for one in read_lines(suite, path, READ, SEED)}
        lines = [
            one
            for number, one in enumerate(sorted(lines, key=lambda one: one.id))
            if (number % 2 == 0 or one.id in known) is (part == "develop")
        ]
        lines = random.Random(SEED).sample(lines, min(limit, len(lines)))
    return [Example("|".join(one.means), one.text, suite, one.locale[:2]) for one in lines]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--data", type=Path, default=DATA / "heldout", help="folder of examples to judge by")
    parser.add_argument("--author", action="append", help="judge by this held-out author only; may be repeated")
    parser.add_argument("--noise", action="store_true", help="also with one or two slips in every utterance")
    parser.add_argument("--banking77", type=Path)
    parser.add_argument("--bq", type=Path)
    parser.add_argument("--part", choices=("develop", "judge"), help="half of the real utterances only")
    parser.add_argument("--limit", type=int, default=1000, help="at most so many real utterances")
    parser.add_argument("--show", type=int, default=25, help="so many confusions; 0 prints totals only")
    parser.add_argument("--verbose", action="store_true", help="every mistake")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        cache, examples = args.cache or Path(scratch), read(args.data)
        classifier = shipped(embedded()) or load_or_train(cache, progress=print)
        if args.author:
            examples = [e for e in examples if e.author in args.author]
        cascade = Cascade(classifier)
        cascade.understand("你好", Hearing(locale="zh-CN"))
        print(f"ready after {time.perf_counter() - began:.1f} s")
        if examples:
            report("other authors", run(cascade, examples), show=args.show, verbose=args.verbose)
        if args.noise and examples:
            rng = random.Random(SEED)
            slipped = [Example(e.label, noisy(e.text, rng, rng.choice((1, 2))), e.author, e.lang) for e in examples]
            report("other authors, with slips", run(cascade, slipped), show=args.show, verbose=args.verbose)
        if args.banking77:
            judged = outside("banking77", args.banking77, args.limit, args.part)
            tallies = run(cascade, judged)
            report(
                "banking77 (categories that are no service count as knowledge)",
                tallies,
                show=args.show,
                verbose=args.verbose,
            )
        if args.bq:
            report(
                "bq: none of these is ours",
                run(cascade, outside("bq", args.bq, args.limit, args.part)),
                show=args.show,
                verbose=args.verbose,
            )


if __name__ == "__main__":
    main()
