"""The gate as it is put together in the product, with a clock that stands still and lessons of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import event, text

from tests.tools.bank.bench import ManualClock, make_template
from tools.bank.core import SqlCoreBank
from tools.bank.sandbox import customer_state, phone
from tools.db import Database
from tools.gate import audit, events, sessions
from tools.gate.gate import Gate
from tools.gate.identity import Challenge, Subject, Verdict, Verifier
from tools.gate.risk import RuleEngine
from tools.gate.run import Parts
from tools.gate.service import AnyService
from tools.gate.views import (
    ConfirmView,
    ConsentView,
    DocumentView,
    EndedView,
    FaceView,
    GateView,
    LessonView,
    OtpView,
)
from tools.services import built_services
from tools.tariff import load_tariff
from tools.wording import Locale, Text, line

_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@dataclass(frozen=True)
class Cited:
    id: str
    title: str = "标题"
    quote: str = "原文"
    source: str = "海岚银行规定 第1条"


@dataclass(frozen=True)
class Choice:
    text: str
    right: bool


@dataclass(frozen=True)
class Question:
    id: str
    question: str
    options: Sequence[Choice]
    why: str


@dataclass(frozen=True)
class Taught:
    id: str
    mode: Literal["inform", "acknowledge", "quiz"]
    when: frozenset[str] = frozenset()
    questions: Sequence[Question] = ()
    title: str = "要留意的"
    text: str = "先想一想。"

    @property
    def citation(self) -> Cited:
        return Cited(self.id)


QUESTIONS = tuple(
    Question(f"q{n}", f"问题{n}？", (Choice("对", True), Choice("错", False), Choice("也错", False)), f"因为{n}。")
    for n in (1, 2, 3)
)
LESSONS: Mapping[str, Sequence[Taught]] = {
    "card.replace": (Taught("card.note", "inform"),),
    "transfer.create": (
        Taught("transfer.note", "inform"),
        Taught("transfer.stranger", "acknowledge", frozenset({"first_payee"})),
    ),
    "transfer.cancel": (Taught("never.shown", "acknowledge"),),
    "account.activate_dormant": (Taught("dormant.abuse", "quiz", questions=QUESTIONS),),
}


class FixedLessons:
    """A lesson book with few pages; ``LESSONS`` unless told otherwise."""

    def __init__(self, pages: Mapping[str, Sequence[Taught]] = LESSONS) -> None:
        self.pages = pages

    def lessons(self, service: str, facts: frozenset[str], locale: Locale, on: date) -> Sequence[Taught]:
        return [lesson for lesson in self.pages.get(service, ()) if lesson.when <= facts]


@cache
def template() -> Path:
    """A seeded database, made once for all tests of the process."""
    folder = tempfile.TemporaryDirectory()
    _KEPT.append(folder)
    path = Path(folder.name) / "template.db"
    make_template(path)
    return path


def database(folder: Path) -> Database:
    """A copy of the seeded database; not kept for ever, so nothing waits for the disk."""
    path = folder / "bank.db"
    shutil.copy(template(), path)
    db = Database(f"sqlite:///{path}")
    event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return db


class OnlySpecimen:
    """Looks at no picture: the word "specimen" is right and everything else is wrong."""

    def steps(self, challenge: str) -> Sequence[Text]:
        return [Text("眨眼", "Blink")]

    def document(self, subject: Subject, payload: object) -> Verdict:
        return self._only(payload)

    def face(self, subject: Subject, challenge: Challenge, payload: object) -> Verdict:
        return self._only(payload)

    def forget(self, customer: str) -> bool:
        return True

    def _only(self, payload: object) -> Verdict:
        return Verdict(payload == "specimen", None if payload == "specimen" else line(Text("样本不对", "Not the one")))


@dataclass
class Counter:
    """A gate over a seeded bank, and the customer in front of it."""

    db: Database
    clock: ManualClock = field(default_factory=ManualClock)
    book: FixedLessons = field(default_factory=FixedLessons)
    extra: Mapping[str, AnyService] = field(default_factory=dict)
    verifier: Verifier = field(default_factory=OnlySpecimen)

    def __post_init__(self) -> None:
        self.tariff = load_tariff()
        self.gate = Gate(
            Parts(
                db=self.db,
                bank_of=self.bank_of,
                clock=self.clock,
                tariff=self.tariff,
                services={**built_services(), **self.extra},
                book=self.book,
                risk=RuleEngine.from_file(),
                verifier=self.verifier,
                secret=b"a secret of the tests",
            )
        )

    def bank_of(self, session: Any) -> SqlCoreBank:
        return SqlCoreBank(session, self.clock, self.tariff)

    def sign_in(self, customer: str | None = "C1001", **how: Any) -> Visit:
        options = {"channel": "api", "locale": "zh-CN", "mode": "standard", "device": "known", **how}
        with self.db.transaction() as db:
            session, _ = sessions.open_session(db, self.clock.now(), customer, **options)
        return Visit(self, session.id, customer or "")

    def state(self, customer: str) -> dict[str, Any]:
        with self.db.reading() as db:
            return customer_state(db, self.clock, self.tariff, customer)

    def settle(self) -> None:
        with self.db.transaction() as db:
            self.bank_of(db).settle_due()

    def verify(self) -> int:
        with self.db.reading() as db:
            return audit.verify(db)

    def sql(self, statement: str, **values: Any) -> list[Any]:
        with self.db.transaction() as db:
            done = db.execute(text(statement), values)
            return list(done) if done.returns_rows else []

    def postings(self) -> int:
        """The sum of the whole ledger in fen: always nought."""
        return int(self.sql("SELECT SUM(amount) FROM postings")[0][0])


@dataclass
class Visit:
    """One session of one customer; ``view`` is what the gate asked last."""

    at: Counter
    session: str
    customer: str
    view: GateView | None = None

    def open(self, service: str, said: str = "", **slots: str) -> GateView:
        named = {name.rstrip("_"): value for name, value in slots.items()}
        self.view = self.at.gate.open(self.session, service, named, said)
        return self.view

    def act(self, event: events.GateEvent, action: str | None = None) -> GateView:
        assert self.view is not None
        self.view = self.at.gate.act(self.session, action or self.view.action, event)
        return self.view

    def fill(self, **slots: str) -> GateView:
        return self.act(events.Fill({name.rstrip("_"): value for name, value in slots.items()}))

    def look(self) -> GateView:
        return self.act(events.Look())

    def codes(self) -> list[str]:
        """Codes on the phone, newest first."""
        return [str(message["code"]) for message in self.phone() if message["kind"] == "otp"]

    def phone(self) -> list[dict[str, Any]]:
        with self.at.db.reading() as db:
            return phone(db, self.customer)

    def give_code(self) -> GateView:
        return self.act(events.Otp(self.codes()[0]))

    def right(self) -> str:
        option = self.at.gate.right_quiz_option(self.session)
        assert option is not None
        return option

    def step(self) -> GateView:
        """What an honest and attentive customer does about the present view, but for the yes."""
        match self.view:
            case OtpView():
                return self.give_code()
            case ConsentView(id=consent):
                return self.act(events.Consent(consent, given=True))
            case DocumentView():
                return self.act(events.Document("specimen"))
            case FaceView(challenge=challenge):
                return self.act(events.Face(challenge, "specimen"))
            case LessonView(question=None):
                return self.act(events.Acknowledge())
            case LessonView():
                return self.act(events.QuizAnswer(self.right()))
        raise AssertionError(f"nothing to do about {self.view!r}")

    def prepare(self) -> ConfirmView:
        """Everything up to the read-back."""
        while not isinstance(self.view, ConfirmView):
            self.step()
        return self.view

    def confirm(self) -> EndedView:
        """Say yes to the present read-back."""
        view = self.act(events.Confirm(self.prepare().id))
        assert isinstance(view, EndedView), view
        return view

    def requests(self) -> list[tuple[str, str]]:
        return [(row["service"], row["status"]) for row in self.state()["requests"]]

    def state(self) -> dict[str, Any]:
        return self.at.state(self.customer)

    def log(self, action: str | None = None) -> list[str]:
        """step:outcome of this session's (or one action's) audit events, in order."""
        with self.at.db.reading() as db:
            return [
                f"{e.step}:{e.outcome}"
                for e in audit.events(db, self.session)
                if action is None or e.action_id == action
            ]

    def level(self) -> int:
        with self.at.db.reading() as db:
            return sessions.info(db, self.at.clock.now(), self.session).level

    def wrong_code(self) -> str:
        with suppress(IndexError):
            return f"{(int(self.codes()[0]) + 1) % 1_000_000:06d}"
        return "000000"
