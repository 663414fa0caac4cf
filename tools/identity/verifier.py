"""The built-in verifier: documents read, faces compared and challenges judged by models that run on this machine.

It proves less than a bank's own verifier with certified liveness does: docs/decisions/0013 says what. Everything slow
happens outside of any transaction; pictures and templates go to the evidence store and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from tools.clock import SHANGHAI
from tools.db import Database
from tools.gate.identity import Challenge, Subject, Verdict
from tools.identity import words
from tools.identity.documents import DocumentReader, Papers, Record, differs
from tools.identity.evidence import EvidenceStore
from tools.identity.faces import FaceEngine, Template, distance
from tools.identity.liveness import SAID, Live, Mark, judge, steps_of
from tools.identity.own_faces import OwnFaces
from tools.identity.pictures import Pixels, Unusable, encode, from_base64, read
from tools.identity.specimens.specimens import NoSpecimen, Specimens
from tools.wording import Text, line

SAME_FACE_MAX = 0.42  # distance of two encodings; dlib's makers advise 0.6, where a stranger's is still let in
PHOTO_SIDE = 1120
FRAME_SIDE = 640
FRAMES_MAX = 30
FRAMES_KEPT = 3
FASTEST = timedelta(seconds=2)  # four steps cannot be done in less
CHALLENGE_LASTS = timedelta(minutes=10)
_TAKES = 3  # of a specimen's row
_COMPARED = 2  # frames of a live row that are compared with the document


class BuiltinVerifier:
    """The port :class:`tools.gate.identity.Verifier`, filled by RapidOCR and dlib."""

    def __init__(
        self, db: Database, reader: DocumentReader, faces: FaceEngine, evidence: EvidenceStore,
        specimens: Specimens | None = None, own: OwnFaces | None = None,
    ) -> None:  # fmt: skip
        """``specimens`` and visitors' ``own`` faces are the sandbox's."""
        self._db, self._reader, self._faces = db, reader, faces
        self._evidence, self._specimens, self._own = evidence, specimens, own
        self._specimens_read: dict[tuple[str, date], Papers] = {}

    def steps(self, challenge: str) -> Sequence[Text]:
        return [SAID[step] for step in steps_of(challenge)]

    def document(self, subject: Subject, payload: object) -> Verdict:
        try:
            pictures = self._sides(subject, payload)
            pixels = {name: read(data) for name, data in pictures.items()}
            today = subject.now.astimezone(SHANGHAI).date()
            drawn = payload == "specimen" and self._own_face(subject) is None
            papers = self._read(subject.customer.id if drawn else None, pixels, today)
            self._keep(subject, {name: encode(picture) for name, picture in pixels.items()})
            if differs(papers, _record(subject)):
                return _no(words.MISMATCH)
            if papers.until < today:
                return _no(words.EXPIRED)
            self._keep(subject, {"template": portrait_of(self._faces, papers).tobytes()})
        except Unusable as unusable:
            return _no(unusable.said)
        except NoSpecimen:
            return Verdict(passed=False, problem=line(words.SYSTEM), counts=False)
        return Verdict(passed=True)

    def face(self, subject: Subject, challenge: Challenge, payload: object) -> Verdict:
        waited = subject.now - challenge.since
        if waited > CHALLENGE_LASTS:
            return Verdict(passed=False, problem=line(words.TOO_LATE), counts=False)
        with self._db.reading() as db:
            template = self._evidence.latest(db, subject.now, subject.action, "template")
            used = [mark for kept in self._evidence.all_of(db, subject.customer.id, "marks") for mark in _marks(kept)]
        if template is None:
            return Verdict(passed=False, problem=line(words.DOCUMENT_AGAIN), counts=False, document_again=True)
        try:
            if payload != "specimen" and waited < FASTEST:
                raise Unusable(words.TOO_FAST)
            if payload == "specimen" and self._specimens is not None:
                live = self._drawn(self._specimens, subject, challenge)
            else:
                live = judge(self._faces, challenge.id, _frames(payload), used)
                self._keep(subject, _kept_of(live))
            known = np.frombuffer(template, np.float64)
            if any(distance(known, one) > SAME_FACE_MAX for one in self._encodings(live)):
                raise Unusable(words.FACE_MISMATCH)
            with self._db.transaction() as db:
                self._evidence.forget_action(db, subject.action, "template")
        except Unusable as unusable:
            return _no(unusable.said)
        except NoSpecimen:
            return Verdict(passed=False, problem=line(words.SYSTEM), counts=False)
        return Verdict(passed=True)

    def forget(self, customer: str) -> bool:
        with self._db.transaction() as db:
            self._evidence.forget(db, customer)
        if self._own is not None:
            self._own.forget(customer)
        return True

    def _sides(self, subject: Subject, payload: object) -> Mapping[str, bytes]:
        if payload == "specimen" and self._specimens is not None:
            return self._specimens.document(subject.customer.id, self._own_face(subject))
        if not isinstance(payload, Mapping):
            raise Unusable(words.NOT_A_PICTURE)
        return {side: from_base64(payload[side]) for side in ("front", "back") if payload.get(side) is not None}

    def _own_face(self, subject: Subject) -> Pixels | None:
        return None if self._own is None else self._own.of(subject.session)

    def _read(self, specimen_of: str | None, pixels: Mapping[str, Pixels], today: date) -> Papers:
        """What the document says; a specimen is read once, a customer's own is never kept here."""
        if specimen_of is None:
            return self._reader.read(list(pixels.values()), today)
        key = (specimen_of, today)
        if key not in self._specimens_read:
            self._specimens_read[key] = self._reader.read(list(pixels.values()), today)
        return self._specimens_read[key]

    def _drawn(self, specimens: Specimens, subject: Subject, challenge: Challenge) -> Live:
        """A specimen's row: drawn for this challenge, so it was never seen, and tried again as a customer would; nothing of
        it is kept, or one drawing would be taken for another after a hundred visits."""
        for take in range(_TAKES):
            frames = [read(data, FRAME_SIDE) for data in specimens.face(subject.customer.id, challenge.id, take)]
            try:
                return judge(self._faces, challenge.id, frames, ())
            except Unusable:
                if take == _TAKES - 1:
                    raise
        raise AssertionError("the last take returns or raises")

    def _encodings(self, live: Live) -> Sequence[Template]:
        """Of frames from the start and the end of the row: the person may not change in between."""
        frames = live.straight
        chosen = [frames[0], frames[-1]] if len(frames) >= _COMPARED else list(frames)
        return [self._faces.encode(frame.pixels, frame.face) for frame in chosen]

    def _keep(self, subject: Subject, pieces: Mapping[str, bytes]) -> None:
        with self._db.transaction() as db:
            self._evidence.keep(db, subject.now, subject.customer.id, subject.action, pieces)


def portrait_of(faces: FaceEngine, papers: Papers) -> Template:
    """The encoding of the document's portrait.

    Raises:
        Unusable: no face is found on it.
    """
    found = faces.find(papers.photo, PHOTO_SIDE)
    if not found:
        raise Unusable(words.NO_PORTRAIT)
    return faces.encode(papers.photo, found[0])


def _record(subject: Subject) -> Record:
    customer = subject.customer
    born = customer.born.date()
    return Record(customer.name, customer.gender, born, customer.document, customer.document_number)


def _kept_of(live: Live) -> Mapping[str, bytes]:
    frames = live.straight[:: max(1, len(live.straight) // FRAMES_KEPT)][:FRAMES_KEPT]
    kept = {f"frame{i}": encode(frame.pixels, 80) for i, frame in enumerate(frames)}
    return {**kept, "marks": np.packbits(np.array(live.marks)).tobytes()}


def _marks(kept: bytes) -> Sequence[Mark]:
    bits = np.unpackbits(np.frombuffer(kept, np.uint8)).astype(np.bool_)
    return list(bits.reshape(-1, 256))


def _frames(payload: object) -> Sequence[Pixels]:
    if not isinstance(payload, Mapping) or not isinstance(frames := payload.get("frames"), list):
        raise Unusable(words.NOT_A_PICTURE)
    return [read(from_base64(frame), FRAME_SIDE) for frame in frames[:FRAMES_MAX]]


def _no(said: Text) -> Verdict:
    return Verdict(passed=False, problem=line(said))
