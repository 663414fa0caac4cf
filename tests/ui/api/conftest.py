from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.ui.api.fakes import (
    FakeAudit,
    FakeBank,
    FakeCatalogue,
    FakeHealth,
    FakeStaff,
    FixedClock,
    Make,
    ScriptedTeller,
    Used,
)
from tests.ui.api.keys import ED25519
from ui.api import ApiOptions, HostTokens, create_api


@pytest.fixture
def teller() -> ScriptedTeller:
    return ScriptedTeller()


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()


@pytest.fixture
def make(teller: ScriptedTeller, bank: FakeBank) -> Make:
    """An application; keyword arguments are ApiOptions, ``teller`` or ``sandbox``."""

    def make_api(**options: Any) -> FastAPI:
        used_teller = options.pop("teller", teller)
        sandbox = options.pop("sandbox", bank)
        return create_api(
            used_teller, ApiOptions(**options), sandbox, FakeAudit(), FakeStaff(), FakeHealth(), FakeCatalogue()
        )

    return make_api


@pytest.fixture
def client(make: Make) -> Iterator[TestClient]:
    with TestClient(make()) as client:
        yield client


@pytest.fixture
def production(make: Make) -> TestClient:
    """An application outside sandbox mode."""
    tokens = HostTokens(keys=ED25519.public, issuer="host", audience="skyteller", used=Used(), clock=FixedClock())
    return TestClient(make(sandbox=None, host_tokens=tokens))
