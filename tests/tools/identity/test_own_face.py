"""A visitor's own face: on the specimen for one session, and gone with it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.tools.bank.bench import ManualClock
from tests.tools.gate.bench import Counter, Visit, database
from tests.tools.identity.bench import RECOGNISER
from tests.tools.identity.conftest import SECRET
from tests.tools.identity.test_verifier import at_the_document, frames, said
from tools.gate import events, sessions
from tools.gate.views import ConfirmView, FaceView
from tools.identity import words
from tools.identity.documents import DocumentReader
from tools.identity.enrolment import Enrolment
from tools.identity.evidence import EvidenceStore
from tools.identity.faces import FaceEngine
from tools.identity.own_faces import OwnFaces
from tools.identity.pictures import Unusable, encode
from tools.identity.specimens.looks import look
from tools.identity.specimens.people import sequence
from tools.identity.specimens.specimens import Specimens
from tools.identity.verifier import BuiltinVerifier

VISITOR = look(2, "m")  # nobody of the story


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def own(tmp_path: Path, clock: ManualClock, faces: FaceEngine) -> Iterator[OwnFaces]:
    db = database(tmp_path)
    yield OwnFaces(db, clock, faces)
    db.close()


@pytest.fixture
def hall(own: OwnFaces, clock: ManualClock, faces: FaceEngine, specimens: Specimens) -> Counter:
    verifier = BuiltinVerifier(own._db, DocumentReader(RECOGNISER), faces, EvidenceStore(SECRET), specimens, own)
    return Counter(own._db, clock=clock, verifier=verifier)


def picture() -> bytes:
    return encode(sequence(VISITOR, "chl_at_home")[0])


def test_that_a_visitor_goes_through_the_real_thing_with_their_own_face(hall: Counter, own: OwnFaces) -> None:
    visit = at_the_document(hall, "C1001")
    own.enrol(visit.session, "C1001", picture())
    face = visit.act(events.Document("specimen"))
    assert isinstance(face, FaceView)
    hall.clock.advance(seconds=8)
    drawn = visit.act(events.Face(face.challenge, "specimen"))
    assert isinstance(drawn, FaceView), "the customer's drawn face is not the visitor's"
    assert said(visit) == words.FACE_MISMATCH.zh
    hall.clock.advance(seconds=8)
    done = visit.act(events.Face(drawn.challenge, frames(drawn.challenge, filmed(drawn.challenge))))
    assert isinstance(done, ConfirmView)
    assert visit.level() == 3


def filmed(challenge: str) -> list[bytes]:
    return [encode(frame) for frame in sequence(VISITOR, challenge)]


def test_that_it_serves_its_own_session_only_and_ends_with_it(hall: Counter, own: OwnFaces) -> None:
    visit, other = hall.sign_in("C1001"), hall.sign_in("C1001")
    own.enrol(visit.session, "C1001", picture())
    assert own.of(visit.session) is not None
    assert own.of(other.session) is None
    assert hall.sql("SELECT count(*) FROM evidence")[0][0] == 0, "nothing of it is written anywhere"
    hall.clock.advance(minutes=16)
    own.sweep()
    assert own._kept == {}


@pytest.mark.parametrize("how", ["drop", "forget", "reset"])
def test_that_it_can_be_deleted_before(hall: Counter, own: OwnFaces, how: str) -> None:
    visit = hall.sign_in("C1001")
    own.enrol(visit.session, "C1001", picture())
    deeds: dict[str, Callable[[], object]] = {
        "drop": lambda: own.drop(visit.session),
        "forget": lambda: hall.verifier.forget("C1001"),
        "reset": lambda: _end(hall),
    }
    deeds[how]()
    assert own.of(visit.session) is None


def _end(hall: Counter) -> None:
    with hall.db.transaction() as db:
        sessions.end_sessions(db, hall.clock.now(), "C1001")


def test_that_only_one_clear_face_is_taken(own: OwnFaces) -> None:
    frame = sequence(VISITOR, "chl_at_home")[0]
    for spoiled, why in (
        (np.full_like(frame, 150), words.NO_FACE),
        (np.full_like(frame, 8), words.DARK),
        (np.hstack([frame, frame]), words.TWO_FACES),
    ):
        with pytest.raises(Unusable) as unusable:
            own.enrol("ses", "C1001", encode(spoiled))
        assert unusable.value.said == why


def test_that_the_route_is_the_sessions_alone(hall: Counter, own: OwnFaces, specimens: Specimens) -> None:
    enrolment = Enrolment(hall.db, hall.clock, own, specimens)
    with hall.db.transaction() as db:
        opened, token = sessions.open_session(db, hall.clock.now(), "C1001", "api", "zh-CN", "standard", "new")
    sent = base64.b64encode(picture()).decode()
    assert enrolment.enrol(opened.id, "another", sent) is None
    assert not enrolment.forget(opened.id, "another")
    front = enrolment.enrol(opened.id, token, sent)
    assert front is not None
    assert front.startswith(b"\xff\xd8\xff")
    assert "evidence:own_face_enrolled" in Visit(hall, opened.id, "C1001").log()
    assert enrolment.forget(opened.id, token)
    assert own.of(opened.id) is None
