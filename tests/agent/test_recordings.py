"""Recordings in the database: encrypted, with a term, deleted by the due job or when consent is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from agent.recordings import Recordings
from tests.tools.gate.bench import Counter, database
from tools.gate import audit
from tools.identity.evidence import EvidenceStore
from tools.identity.records import EvidenceRow

SECRET = b"a secret that is long enough for a token"
SOUND = b"fLaC what was said"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(database(tmp_path))
    yield made
    made.db.close()


def test_a_recording_is_encrypted_and_gone_when_its_days_are_over(counter: Counter) -> None:
    recordings = Recordings(counter.db, counter.clock, SECRET, days=30)
    recordings.consent("ses_1", agreed=True)
    recordings.keep("ses_1", "C1001", SOUND)
    assert recordings.kept("ses_1") == 1
    with counter.db.reading() as db:
        row = db.scalars(select(EvidenceRow)).one()
        assert SOUND not in row.content
        assert row.kind == "sound"
        assert "ses_1" not in (row.id, row.action)
        assert row.delete_after == counter.clock.now() + timedelta(days=30)
    purge = EvidenceStore(SECRET)  # the job's own, with other days
    counter.clock.advance(days=29)
    with counter.db.transaction() as db:
        assert purge.purge(db, counter.clock.now()) == 0
    counter.clock.advance(days=1, seconds=1)
    with counter.db.transaction() as db:
        assert purge.purge(db, counter.clock.now()) == 1
    assert recordings.kept("ses_1") == 0


def test_a_withdrawal_deletes_the_session_s_and_no_other_s_and_is_audited(counter: Counter) -> None:
    recordings = Recordings(counter.db, counter.clock, SECRET, days=1)
    for session, customer in (("ses_1", "C1001"), ("ses_1", "C1001"), ("ses_2", None)):
        recordings.keep(session, customer, SOUND)
    recordings.consent("ses_1", agreed=False)
    assert (recordings.kept("ses_1"), recordings.kept("ses_2")) == (0, 1)
    with counter.db.reading() as db:
        assert [audit.as_json(event)["outcome"] for event in audit.events(db, "ses_1")] == ["sound:refused"]
