"""A customer at the counter: says words, presses buttons, reads the sandbox phone, looks at the end state."""

from __future__ import annotations

from typing import Any

import httpx

Json = dict[str, Any]


class Talk:
    """One session. ``turn`` is the last Turn; the properties look into it."""

    def __init__(self, client: httpx.Client, customer: str | None, **options: str) -> None:
        self.client, self.customer = client, customer
        opened = client.post("/api/v1/sessions", json={"customer": customer, "channel": "eval", **options})
        assert opened.status_code == 201, opened.text
        self.session: str = opened.json()["session_id"]
        self.headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        self.turn: Json = opened.json()["turn"]

    def send(self, body: Json, **headers: str) -> httpx.Response:
        """A turn as it is, whatever the answer."""
        url = f"/api/v1/sessions/{self.session}/turns"
        return self.client.post(url, json=body, headers={**self.headers, **headers})

    def say(self, text: str, **headers: str) -> Json:
        """Words."""
        return self._taken(self.send({"text": text}, **headers))

    def press(self, kind: str, value: Any = None, **headers: str) -> Json:
        """A button."""
        entry = {"type": kind} if value is None else {"type": kind, "value": value}
        return self._taken(self.send({"input": entry}, **headers))

    def _taken(self, response: httpx.Response) -> Json:
        assert response.status_code == 200, response.text
        self.turn = response.json()
        return self.turn

    @property
    def stage(self) -> str:
        return str(self.turn["stage"])

    @property
    def text(self) -> str:
        return str(self.turn["reply"]["text"])

    def card(self, kind: str) -> Json:
        """The card of a kind in the last reply; there must be one."""
        found = [card for card in self.turn["reply"]["cards"] if card["type"] == kind]
        assert found, f"no {kind} card in {[card['type'] for card in self.turn['reply']['cards']]}: {self.text}"
        return dict(found[-1])

    def has(self, kind: str) -> bool:
        return any(card["type"] == kind for card in self.turn["reply"]["cards"])

    def params(self) -> dict[str, str]:
        """The read-back's parameters."""
        return {row["name"]: row["value"] for row in self.card("confirm")["params"]}

    def code(self) -> str:
        """The newest code on the sandbox phone."""
        messages = self.client.get(f"/api/v1/sandbox/customers/{self.customer}/phone").json()
        return str(next(message["code"] for message in messages if message["kind"] == "otp"))

    def give_otp(self) -> Json:
        """Read the code from the phone and say it."""
        assert self.stage == "identity", self.text
        return self.press("otp", self.code())

    def prove_level_3(self) -> Json:
        """Consent, specimen document, specimen face."""
        self.press("consent", {"id": self.card("consent")["id"], "given": True})
        self.card("document")
        self.press("document", "specimen")
        self.card("face")
        return self.press("face", "specimen")

    def answer_quiz(self) -> Json:
        """What an attentive customer answers."""
        right = self.client.get(f"/api/v1/sandbox/sessions/{self.session}").json()["quiz_answer"]
        return self.press("quiz", right)

    def confirm(self) -> Json:
        """Press the confirm button of the read-back that is shown."""
        return self.press("confirm", self.card("confirm")["id"])

    def state(self) -> Json:
        """The customer's end state."""
        return dict(self.client.get(f"/api/v1/sandbox/customers/{self.customer}").json())

    def requests(self) -> list[tuple[str, str]]:
        return [(row["service"], row["status"]) for row in self.state()["requests"]]

    def audit(self) -> list[Json]:
        """This session's audit events."""
        token = self.client.post("/api/v1/sandbox/staff", json={"staff": "S001"}).json()["token"]
        answer = self.client.get(
            "/api/v1/audit", params={"session_id": self.session}, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200, answer.text
        events = answer.json()
        return list(events["events"] if isinstance(events, dict) else events)
