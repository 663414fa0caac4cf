from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from tests.ui.api.fakes import NOW, FixedClock, Make, ScriptedTeller, Used, problem
from tests.ui.api.keys import ED25519, ES256, ES384, OTHER_ES256, RSA
from ui.api import HostTokens

EPOCH = int(NOW.timestamp())


def claims(**changed: Any) -> dict[str, Any]:
    """Good claims with some changed; None takes one away."""
    good = {"iss": "host", "aud": "skyteller", "sub": "C1001", "jti": "j-1", "iat": EPOCH, "exp": EPOCH + 300}
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(key: str = ES256.private, algorithm: str = "ES256", headers: Any = None, **changed: Any) -> str:
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers=headers)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def confused() -> str:
    """HS256 with the public key as the secret."""
    body = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims())}"
    mac = hmac.new(ES256.public.encode(), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.fixture
def host(make: Make) -> TestClient:
    tokens = HostTokens(
        keys=ES256.public + ED25519.public, issuer="host", audience="skyteller", used=Used(), clock=FixedClock()
    )
    return TestClient(make(sandbox=None, host_tokens=tokens))


def opened(client: TestClient, token: str, body: Any = None) -> Any:
    return client.post("/api/v1/sessions", json=body or {}, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(("key", "algorithm"), [(ES256, "ES256"), (ED25519, "EdDSA")])
def test_a_good_token_says_who_the_customer_is(
    host: TestClient, teller: ScriptedTeller, key: Any, algorithm: str
) -> None:
    assert opened(host, signed(key.private, algorithm)).status_code == 201
    assert teller.opened[0].customer == "C1001"


def test_a_token_works_once(host: TestClient, teller: ScriptedTeller) -> None:
    token = signed()
    assert opened(host, token).status_code == 201
    assert "used before" in problem(opened(host, token), 401, "host-token-invalid")["detail"]
    assert len(teller.opened) == 1


def test_no_token_and_another_customer(host: TestClient, teller: ScriptedTeller) -> None:
    problem(host.post("/api/v1/sessions", json={"customer": "C1001"}), 401, "token-missing")
    problem(opened(host, signed(), {"customer": "C1002"}), 403, "customer-mismatch")
    assert opened(host, signed(jti="j-2"), {"customer": "C1001"}).status_code == 201
    assert len(teller.opened) == 1


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("abc", "cannot be read"),
        ("a.b.c", "cannot be read"),
        (signed()[:-6] + "AAAAAA", "signature"),
        (signed(OTHER_ES256.private), "signature"),
        (f"{part({'alg': 'none'})}.{part(claims())}.", "algorithm"),
        (confused(), "algorithm"),
        (signed(RSA.private, "RS256"), "algorithm"),
        (signed(ES384.private, "ES384"), "algorithm"),
        (f"{part({'alg': 'ES256'})}.{signed(ED25519.private, 'EdDSA').split('.', 1)[1]}", "signature"),
        (signed(headers={"crit": ["x"], "x": 1}), "cannot be read"),
        (signed(iss="other"), "iss or aud"),
        (signed(aud="other"), "iss or aud"),
        (signed(iss=None), "claim is missing"),
        (signed(aud=None), "claim is missing"),
        (signed(sub=None), "claim is missing"),
        (signed(jti=None), "claim is missing"),
        (signed(exp=None), "claim is missing"),
        (signed(sub=""), "claim is missing"),
        (signed(sub="C1001\n"), "claim is missing"),
        (signed(jti="x" * 200), "claim is missing"),
        (signed(exp=True), "claim is missing"),
        (signed(exp=EPOCH), "expired"),
        (signed(exp=EPOCH - 1), "expired"),
        (signed(exp=EPOCH + 301), "too long"),
        (signed(exp=EPOCH + 301, iat=None), "too long"),
        (signed(exp=EPOCH + 400, iat=EPOCH + 100), "not valid yet"),
        (signed(exp=10**15), "claim is missing"),
        (signed(nbf=EPOCH + 60), "not valid yet"),
    ],
)
def test_other_tokens_are_refused_with_the_reason(
    host: TestClient, teller: ScriptedTeller, token: str, why: str
) -> None:
    assert why in problem(opened(host, token), 401, "host-token-invalid")["detail"]
    assert teller.opened == []


def test_a_host_clock_a_little_ahead(host: TestClient) -> None:
    assert opened(host, signed(iat=EPOCH + 20, exp=EPOCH + 320)).status_code == 201


def test_sessions_of_an_address_are_limited(make: Make) -> None:
    tokens = HostTokens(keys=ES256.public, issuer="host", audience="skyteller", used=Used(), clock=FixedClock())
    client = TestClient(make(sandbox=None, host_tokens=tokens, address_sessions_per_minute_max=2))
    codes = [opened(client, signed(jti=f"j-{n}")).status_code for n in range(3)]
    assert codes == [201, 201, 429]


@pytest.mark.parametrize("keys", ["", "secret", RSA.public, ES384.public, ES256.private])
def test_unusable_keys_do_not_start(make: Make, keys: str) -> None:
    tokens = HostTokens(keys=keys, issuer="host", audience="skyteller", used=Used(), clock=FixedClock())
    with pytest.raises(ValueError, match="host token keys"):
        make(sandbox=None, host_tokens=tokens)


def test_neither_or_both_ways_of_signing_in_do_not_start(make: Make) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        make(sandbox=None)
    tokens = HostTokens(keys=ES256.public, issuer="host", audience="skyteller", used=Used(), clock=FixedClock())
    with pytest.raises(ValueError, match="exactly one"):
        make(host_tokens=tokens)
