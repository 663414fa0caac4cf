"""The counter with the built-in verifier: who gets to level 3, who does not, and what is left behind."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from tests.tools.gate.bench import Counter, Visit
from tests.tools.identity.bench import on_table, story
from tools.gate import events
from tools.gate.views import ConfirmView, ConsentView, DocumentView, EndedView, FaceView
from tools.identity import words
from tools.identity.evidence import EvidenceStore
from tools.identity.pictures import encode
from tools.identity.specimens import cards
from tools.identity.specimens.specimens import Specimens
from tools.rendering import render
from tools.wording import Text


def at_the_document(counter: Counter, customer: str) -> Visit:
    visit = counter.sign_in(customer, device="new")
    card = {"C1001": "6688", "C1007": "6003"}[customer]
    visit.open("card.replace", card=card)
    while not isinstance(visit.view, DocumentView):
        visit.step()
    return visit


def sent(pictures: Mapping[str, bytes]) -> dict[str, str]:
    return {side: base64.b64encode(data).decode() for side, data in pictures.items()}


def frames(challenge: str, pictures: Sequence[bytes]) -> dict[str, object]:
    return {"challenge": challenge, "frames": [base64.b64encode(data).decode() for data in pictures]}


def said(visit: Visit) -> str:
    problem = getattr(visit.view, "problem", None)
    return "" if problem is None else render(problem, "zh-CN").text


def at_the_face(counter: Counter, customer: str) -> FaceView:
    visit = at_the_document(counter, customer)
    view = visit.act(events.Document("specimen"))
    assert isinstance(view, FaceView)
    return view


@pytest.mark.parametrize("customer", ["C1001", "C1007"])
def test_that_a_new_phone_reaches_level_3_with_pictures_of_a_camera(
    counter: Counter, specimens: Specimens, customer: str
) -> None:
    visit = at_the_document(counter, customer)
    face = visit.act(events.Document(sent(specimens.document(customer))))
    assert isinstance(face, FaceView)
    assert len(face.steps) == 4
    row = counter.sql("SELECT text, version FROM consents WHERE customer = :c", c=customer)[0]
    assert "人脸" in row.text or "面部" in row.text
    pictures = specimens.face(customer, face.challenge)
    again = visit.act(events.Face(face.challenge, frames(face.challenge, pictures)))
    assert isinstance(again, FaceView), "in no time at all"
    assert said(visit) == words.TOO_FAST.zh
    counter.clock.advance(seconds=8)
    pictures = specimens.face(customer, again.challenge)
    assert isinstance(visit.act(events.Face(again.challenge, frames(again.challenge, pictures))), ConfirmView)
    assert visit.level() == 3


def test_that_anothers_document_is_refused_without_a_word_about_the_record(
    counter: Counter, specimens: Specimens
) -> None:
    visit = at_the_document(counter, "C1001")
    view = visit.act(events.Document(sent(specimens.document("C1002"))))
    assert isinstance(view, DocumentView)
    assert said(visit) == words.MISMATCH.zh
    assert all("document_failed" in event for event in visit.log() if "document" in event)


def test_that_an_expired_document_has_its_own_word(counter: Counter, specimens: Specimens) -> None:
    told = story("C1001")
    old = told.model_copy(update={"papers": told.papers.model_copy(update={"until": date(2020, 5, 17)})})
    sides = {
        "front": specimens.document("C1001")["front"],
        "back": encode(on_table(cards.back(old))),
    }
    visit = at_the_document(counter, "C1001")
    visit.act(events.Document(sent(sides)))
    assert said(visit) == words.EXPIRED.zh


def test_that_anothers_face_three_times_locks_for_half_an_hour(counter: Counter, specimens: Specimens) -> None:
    visit = at_the_document(counter, "C1001")
    view = visit.act(events.Document("specimen"))
    for _ in range(3):
        assert isinstance(view, FaceView)
        counter.clock.advance(seconds=8)
        view = visit.act(events.Face(view.challenge, frames(view.challenge, specimens.face("C1002", view.challenge))))
    assert isinstance(view, EndedView)
    assert view.offer_person
    assert visit.level() < 3
    assert isinstance(at_lock(counter), EndedView)
    counter.clock.advance(minutes=30)
    assert not isinstance(at_lock(counter), EndedView)


def at_lock(counter: Counter) -> object:
    visit = counter.sign_in("C1001", device="new")
    visit.open("card.replace", card="6688")
    return visit.give_code()


def test_that_a_challenge_of_long_ago_brings_new_steps_and_counts_for_nothing(counter: Counter) -> None:
    visit = at_the_document(counter, "C1001")
    view = visit.act(events.Document("specimen"))
    assert isinstance(view, FaceView)
    counter.clock.advance(minutes=11)
    later = visit.act(events.Face(view.challenge, "specimen"))
    assert isinstance(later, FaceView)
    assert said(visit) == words.TOO_LATE.zh
    assert later.challenge != view.challenge
    counter.clock.advance(minutes=5)
    assert isinstance(visit.act(events.Face(later.challenge, "specimen")), DocumentView), "the template is gone by now"
    assert counter.sql("SELECT count(*) FROM identity_tries WHERE step != 'otp'")[0][0] == 0


@pytest.mark.parametrize("payload", [{}, {"front": "&&"}, {"front": ""}, "x", 5, {"front": "AAAA", "back": "AAAA"}])
def test_that_nonsense_is_refused_and_counts(counter: Counter, payload: object) -> None:
    visit = at_the_document(counter, "C1001")
    assert isinstance(visit.act(events.Document(payload)), DocumentView)
    assert said(visit)


def test_that_evidence_is_encrypted_shown_audited_and_deleted(counter: Counter, evidence: EvidenceStore) -> None:
    visit = at_the_document(counter, "C1001")
    view = visit.act(events.Document("specimen"))
    assert isinstance(view, FaceView)
    rows = counter.sql("SELECT kind, content FROM evidence")
    assert {row.kind for row in rows} == {"front", "back", "template"}
    assert not any(b"\xff\xd8\xff" in row.content for row in rows)
    now = counter.clock.now()
    with counter.db.transaction() as db:
        pieces = evidence.of_action(db, view.action)
        assert [piece.kind for piece in pieces] == ["front", "back"]
        shown = evidence.show(db, now, visit.session, pieces[0].id, "S001")
        assert shown is not None
        assert shown.startswith(b"\xff\xd8\xff")
        assert EvidenceStore(b"another secret").show(db, now, visit.session, pieces[0].id, "S001") is None
        template = db.connection().exec_driver_sql("SELECT id FROM evidence WHERE kind = 'template'").scalar()
        assert evidence.show(db, now, visit.session, str(template), "S001") is None, "templates are shown to nobody"
    assert "evidence:shown:front:S001" in visit.log()
    counter.clock.advance(days=30)
    with counter.db.transaction() as db:
        assert evidence.due(db, counter.clock.now())
        assert evidence.purge(db, counter.clock.now()) == 3
    assert counter.sql("SELECT count(*) FROM evidence")[0][0] == 0


def test_that_what_was_kept_can_be_forgotten_at_once(counter: Counter) -> None:
    visit = at_the_document(counter, "C1001")
    visit.act(events.Document("specimen"))
    counter.verifier.forget("C1002")
    assert counter.sql("SELECT count(*) FROM evidence")[0][0] == 3
    counter.verifier.forget("C1001")
    assert counter.sql("SELECT count(*) FROM evidence")[0][0] == 0


def test_that_consent_comes_first_and_a_refusal_leads_to_a_person(counter: Counter) -> None:
    visit = counter.sign_in("C1001", device="new")
    visit.open("card.replace", card="6688")
    view = visit.give_code()
    assert isinstance(view, ConsentView)
    assert isinstance(visit.act(events.Document("specimen")), ConsentView)
    ended = visit.act(events.Consent(view.id, given=False))
    assert isinstance(ended, EndedView)
    assert ended.handoff
    assert counter.sql("SELECT count(*) FROM evidence")[0][0] == 0


WORDS: list[Text] = [value for value in vars(words).values() if isinstance(value, Text)]


@pytest.mark.parametrize("text", WORDS, ids=lambda text: text.en[:30])
def test_that_every_word_reads_well_aloud(text: Text) -> None:
    assert not set("()（）[]/\\") & set(text.zh + text.en)
    assert len(text.zh) <= 60
