"""The suites as Inspect tasks: a sample is a case, an epoch a trial, the solver a simulated customer, the score its verdict.
The system under test is reached over HTTP by the customer; Inspect needs no model for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import anyio
from inspect_ai import Epochs, Task
from inspect_ai import eval as run_tasks
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser, ModelOutput
from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from eval.assault import Assault
from eval.contract import Json
from eval.journal import Journal
from eval.probe import Probe
from eval.run import Item, Runner, Trial, said_words
from eval.system import SystemFault

CASE_SECONDS_MAX = 600
NO_MODEL = "none/none"


def run_suite(
    suite: str,
    cases: Sequence[Item],
    *,
    runner: Runner,
    journal: Journal,
    trials: int,
    logs: Path,
    tell: Callable[[Trial], None],
) -> str:
    """All trials of a suite that the journal does not hold yet; one at a time, for they share the sandbox's clock. Returns
    Inspect's status: success, cancelled or error.

    Raises:
        SystemFault: the system is gone.
        OSError: what is measured cannot be kept.
    """
    ended: list[Exception] = []
    task = Task(
        dataset=MemoryDataset([_sample(case) for case in cases], name=suite), name=suite, version=1,
        solver=simulated_customer(suite, {case.id: case for case in cases}, runner, journal, tell, ended), scorer=verdict(),
        epochs=Epochs(trials, "mean"), time_limit=CASE_SECONDS_MAX, fail_on_error=True,
    )  # fmt: skip
    done = run_tasks(
        task, model=NO_MODEL, log_dir=str(logs), display="none", max_samples=1, log_level="error", log_realtime=False
    )
    if ended:
        raise ended[0]
    if done and done[0].status == "error":
        why = done[0].error.message.strip().splitlines()[-1] if done[0].error is not None else "see its log"
        raise OSError(f"Inspect could not go on: {why}")
    return str(done[0].status) if done else "cancelled"  # nothing, when it was stopped before it began


@solver
def simulated_customer(
    suite: str,
    cases: dict[str, Item],
    runner: Runner,
    journal: Journal,
    tell: Callable[[Trial], None],
    ended: list[Exception],
) -> Solver:
    """Holds the conversation of a case; what the journal has is not held again. What ends the run is put into ``ended``, for Inspect keeps
    it to itself."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case, number = cases[str(state.sample_id)], state.epoch - 1
        trial = journal.get(suite, case.id, number)
        if trial is None:
            try:
                trial = await anyio.to_thread.run_sync(runner.run, suite, case, number)
                journal.add(trial)
            except (SystemFault, OSError) as error:
                ended.append(error)
                raise
        tell(trial)
        state.messages = _messages(trial.transcript)
        state.output = ModelOutput.from_content(
            "system under test", trial.transcript[-1]["text"] if trial.transcript else ""
        )
        state.metadata["trial"] = {key: value for key, value in trial.as_json().items() if key != "transcript"}
        return state

    return solve


@scorer(metrics=[accuracy(), stderr(cluster="case")])
def verdict() -> Scorer:
    """End state × facts said × order of the gate × nothing forbidden, as the customer's trial found it."""

    async def score(state: TaskState, target: Target) -> Score:
        trial = state.metadata["trial"]
        why = "\n".join(f"{fault['cause']}: {fault['what']}" for fault in trial["faults"])
        return Score(value=CORRECT if trial["passed"] else INCORRECT, explanation=why or "as expected", metadata=trial)

    return score


def _sample(case: Item) -> Sample:
    if isinstance(case, Probe):
        words, target = case.text, list(case.means) or [case.source or "nothing"]
    elif isinstance(case, Assault):
        words, target = case.case.say[0], []
    else:
        words, target = case.say[0], [repr(row) for row in case.rows()]
    return Sample(id=case.id, input=words, target=target or ["nothing changes"], metadata={"case": case.id})


def _messages(transcript: Sequence[Json]) -> list[ChatMessage]:
    messages: list[ChatMessage] = []
    for line in transcript:
        if line["sent"] is not None:
            messages.append(ChatMessageUser(content=said_words(line["sent"])))
        messages.append(ChatMessageAssistant(content=line["text"], source="generate"))
    return messages
