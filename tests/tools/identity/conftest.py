"""A counter whose documents and faces are looked at by the built-in verifier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.gate.bench import Counter, database
from tests.tools.identity.bench import RECOGNISER
from tools.bank.stories import load_stories
from tools.identity.documents import DocumentReader
from tools.identity.evidence import EvidenceStore
from tools.identity.faces import FaceEngine
from tools.identity.specimens.specimens import Specimens
from tools.identity.verifier import BuiltinVerifier

SECRET = b"a secret of the tests, long enough"


@pytest.fixture
def evidence() -> EvidenceStore:
    return EvidenceStore(SECRET, keep_days=30)


@pytest.fixture(scope="session")
def faces() -> FaceEngine:
    return FaceEngine()


@pytest.fixture(scope="session")
def specimens() -> Specimens:
    return Specimens(load_stories())


@pytest.fixture
def counter(tmp_path: Path, evidence: EvidenceStore, faces: FaceEngine, specimens: Specimens) -> Iterator[Counter]:
    db = database(tmp_path)
    verifier = BuiltinVerifier(db, DocumentReader(RECOGNISER), faces, evidence, specimens)
    yield Counter(db, verifier=verifier)
    db.close()
