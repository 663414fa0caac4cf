"""What the desk's routes are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from agent.casework.casework import Casework
from agent.casework.queue import DeskRefusal
from agent.casework.staff import StaffBook
from agent.casework.view import DeskView
from ui.api.desk.problems import desk_problem
from ui.api.options import ApiOptions
from ui.api.ports import StaffDesk

T = TypeVar("T")


@dataclass(frozen=True)
class DeskParts:
    """``tokens`` are the bearer tokens that clients without cookies use; ``secure`` cookies travel by https only."""

    work: Casework
    view: DeskView
    staff: StaffBook
    tokens: StaffDesk
    options: ApiOptions
    secure: bool


async def done(do: Callable[[], T]) -> T:
    """Blocking work of the desk; its refusals are problem documents.

    Raises:
        Problem
    """
    try:
        return await run_in_threadpool(do)
    except DeskRefusal as refusal:
        raise desk_problem(refusal.code) from None
