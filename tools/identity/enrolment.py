"""A visitor of the sandbox enrols their own face: the specimen document bears it for as long as the session lasts."""

from __future__ import annotations

from tools.clock import Clock
from tools.db import Database
from tools.gate import audit
from tools.gate.sessions import NoSession, authenticate
from tools.identity.own_faces import OwnFaces
from tools.identity.pictures import from_base64
from tools.identity.specimens.specimens import Specimens


class Enrolment:
    """What the sandbox's route does; that it was done is audited, without a picture."""

    def __init__(self, db: Database, clock: Clock, own: OwnFaces, specimens: Specimens) -> None:
        self._db, self._clock, self._own, self._specimens = db, clock, own, specimens

    def enrol(self, session: str, token: str, picture: str) -> bytes | None:
        """The specimen with the face in ``picture`` (base64), as JPEG; None for a session that is over, a visitor's, or not this
        token's.

        Raises:
            tools.identity.pictures.Unusable
            tools.identity.specimens.specimens.NoSpecimen
        """
        customer = self._customer(session, token)
        if customer is None:
            return None
        self._own.enrol(session, customer, from_base64(picture))
        self._note(session, "enrolled")
        return self._specimens.document(customer, self._own.of(session))["front"]

    def forget(self, session: str, token: str) -> bool:
        """Forget it before the session ends; False as above."""
        if self._customer(session, token) is None:
            return False
        self._own.drop(session)
        self._note(session, "forgotten")
        return True

    def _customer(self, session: str, token: str) -> str | None:
        try:
            with self._db.reading() as db:
                known = authenticate(db, self._clock.now(), session, token)
        except NoSession:
            return None
        return None if known.ended else known.customer

    def _note(self, session: str, outcome: str) -> None:
        with self._db.transaction() as db:
            audit.append(db, self._clock.now(), session, "evidence", f"own_face_{outcome}")
