"""``python -m eval``: run suites against a server, or against the product that it starts itself.

``python -m eval compare A B`` sets two reports beside each other; ``python -m eval suites`` names what runs against any server.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx

from eval import documents, dojo, spoken
from eval.assault import HIJACK, LANDING, assaults
from eval.case import Case
from eval.compare import NoReport, compare, proven_in
from eval.hijack import Hijacker
from eval.journal import Journal, OtherRun
from eval.load import BadCases, choose, load_suites, wordings
from eval.outside import SUITES as OUTSIDE
from eval.outside import Unreadable, read_lines
from eval.privacy import SUITE as PRIVACY
from eval.privacy import traces
from eval.probe import probes
from eval.report import Floor, summarise, table, write
from eval.run import Item, Runner, Trial
from eval.server import CannotStart, Product, product
from eval.speaker import ByModel
from eval.system import System, SystemFault

FLOORS = Path(__file__).parent / "floors.toml"
TIMEOUT_S = 60.0
DATABASE = "skyteller.db"
Suites = Mapping[str, Sequence[Item]]


def main(argv: Sequence[str] | None = None) -> int:
    """0: every suite reached its floor. 1: one did not, or trials are missing. 2: it could not be run."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["compare"]:
        return compare(words[1:])
    if words == ["suites"]:
        print(*sorted({*load_suites(), *probes(), spoken.SUITE} - {documents.SUITE}), sep="\n")
        return 0
    args = _arguments(words)
    try:
        suites = _suites(args)
        args.proven = proven_in(args.beside)
        journal = _journal(args, suites)
    except (BadCases, NoReport, OtherRun, Unreadable) as bad:
        print(bad, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"--reports {args.reports}: cannot be written ({error.strerror}); name another folder", file=sys.stderr)
        return 2
    started, whole = time.time(), False
    try:
        whole = _measure(suites, journal, args)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
    except (CannotStart, SystemFault, OSError) as error:
        print(f"the run ended: {error}", file=sys.stderr)
    if not whole and not journal.trials:
        journal.path.unlink(missing_ok=True)
        print("nothing was measured", file=sys.stderr)
        return 2
    if not whole:
        print(f"what was measured is kept in {journal.path}; `--resume` goes on with it", file=sys.stderr)
    return _report(suites, journal, args, started, whole=whole)


def _report(suites: Suites, journal: Journal, args: argparse.Namespace, started: float, *, whole: bool) -> int:
    """What was measured, as a table and as files; 0 when it is all there and reached its floors."""
    expected = {name: len(cases) * args.trials for name, cases in suites.items()}
    summary = summarise(
        journal.trials, expected, floors(), seed=args.seed, trials_each=args.trials, interrupted=not whole
    )
    print(table(summary))
    if args.speaker is not None:
        print("customers' words by the model:", dict(args.speaker.outcomes))
    try:
        print("report:", *write(args.reports, journal.path.stem, started, summary, journal.trials))
    except OSError as error:
        print(f"no report: {error}; `--resume` makes it out of {journal.path}", file=sys.stderr)
        return 2
    return 0 if summary.reached and whole else 1


def floors() -> dict[str, Floor]:
    """The floors by suite."""
    return {name: Floor(**row) for name, row in tomllib.loads(FLOORS.read_text(encoding="utf-8")).items()}


def _suites(args: argparse.Namespace) -> Suites:
    if args.suite in OUTSIDE:
        return {args.suite: read_lines(args.suite, args.file, args.limit, args.seed)}
    cases = load_suites()
    cases = {**cases, spoken.SUITE: spoken.spoken_cases(cases["services"])}
    attacks = assaults(cases["redteam"])
    if args.suite in (None, HIJACK, dojo.SUITE) and dojo.installed():
        found = dojo.injections()
        cases = {**cases, dojo.SUITE: dojo.cases(found)}
        attacks[HIJACK] = [*attacks[HIJACK], *dojo.hijacked(found)]
    elif args.suite == dojo.SUITE:
        raise BadCases([f"--suite {dojo.SUITE}: its attacks are in a package that is not here: pip install agentdojo"])
    if args.suite != LANDING:
        attacks.pop(LANDING)  # it is for systems that attacks are meant to land on
    if args.url is not None:
        cases = {name: _not_killed(some) if args.suite in (None, name) else some for name, some in cases.items()}
    if args.suite is None and args.url is not None:
        cases.pop(documents.SUITE)
        print(f"without {documents.SUITE}: it needs the system's documents to be ours")
    if args.suite is None and args.url is not None and args.model_port == 0:
        attacks.pop(HIJACK)
        print(f"without {HIJACK}: it needs the system's language model at an address of ours (--model-port)")
    everything: dict[str, Sequence[Item]] = {**cases, **probes(), **attacks}
    return choose(everything, only=args.suite, most=args.limit, seed=args.seed)


def _not_killed(cases: Sequence[Case]) -> Sequence[Case]:
    """Without those for which the system has to be killed: another's is not ours to kill."""
    left = [case for case in cases if case.behaviour.network != "restart"]
    if len(left) < len(cases):
        print(f"without {len(cases) - len(left)} cases in which the system is killed: it is not ours")
    return left


def _journal(args: argparse.Namespace, suites: Suites) -> Journal:
    name = args.suite or "all"
    args.reports.mkdir(parents=True, exist_ok=True)
    settings = {
        "suite": name, "trials": args.trials, "seed": args.seed, "limit": args.limit, "url": args.url,
        "customer": args.customer_url and f"{args.customer_url} {args.customer_model}",
        "cases": hashlib.sha256(repr(sorted(suites.items())).encode()).hexdigest()[:12],
    }  # fmt: skip
    begun = sorted(args.reports.glob(f"{name}-*.jsonl"), key=lambda path: path.stat().st_mtime)
    if args.resume and begun:
        print(f"going on with {begun[-1]}")
        return Journal(begun[-1], settings)
    if args.resume:
        print(f"there is no run of {name} in {args.reports} to go on with: a new one is begun")
    return Journal(args.reports / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.jsonl", settings)


def _measure(suites: Suites, journal: Journal, args: argparse.Namespace) -> bool:
    """Whether all of it was measured. What needs a product of its own, prepared for it, comes after the rest."""
    apart = (dojo.SUITE, documents.SUITE, HIJACK)
    whole, rest = True, {name: cases for name, cases in suites.items() if name not in apart}
    if rest:
        with _client(args) as (client, started):
            whole = _run(_of(client, started), rest, journal, args, started)
    if whole and dojo.SUITE in suites:
        with _client(args) as (client, started):
            if started is not None:
                dojo.plant(started.data / DATABASE, dojo.injections())
            whole = _run(_of(client, started), {dojo.SUITE: suites[dojo.SUITE]}, journal, args, started)
    if whole and documents.SUITE in suites:
        with tempfile.TemporaryDirectory(prefix="skyteller-documents-") as folder:
            documents.poison(Path(folder))
            with _client(args, {"SKYTELLER_DOCUMENTS": folder}) as (client, started):
                if started is not None and not documents.taken_in(started.log):
                    raise CannotStart("the product did not take its documents in; see `python -m knowledge documents`")
                whole = _run(_of(client, started), {documents.SUITE: suites[documents.SUITE]}, journal, args, started)
    if whole and HIJACK in suites:
        with Hijacker(args.model_port) as attacker, _client(args, in_the_hands_of(attacker)) as (client, started):
            whole = _run(_of(client, started), {HIJACK: suites[HIJACK]}, journal, args, started, attacker)
    return whole


def _of(client: httpx.Client, started: Product | None) -> System:
    return System(client, started.restart if started is not None else None)


def in_the_hands_of(attacker: Hijacker) -> dict[str, str]:
    """Settings that give the model everything it can have: calls that decide first, and the wording of answers."""
    return {
        "SKYTELLER_LLM": "endpoint", "SKYTELLER_LLM_BASE_URL": attacker.base, "SKYTELLER_LLM_MODEL": "attacker",
        "SKYTELLER_LLM_TOOLS": "true", "SKYTELLER_REPHRASE": "true",
    }  # fmt: skip


def _run(
    system: System,
    suites: Suites,
    journal: Journal,
    args: argparse.Namespace,
    started: Product | None,
    attacker: Hijacker | None = None,
) -> bool:
    """Whether all of it was measured."""
    from eval.tasks import run_suite  # Inspect takes seconds to load, and a wrong file is told before

    health = system.health()
    print(f"system: {health.get('version')}, models {health.get('models')}")
    total, done = args.trials * sum(map(len, suites.values())), 0

    def tell(trial: Trial) -> None:
        nonlocal done
        done += 1
        mark = "ok  " if trial.passed else "FAIL"
        why = "" if trial.passed else f"  {trial.cause}: {trial.faults[0].what[:110]}"
        print(
            f"[{done:4d}/{total}] {mark} {trial.suite}/{trial.case} #{trial.trial} {trial.turns} turns{why}", flush=True
        )

    for suite, cases in suites.items():
        under_test = system
        if suite == spoken.SUITE:
            if (away := spoken.missing(system)) is not None:
                print(f"{suite} is not measured: {away}")
                continue
            under_test = spoken.Spoken(system.client)
        runner = Runner(under_test, args.seed, wordings(), attacker, proven=args.proven, speaker=args.speaker)
        status = run_suite(
            suite, cases, runner=runner, journal=journal, trials=args.trials, logs=args.reports / "logs", tell=tell
        )
        if status != "success":
            return False
        if suite == PRIVACY:
            found = traces(system, system.states(), started.log if started is not None else None)
            blame = "system" if found else None
            journal.add(Trial(suite, "metrics.and.log", 0, not found, found, [], 0, 0.0, [], blame))
    return True


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    parser.add_argument("--suite", help="only this one")
    parser.add_argument("--file", type=Path, help="real people's utterances, for --suite banking77 or bq")
    parser.add_argument("--url", help="a server that speaks the contract; without it the product is started")
    parser.add_argument("--trials", type=int, default=4, help="trials of each case, each in another wording")
    parser.add_argument("--seed", type=int, default=0, help="decides wordings and ways of answering")
    parser.add_argument("--limit", type=int, help="at most so many cases of each suite, drawn by the seed")
    parser.add_argument("--resume", action="store_true", help="go on with the last run of this suite that was stopped")
    parser.add_argument("--no-llm", action="store_true", help="start the product without its language model")
    parser.add_argument(
        "--model-port",
        type=int,
        default=0,
        help="where the hijacked model of --suite hijack is served; any free one when the product is started for it",
    )
    parser.add_argument(
        "--beside", type=Path, help="JSON report of another run: what passed there is proven to be possible"
    )
    parser.add_argument("--customer-url", help="OpenAI-compatible address of a model that words what customers say")
    parser.add_argument(
        "--customer-model", default="default", help="its name there; its key is in EVAL_CUSTOMER_API_KEY"
    )
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="folder for the reports")
    args = parser.parse_args(argv)
    if (args.file is not None) != (args.suite in OUTSIDE):
        parser.error(f"--suite {' and --suite '.join(OUTSIDE)} need --file, and nothing else takes it")
    if args.suite == HIJACK and args.url is not None and args.model_port == 0:
        parser.error(
            f"--suite {HIJACK} with --url: start the system with its language model at http://127.0.0.1:PORT/v1, and give --model-port PORT"
        )
    if args.trials < 1 or (args.limit is not None and args.limit < 1):
        parser.error("--trials and --limit: at least 1")
    key = os.environ.get("EVAL_CUSTOMER_API_KEY", "")
    args.speaker = ByModel(args.customer_url, args.customer_model, key) if args.customer_url else None
    return args


@contextlib.contextmanager
def _client(
    args: argparse.Namespace, more: Mapping[str, str] | None = None
) -> Iterator[tuple[httpx.Client, Product | None]]:
    """A client of the system under test, and the product where it was started for it, with ``more`` settings."""
    if args.url is not None:
        if more:
            print(f"as prepared as it is: {', '.join(more)} cannot be set on another server")
        with httpx.Client(base_url=args.url.rstrip("/"), timeout=TIMEOUT_S) as client:
            yield client, None
        return
    hijacked = more is not None and "SKYTELLER_LLM" in more
    print(f"starting the product {'without' if args.no_llm and not hijacked else 'with'} its language model")
    with (
        product(llm=hijacked or not args.no_llm, more=more) as running,
        httpx.Client(base_url=running.base, timeout=TIMEOUT_S) as client,
    ):
        yield client, running


if __name__ == "__main__":
    # a shell starts its background jobs with Ctrl-C ignored, and so is all that they start: a server's runs, too
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
