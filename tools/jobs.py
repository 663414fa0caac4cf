"""Jobs that run what has fallen due. What is due stands in rows that were written together with the change itself;
a job only looks for such rows, so a process killed between two runs loses nothing and repeats nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import cast

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from tools.clock import SystemClock
from tools.db import Database
from tools.errors import Busy

EVERY_S = 5
TABLE = "scheduled_jobs"
_log = logging.getLogger(__name__)
_running: dict[str, Jobs] = {}
"""Started schedulers by database: the store keeps a job as the name of a function, which finds its way back here."""


def run_by_name(database: str, name: str) -> None:
    """What the stored jobs point to: run one job of the scheduler that serves this database."""
    jobs = _running.get(database)
    if jobs is not None:
        jobs.run(name)


class Jobs:
    """A scheduler that runs each given callable every few seconds, one at a time, its store in the database.

    ``due`` maps stable names to idempotent callables, each with a transaction of its own; they run in this order.
    """

    def __init__(self, db: Database, due: Mapping[str, Callable[[], object]], every_s: float = EVERY_S) -> None:
        self._db, self._due, self._every_s = db, dict(due), every_s
        self._name = db.engine.url.render_as_string()
        self._one_at_a_time = Lock()
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Start running; jobs of an earlier process are taken over, those that are no more are removed.

        Raises:
            RuntimeError: a scheduler of this process serves this database already.
        """
        if self._name in _running:
            raise RuntimeError("this database already has a running scheduler")
        scheduler = BackgroundScheduler(
            jobstores={"default": _PatientStore(engine=self._db.engine, tablename=TABLE)},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
            jobstore_retry_interval=min(self._every_s, EVERY_S),
        )
        _running[self._name] = self
        try:
            scheduler.start(paused=True)
            for name in self._due:
                scheduler.add_job(
                    "tools.jobs:run_by_name",
                    "interval",
                    seconds=self._every_s,
                    args=[self._name, name],
                    id=name,
                    replace_existing=True,
                )
            for job in scheduler.get_jobs():
                if job.id not in self._due:
                    job.remove()
            scheduler.resume()
        except BaseException:
            del _running[self._name]
            if scheduler.running:
                scheduler.shutdown(wait=False)
            raise
        self._scheduler = scheduler

    def stop(self) -> None:
        """Finish what is running and stop; the jobs stay in the store. Stopping twice is allowed."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
            del _running[self._name]

    def run(self, name: str) -> None:
        """One round of one job; what goes wrong is logged by name, and the next round tries again."""
        if name not in self._due:
            return
        try:
            with self._one_at_a_time:
                self._due[name]()
        except Busy:
            _log.warning("job %s: the store is busy, next round", name)
        except Exception:
            _log.exception("job %s failed, next round", name)

    def run_due_now(self) -> None:
        """Everything that is due, now and in this thread; all are tried.

        Raises:
            The first error, after the others had their turn.
        """
        first: Exception | None = None
        with self._one_at_a_time:
            for name, due in self._due.items():
                try:
                    due()
                except Exception as error:
                    _log.exception("job %s failed", name)
                    first = first or error
        if first is not None:
            raise first


class _PatientStore(SQLAlchemyJobStore):  # type: ignore[misc]
    """A store whose lock may be taken for a while, which must not end the scheduler's thread: an unsaved next time
    only makes a job run once more, an unread one only makes the scheduler look again."""

    def update_job(self, job: Job) -> None:
        try:
            super().update_job(job)
        except OperationalError:
            _log.warning("job %s: its next time could not be saved", job.id)

    def get_next_run_time(self) -> datetime | None:
        try:
            return cast("datetime | None", super().get_next_run_time())
        except OperationalError:
            return SystemClock().now() + timedelta(seconds=EVERY_S)
