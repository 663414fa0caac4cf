"""Putting identity together: the bank's own verifier where a URL is given, else the built-in one; and its evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from tools.bank.stories import Stories
from tools.clock import Clock
from tools.db import Database
from tools.gate.identity import Verifier
from tools.identity.documents import DocumentReader
from tools.identity.enrolment import Enrolment
from tools.identity.evidence import EvidenceStore
from tools.identity.faces import FaceEngine
from tools.identity.ocr import RapidRecogniser
from tools.identity.own_faces import OwnFaces
from tools.identity.remote import RemoteVerifier
from tools.identity.specimens.specimens import Specimens
from tools.identity.verifier import BuiltinVerifier
from tools.tariff import Tariff


class Options(Protocol):
    """What of the settings identity needs."""

    @property
    def verifier_url(self) -> str | None: ...
    @property
    def verifier_token(self) -> SecretStr | None: ...


@dataclass(frozen=True)
class Identity:
    """``purge`` is the due job that deletes evidence whose days are over; ``enrolment`` is the sandbox's, with the
    built-in verifier; ``warm_up`` loads the models, some seconds."""

    verifier: Verifier
    evidence: EvidenceStore
    purge: Callable[[], None]
    enrolment: Enrolment | None
    warm_up: Callable[[], None]


def build_identity(
    db: Database, clock: Clock, secret: bytes, options: Options, tariff: Tariff, stories: Stories | None
) -> Identity:
    """``stories`` of the sandbox bring its specimens; None in production, where there are none. Models load when the
    first picture comes."""
    evidence = EvidenceStore(secret, int(tariff["privacy.evidence_days"]))
    if options.verifier_url is not None:
        token = options.verifier_token
        remote = RemoteVerifier(options.verifier_url, None if token is None else token.get_secret_value())
        return Identity(remote, evidence, _purging(db, clock, evidence, None), None, _nothing)
    faces, recogniser = FaceEngine(), RapidRecogniser()
    reader = DocumentReader(recogniser)

    def warm_up() -> None:
        recogniser.warm_up()
        faces.warm_up()

    if stories is None:
        builtin = BuiltinVerifier(db, reader, faces, evidence)
        return Identity(builtin, evidence, _purging(db, clock, evidence, None), None, warm_up)
    own, specimens = OwnFaces(db, clock, faces), Specimens(stories)
    builtin = BuiltinVerifier(db, reader, faces, evidence, specimens, own)
    enrolment = Enrolment(db, clock, own, specimens)
    return Identity(builtin, evidence, _purging(db, clock, evidence, own), enrolment, warm_up)


def _nothing() -> None:
    """A bank's own verifier has nothing of ours to load."""


def _purging(db: Database, clock: Clock, evidence: EvidenceStore, own: OwnFaces | None) -> Callable[[], None]:
    def purge() -> None:
        if own is not None:
            own.sweep()
        with db.reading() as session:
            due = evidence.due(session, clock.now())
        if due:  # no writer is held up every few seconds for nothing
            with db.transaction() as session:
                evidence.purge(session, clock.now())

    return purge
