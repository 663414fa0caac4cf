"""A customer and a colleague, or two colleagues, who decide at the same instant over HTTP: one of them holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.ui.console.conftest import DESK, Bank, SignedIn

ROUNDS = 4


class Talk:
    """A customer without a browser; ``turn`` is the last one."""

    def __init__(self, client: httpx.Client, customer: str = "C1001") -> None:
        self.client, self.customer = client, customer
        opened = self.client.post("/api/v1/sessions", json={"customer": customer, "channel": "eval"}).json()
        self.url = f"/api/v1/sessions/{opened['session_id']}"
        self.client.headers["Authorization"] = f"Bearer {opened['token']}"
        self.turn: dict[str, Any] = opened["turn"]

    def send(self, **body: Any) -> dict[str, Any]:
        self.turn = self.client.post(f"{self.url}/turns", json=body).json()
        return self.turn

    def press(self, kind: str, value: Any = None) -> dict[str, Any]:
        return self.send(input={"type": kind} if value is None else {"type": kind, "value": value})

    def card(self, kind: str) -> dict[str, Any] | None:
        return next((card for card in self.turn["reply"]["cards"] if card["type"] == kind), None)

    def catch_up(self) -> None:
        """The turn that came by a colleague's doing."""
        self.turn = self.client.get(self.url).json()["turns"][-1]

    def requests(self) -> list[tuple[str, str]]:
        rows = self.client.get(f"/api/v1/sandbox/customers/{self.customer}").json()["requests"]
        return [(row["service"], row["status"]) for row in rows]


@pytest.fixture
def enter(bank: Bank, api: httpx.Client) -> Iterator[Callable[[], Talk]]:
    """A customer comes, with a connection of their own."""
    clients: list[httpx.Client] = []

    def come() -> Talk:
        clients.append(httpx.Client(base_url=bank.url, timeout=30))
        return Talk(clients[-1])

    yield come
    for client in clients:
        client.close()


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """All of them in the same instant; what each came to."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        start.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [done.result() for done in [pool.submit(one, deed) for deed in deeds]]


def test_that_a_yes_and_a_change_at_the_same_instant_do_one_of_them(
    enter: Callable[[], Talk], signed_in: SignedIn
) -> None:
    talk, clerk = enter(), signed_in()
    talk.send(text="转人工")
    case = clerk.post(f"{DESK}/take", json={}).json()["case"]
    done = 0
    for n in range(ROUNDS):
        params = {"account": "6688", "per_day": f"{9000 - 200 * n}.00"}
        clerk.post(f"{DESK}/cases/{case}/form", json={"service": "limit.lower", "params": params}).raise_for_status()
        talk.catch_up()
        asked = talk.card("confirm")
        assert asked is not None
        action = next(one for one in clerk.get(f"{DESK}/cases/{case}").json()["actions"] if one["open"])["id"]
        changed = {"service": "limit.lower", "params": {"per_day": f"{8900 - 200 * n}.00"}, "action": action}
        other, turn = at_once(
            lambda changed=changed: clerk.post(f"{DESK}/cases/{case}/form", json=changed),
            lambda asked=asked: talk.press("confirm", asked["id"]),
        )
        ended = [one["status"] for one in turn["actions"]]
        assert (other.status_code, ended) in ((409, ["done"]), (200, []))
        done += len(ended)
        assert talk.requests() == [("limit.lower", "done")] * done
        if not ended:
            talk.press("deny")


def in_review(talk: Talk) -> str:
    """A request that risk sent to a colleague: its action."""
    talk.send(text="他在电话里教我转三百给张伟")
    for _ in range(12):
        if talk.turn["actions"]:
            break
        if talk.card("otp"):
            phone = talk.client.get(f"/api/v1/sandbox/customers/{talk.customer}/phone").json()
            talk.press("otp", next(sms["code"] for sms in phone if sms["kind"] == "otp"))
        elif card := talk.card("choices"):
            talk.press("choice", card["options"][0]["id"])
        else:
            talk.press("acknowledge")
    (ended,) = talk.turn["actions"]
    assert ended["status"] == "in_review"
    return str(ended["id"])


def test_that_an_approval_and_a_refusal_at_the_same_instant_are_one_decision(
    enter: Callable[[], Talk], api: httpx.Client, signed_in: SignedIn
) -> None:
    for _ in range(ROUNDS):
        api.post("/api/v1/sandbox/reset", json={})
        talk = enter()
        action = in_review(talk)
        chief, same = signed_in("S002"), signed_in("S002")
        url = f"{DESK}/actions/{action}/decision"
        answers = at_once(
            lambda chief=chief, url=url: chief.post(url, json={"approve": True}),
            lambda same=same, url=url: same.post(url, json={"approve": False, "reason": "looks_like_fraud"}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        approved = answers[0].status_code == 200
        assert talk.requests() == [("transfer.create", "in_review" if approved else "blocked")]


def test_that_a_customer_who_leaves_and_a_colleague_who_takes_at_the_same_instant_agree(
    enter: Callable[[], Talk], signed_in: SignedIn
) -> None:
    clerk = signed_in()
    for _ in range(ROUNDS):
        talk = enter()
        talk.send(text="转人工")
        left, taken = at_once(
            lambda talk=talk: talk.client.delete(f"{talk.url}/desk"), lambda: clerk.post(f"{DESK}/take", json={})
        )
        status, case = talk.client.get(f"{talk.url}/desk").json()["status"], taken.json()["case"]
        assert (left.status_code == 200) == (case is None) == (status == "left")
        if case is not None:
            assert status == "taken"
            clerk.post(f"{DESK}/cases/{case}/back", json={"outcome": "advised"}).raise_for_status()
