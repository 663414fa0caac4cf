"""What several tests over the whole product look for."""

from __future__ import annotations

import httpx

from tests.conversations.talk import Talk

BALANCE = "52340.18"


def untouched(c: Talk) -> None:
    """Nothing was done for this customer."""
    state = c.state()
    assert state["requests"] == []
    assert state["accounts"][0]["balance"] == BALANCE
    assert [t for t in state["transfers"] if t["status"] != "done"] == []


def problem(response: httpx.Response, status: int, slug: str) -> None:
    """A problem document of this type, with a detail."""
    assert response.status_code == status, response.text
    document = response.json()
    assert document["type"] == f"/problems/{slug}"
    assert len(document["detail"]) > 5
    assert "Traceback" not in response.text
    assert "sqlite" not in response.text.lower()


def at_read_back(c: Talk) -> str:
    """A transfer of 500 to a known payee, as far as its read-back; returns the read-back's id."""
    c.say("给王芳转五百")
    if c.stage == "identity":
        c.give_otp()
    assert c.stage == "confirm"
    return str(c.card("confirm")["id"])
