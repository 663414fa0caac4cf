"""The sandbox's visitors with their own face: a specimen bears it for one session, in memory alone, and no longer."""

from __future__ import annotations

from threading import Lock

import numpy as np
from PIL import Image

from tools.clock import Clock
from tools.db import Database
from tools.gate.sessions import NoSession, info
from tools.identity import words
from tools.identity.faces import FaceEngine
from tools.identity.liveness import BRIGHTNESS_MIN, FACE_WIDTH_MIN, SHARPNESS_MIN
from tools.identity.pictures import Pixels, Unusable, read
from tools.identity.quality import brightness, sharpness

SIZE = (400, 480)  # of a portrait on a document
_AROUND = 2.3  # the portrait's width in widths of the face
_ABOVE = 0.42  # where in the portrait's height the middle of the face is


class OwnFaces:
    """Portraits by session. Nothing of them is written anywhere; a restart forgets them."""

    def __init__(self, db: Database, clock: Clock, engine: FaceEngine) -> None:
        self._db, self._clock, self._engine = db, clock, engine
        self._kept: dict[str, tuple[str, Pixels]] = {}
        self._keeping = Lock()

    def enrol(self, session: str, customer: str, picture: bytes) -> None:
        """Keep the one face in a picture for a session, instead of the one before.

        Raises:
            Unusable: with the word for the visitor.
        """
        portrait = self._portrait(read(picture))
        with self._keeping:
            self._kept[session] = (customer, portrait)

    def of(self, session: str) -> Pixels | None:
        """The session's portrait; None where none was enrolled, or the session is over."""
        self.sweep()
        with self._keeping:
            found = self._kept.get(session)
        return None if found is None else found[1]

    def drop(self, session: str) -> None:
        """Forget a session's."""
        with self._keeping:
            self._kept.pop(session, None)

    def forget(self, customer: str) -> None:
        """Forget those of a customer's sessions."""
        with self._keeping:
            self._kept = {session: kept for session, kept in self._kept.items() if kept[0] != customer}

    def sweep(self) -> None:
        """Forget those whose session is over."""
        with self._keeping:
            sessions = list(self._kept)
        if not sessions:
            return
        with self._db.reading() as db:
            for session in sessions:
                try:
                    over = info(db, self._clock.now(), session).ended
                except NoSession:
                    over = True
                if over:
                    self.drop(session)

    def _portrait(self, pixels: Pixels) -> Pixels:
        faces = self._engine.find(pixels)
        if not faces:
            raise Unusable(words.DARK if brightness(pixels) < BRIGHTNESS_MIN else words.NO_FACE)
        if len(faces) > 1:
            raise Unusable(words.TWO_FACES)
        face = faces[0]
        if face.width < FACE_WIDTH_MIN:
            raise Unusable(words.FACE_SMALL)
        width = face.width * _AROUND
        height = width * SIZE[1] / SIZE[0]
        x, y = face.points.mean(axis=0)
        left, top = x - width / 2, y - height * _ABOVE
        cut = Image.fromarray(pixels).crop((round(left), round(top), round(left + width), round(top + height)))
        portrait = np.asarray(cut.resize(SIZE, Image.Resampling.LANCZOS), dtype=np.uint8)
        if brightness(portrait) < BRIGHTNESS_MIN:
            raise Unusable(words.DARK)
        if sharpness(portrait) < SHARPNESS_MIN:
            raise Unusable(words.BLURRED)
        return portrait
