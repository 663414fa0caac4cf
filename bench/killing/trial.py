"""One customer's wish, played against servers that are killed on the way, and the end state that must come of it."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench.killing.nursery import Nursery

Json = dict[str, Any]
TURNS_MAX = 25
WAYS = ("same key", "no key", "other words")


@dataclass(frozen=True)
class Wish:
    """What a customer wants, in several wordings, and the end state that must come of it, whatever happens on the way.

    ``rows`` are (service, status) in ``requests``; ``balances`` and ``cards`` by tail, ``transfers`` counted by status.
    """

    customer: str
    service: str
    words: Sequence[str]
    rows: Sequence[tuple[str, str]]
    locale: str = "zh-CN"
    balances: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    transfers: Mapping[str, int] = field(default_factory=dict)
    cases: int = 0
    picks: Sequence[str] = ()


WISHES = (
    Wish("C1001", "transfer.create", ["给王芳转五百", "转500块给王芳", "我要给王芳转账500元"],
         [("transfer.create", "done")], balances={"6688": "51840.18", "3021": "8200.00"}, transfers={"done": 1},
         picks=["6688"]),
    Wish("C1001", "transfer.create", ["给张伟转三万", "转30000块给张伟", "我要给张伟转账3万元"],
         [("transfer.create", "delayed")], balances={"6688": "52340.18", "3021": "8200.00"}, transfers={"pending": 1},
         picks=["6688", "goods"]),
    Wish("C1004", "transfer.cancel", ["撤销我那笔还没到账的转账", "帮我撤销转账", "我要撤回那笔转账"],
         [("transfer.cancel", "done")], transfers={"cancelled": 1, "pending": 0}),
    Wish("C1001", "card.replace", ["6688这张卡坏了，给我换一张", "帮我换卡，尾号6688", "6688的卡读不出来了要换卡"],
         [("card.replace", "done")], balances={"6688": "52340.18"}, picks=["6688"]),
    Wish("C1007", "card.report_loss", ["I lost my card", "my card is lost, please block it", "report my card as lost"],
         [("card.report_loss", "done")], locale="en", cards={"6003": "lost"}),
    Wish("C1003", "account.activate_dormant", ["我那张好久没用的卡帮我恢复一下", "激活我的睡眠户", "睡眠户激活"],
         [("account.activate_dormant", "done")], accounts={"7790": "active"}, balances={"7790": "3.27"}),
    Wish("C1006", "fraud.report", ["有人说是公安局的让我把钱转到安全账户", "我好像被骗了，帮我拦住那笔转账", "我被骗了要止付"],
         [("fraud.report", "done")], transfers={"cancelled": 1, "pending": 0}, cases=1),
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """How far the stores have come: what tells where in a turn a kill struck."""

    audit: int
    checkpoints: int
    turns: int


def seen(data: Path) -> Seen:
    """Counts straight from the files."""
    return Seen(
        _count(data / "skyteller.db", "audit_events"),
        _count(data / "checkpoints.sqlite", "checkpoints"),
        _count(data / "skyteller.db", "turns"),
    )


def _count(path: Path, table: str) -> int:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names
    finally:
        connection.close()


class Customer:
    """One customer with one wish, over HTTP; subclasses say what may happen to a turn on its way."""

    def __init__(self, client: httpx.Client, wish: Wish, dice: random.Random) -> None:
        self.client, self.wish, self.dice = client, wish, dice
        self.ended = False
        self.log: list[str] = []

    def run(self) -> None:
        """Play it to the end."""
        self.post("/api/v1/sandbox/reset", {"customer": self.wish.customer})
        opened = self.post(
            "/api/v1/sessions", {"customer": self.wish.customer, "channel": "eval", "locale": self.wish.locale}
        )
        self.session, turn = opened["session_id"], opened["turn"]
        self.headers = {"Authorization": f"Bearer {opened['token']}"}
        for number in range(TURNS_MAX):
            body = self._answer(turn)
            turn = self.take(turn, body, f"k{number}-{self.dice.getrandbits(40)}")
            self.log.append(f"{body} -> {turn['stage']} {turn['reply']['text'][:60]}")
            self._look(turn)
            if self.ended:
                return
        raise AssertionError("the wish came to no end:\n" + "\n".join(self.log))

    def take(self, turn: Json, body: Json, key: str) -> Json:
        """The turn that answers ``turn`` with ``body``."""
        return self.send(body, key)

    def send(self, body: Json, key: str | None) -> Json:
        """A turn as it is."""
        headers = {**self.headers, **({} if key is None else {"Idempotency-Key": key})}
        return self.post(f"/api/v1/sessions/{self.session}/turns", body, headers)

    def send_again(self, how: str, body: Json, key: str) -> Json:
        """The same turn once more: with the same key, without one, or in other words."""
        self.log.append(f"-- again: {how}")
        return self.send(self._otherwise(body) if how == "other words" else body, key if how == "same key" else None)

    def post(self, path: str, body: Json, headers: Mapping[str, str] | None = None) -> Json:
        """The JSON that is answered; anything but success raises."""
        response = self.client.post(path, json=body, headers=headers)
        assert response.status_code < 300, f"{path}: {response.status_code} {response.text}"
        return dict(response.json()) if response.content else {}

    def _look(self, turn: Json) -> None:
        """Whether the customer was told the end: now, or, as after a refresh of the page, in the transcript."""
        turns = [turn]
        if turn["service"] is None or turn["stage"] in ("idle", "follow_up", "handoff"):
            turns = self._get(f"/api/v1/sessions/{self.session}")["turns"]
        self.ended = any(a["service"] == self.wish.service for t in turns for a in t["actions"])

    # what an attentive customer answers ---------------------------------------------------------------------------

    def _answer(self, turn: Json) -> Json:
        cards = {card["type"]: card for card in turn["reply"]["cards"]}
        if turn["service"] not in (None, self.wish.service):
            raise AssertionError(f"asked about {turn['service']}:\n" + "\n".join(self.log))
        if "confirm" in cards:
            return self.dice.choice([_press("confirm", cards["confirm"]["id"]), {"text": self._yes()}])
        if "otp" in cards:
            return self.dice.choice([_press("otp", self._code()), {"text": f"验证码是 {self._code()}"}])
        if "quiz" in cards:
            return _press("quiz", self._get(f"/api/v1/sandbox/sessions/{self.session}")["quiz_answer"])
        if "consent" in cards:
            return _press("consent", {"id": cards["consent"]["id"], "given": True})
        if "document" in cards or "face" in cards:
            return _press("face" if "face" in cards else "document", "specimen")
        if "choices" in cards:
            options = [option["id"] for option in cards["choices"]["options"]]
            return _press("choice", next((pick for pick in self.wish.picks if pick in options), options[0]))
        if turn["stage"] == "educate":
            return _press("acknowledge")
        return {"text": self.dice.choice(list(self.wish.words))}

    def _otherwise(self, body: Json) -> Json:
        """The same meant, said in another way."""
        pressed = body.get("input")
        if pressed is None:
            others = [words for words in self.wish.words if words != body["text"]]
            return {"text": self.dice.choice(others)} if body["text"] in self.wish.words else {"text": self._yes()}
        match pressed["type"]:
            case "confirm":
                return {"text": self._yes()}
            case "acknowledge":
                return {"text": "I understand" if self.wish.locale == "en" else "知道了"}
            case "otp":
                return {"text": f"{pressed['value']}"}
            case _:
                return body

    def _yes(self) -> str:
        return self.dice.choice(["yes", "Yes, please"] if self.wish.locale == "en" else ["确认", "确认办理", "好的"])

    def _code(self) -> str:
        messages = self._get(f"/api/v1/sandbox/customers/{self.wish.customer}/phone")
        return str(next(message["code"] for message in messages if message["kind"] == "otp"))

    def _get(self, path: str) -> Any:
        response = self.client.get(path, headers=getattr(self, "headers", None))
        assert response.status_code == 200, f"{path}: {response.status_code} {response.text}"
        return response.json()

    # the end state --------------------------------------------------------------------------------------------------

    def wrong(self) -> list[str]:
        """What in the end state is not as it must be; ``lost`` and ``doubled`` begin such lines."""
        state, wish = self._get(f"/api/v1/sandbox/customers/{self.wish.customer}"), self.wish
        found = Counter((row["service"], row["status"]) for row in state["requests"])
        lines = [f"lost: {row}" for row in (Counter(wish.rows) - found)]
        lines += [f"doubled: {row}" for row in (found - Counter(wish.rows))]
        for name, expected, listed in (
            ("balance", wish.balances, state["accounts"]), ("status", wish.accounts, state["accounts"]),
            ("status", wish.cards, state["cards"]),
        ):  # fmt: skip
            have = {item["tail"]: item[name] for item in listed}
            lines += [f"{name} of {tail} is {have[tail]}" for tail, value in expected.items() if have[tail] != value]
        statuses = Counter(transfer["status"] for transfer in state["transfers"])
        lines += [f"{statuses[s]} transfers {s}" for s, number in wish.transfers.items() if statuses[s] != number]
        if len(state["cases"]) != wish.cases:
            lines.append(f"{'lost' if len(state['cases']) < wish.cases else 'doubled'}: case")
        return lines


class Trial(Customer):
    """A customer whose server is killed some times."""

    def __init__(self, nursery: Nursery, wish: Wish, dice: random.Random, pace: dict[str, float], kills: int) -> None:
        """``pace`` holds how long turns of each stage take, in seconds; it is learned on the way."""
        super().__init__(nursery.client, wish, dice)
        self.nursery, self.pace, self.kills = nursery, pace, kills
        self.hits: Counter[tuple[str, str]] = Counter()
        self.how: Counter[str] = Counter()

    def take(self, turn: Json, body: Json, key: str) -> Json:
        """As it is, or killed on the way and sent again."""
        if self.kills and self.dice.random() < 0.55:
            self.kills -= 1
            return self._cut(turn, body, key)
        start = time.perf_counter()
        answer = self.send(body, key)
        spent = time.perf_counter() - start
        self.pace[turn["stage"]] = 0.7 * self.pace.get(turn["stage"], spent) + 0.3 * spent
        return answer

    def _cut(self, turn: Json, body: Json, key: str) -> Json:
        """Kill the server somewhere in this turn, start it again, and go on in one of three ways."""
        before, answers = seen(self.nursery.data), list[Json]()
        thread = threading.Thread(target=self._try, args=(body, key, answers))
        thread.start()
        self._wait(turn["stage"], thread)
        self.nursery.kill()
        thread.join()
        where = _where(before, seen(self.nursery.data), bool(answers))
        self.hits[turn["stage"], where] += 1
        self.log.append(f"-- killed: {where}")
        self.nursery.start()
        if answers:
            return answers[0]
        how = self.dice.choice(WAYS)
        self.how[how] += 1
        return self.send_again(how, body, key)

    def _wait(self, stage: str, turn: threading.Thread) -> None:
        """Any moment of the turn, or, as often, a moment after its first write: that is where a kill can hurt."""
        pace = self.pace.get(stage, 0.1)
        if self.dice.random() < 0.4:
            time.sleep(self.dice.uniform(0, pace))
            return
        wal = self.nursery.data / "skyteller.db-wal"
        start = wal.stat().st_mtime_ns
        while turn.is_alive() and wal.stat().st_mtime_ns == start:
            time.sleep(0.0002)
        time.sleep(self.dice.random() ** 2 * 0.4 * pace)

    def _try(self, body: Json, key: str, answers: list[Json]) -> None:
        try:
            answers.append(self.send(body, key))
        except httpx.HTTPError:
            pass  # that is what a killed server looks like


def _press(kind: str, value: Any = None) -> Json:
    return {"input": {"type": kind} if value is None else {"type": kind, "value": value}}


def _where(before: Seen, after: Seen, answered: bool) -> str:
    """Where in a turn the kill struck."""
    if answered:
        return "answered"
    if after.turns > before.turns:
        return "stored, not answered"
    if after.checkpoints > before.checkpoints:
        return "checkpointed, not stored"
    if after.audit > before.audit:
        return "gate done, not checkpointed"
    return "before the gate"
