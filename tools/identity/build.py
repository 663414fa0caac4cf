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
from tools.identity.evidence import EvidenceStore
from tools.identity.faces import FaceEngine
from tools.identity.ocr import RapidRecogniser
from tools.identity.remote import RemoteVerifier
from tools.identity.specimens.specimens import Specimens
from tools.identity.verifier import BuiltinVerifier


class Options(Protocol):
    """What of the settings identity needs."""

    @property
    def verifier_url(self) -> str | None: ...
    @property
    def verifier_token(self) -> SecretStr | None: ...
    @property
    def evidence_days(self) -> int: ...


@dataclass(frozen=True)
class Identity:
    """``purge`` is the due job that deletes evidence whose days are over."""

    verifier: Verifier
    evidence: EvidenceStore
    purge: Callable[[], None]


def build_identity(db: Database, clock: Clock, secret: bytes, options: Options, stories: Stories | None) -> Identity:
    """``stories`` of the sandbox bring its specimens; None in production, where there are none. Models load when the
    first picture comes."""
    evidence = EvidenceStore(secret, options.evidence_days)
    return Identity(_verifier(db, evidence, options, stories), evidence, _purging(db, clock, evidence))


def _verifier(db: Database, evidence: EvidenceStore, options: Options, stories: Stories | None) -> Verifier:
    if options.verifier_url is not None:
        token = options.verifier_token
        return RemoteVerifier(options.verifier_url, None if token is None else token.get_secret_value())
    specimens = None if stories is None else Specimens(stories)
    return BuiltinVerifier(db, DocumentReader(RapidRecogniser()), FaceEngine(), evidence, specimens)


def _purging(db: Database, clock: Clock, evidence: EvidenceStore) -> Callable[[], None]:
    def purge() -> None:
        with db.reading() as session:
            due = evidence.due(session, clock.now())
        if due:  # no writer is held up every few seconds for nothing
            with db.transaction() as session:
                evidence.purge(session, clock.now())

    return purge
