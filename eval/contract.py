"""What version 1 of the HTTP contract promises, as far as suites rely on it. Written down here, so that any service that
speaks it can be measured; nothing of the product is imported."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

Json = dict[str, Any]
Locale = Literal["zh-CN", "en"]
Status = Literal["done", "delayed", "in_review", "blocked", "cancelled", "failed"]
Place = Literal[
    "idle", "collect", "identity", "risk", "educate", "confirm", "execute", "follow_up", "handoff",
    "choices", "otp", "consent", "document", "face", "acknowledge", "quiz", "settled", "any",
]  # fmt: skip

Stage = Literal["idle", "collect", "identity", "risk", "educate", "confirm", "execute", "follow_up", "handoff"]
Input = Literal[
    "otp", "confirm", "deny", "acknowledge", "silence", "choice", "quiz", "consent", "document", "face", "rating",
]  # fmt: skip

# parameter names that suites may check, by service
PARAMS: dict[str, frozenset[str]] = {
    **{name: frozenset({"account"}) for name in (
        "account.balance", "account.transactions", "account.activate_dormant", "account.close", "limit.query",
    )},
    **{name: frozenset({"card"}) for name in (
        "card.replace", "card.report_loss", "card.cancel_loss", "card.lock", "card.unlock", "card.activate",
        "card.reissue",
    )},
    "account.open": frozenset({"class"}),
    "transfer.create": frozenset({"from", "payee", "amount"}),
    "transfer.cancel": frozenset({"transfer"}),
    "transfer.status": frozenset({"transfer"}),
    "limit.raise": frozenset({"account", "per_day"}),
    "limit.lower": frozenset({"account", "per_day"}),
    "profile.change_phone": frozenset({"phone"}),
    "fraud.report": frozenset({"transfer", "about"}),
    "complaint.create": frozenset({"about"}),
    **{name: frozenset() for name in (
        "complaint.status", "autodebit.list", "autodebit.cancel", "account.unfreeze_appeal", "human.handoff",
        "account.class_change", "account.statement", "certificate.deposit", "transfer.set_delay", "payee.add",
        "payee.remove", "profile.change_address", "profile.renew_id", "sms.subscribe", "sms.unsubscribe",
        "password.reset", "deposit.open_term", "deposit.withdraw_early", "wealth.risk_assessment", "wealth.buy",
        "loan.query", "loan.repay_early", "creditcard.repay", "cash.reserve", "fx.buy", "appointment.branch",
        "privacy.export", "privacy.withdraw_consent",
    )},
}  # fmt: skip
FREE_TEXT = frozenset({"about"})
MONEY = frozenset({"amount", "per_day", "per_year", "balance"})
# what a state's rows hold that suites may check, and the values that can be; no values: any text
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "accounts": {
        "status": ("active", "dormant", "restricted", "closed"), "class": ("I", "II", "III"), "balance": (),
        "limits.per_day": (), "limits.per_year": (),
    },
    "cards": {"status": ("active", "locked", "lost", "closed"), "condition": ("ok", "damaged", "expired")},
    "payees": {"bank": (), "tail": (), "known": ()},
    "transfers": {"status": ("done", "pending", "cancelled"), "from": (), "amount": ()},
}  # fmt: skip
PATH = re.compile(rf"({'|'.join(FIELDS)})\.(.+?)\.((?:limits\.)?[a-z_]+)")
READS = frozenset({
    "account.balance", "account.transactions", "transfer.status", "limit.query", "complaint.status", "autodebit.list",
    "loan.query",
})  # fmt: skip
URGENT = frozenset({"card.report_loss", "transfer.cancel", "fraud.report"})
NO_ROW = READS | {"human.handoff"}
CUSTOMERS = tuple(f"C100{n}" for n in range(1, 9))


class _Reply(BaseModel):
    text: str
    speech: str
    cards: list[dict[str, Any]]


class _Action(BaseModel):
    id: str
    service: str
    status: Status


_CARDS = {"confirm": ("id", "params"), "choices": ("options",), "quiz": ("options",), "consent": ("id",)}
_INSIDE = {"params": ("name", "value"), "options": ("id",)}


class TurnShape(BaseModel):
    """The least that a Turn must be; more is allowed."""

    model_config = ConfigDict(extra="allow")

    turn_id: int
    heard: str
    understood: list[dict[str, Any]]
    reply: _Reply
    citations: list[dict[str, Any]]
    stage: Stage
    service: str | None
    actions: list[_Action]
    timings_ms: dict[str, float]

    @model_validator(mode="after")
    def _usable(self) -> TurnShape:
        """What a customer must find in a card to answer it, and an evaluator in a command and a citation."""
        for card in self.reply.cards:
            for name in _CARDS.get(str(card.get("type")), ()):
                inside = _INSIDE.get(name)
                listed = isinstance(card.get(name), list) and all(
                    isinstance(item, dict) and all(part in item for part in inside or ()) for item in card[name]
                )
                if name not in card or (inside and not listed):
                    raise PydanticCustomError(
                        "card", "a card {type} without {name}", {"type": card["type"], "name": name}
                    )
        if any("command" not in command for command in self.understood) or any(
            "id" not in one for one in self.citations
        ):
            raise PydanticCustomError("unnamed", "understood without `command`, or a citation without `id`")
        return self


class OpenedShape(BaseModel):
    """The least that an opened session must be."""

    session_id: str
    token: str
    turn: dict[str, Any]


class _Row(BaseModel):
    service: str
    params: dict[str, Any]
    status: Status


class _Account(BaseModel):
    tail: str
    status: str
    balance: str


class _Card(BaseModel):
    tail: str
    status: str


class _Named(BaseModel):
    name: str


class _Transfer(BaseModel):
    id: str
    payee: str
    created: str
    status: str


class StateShape(BaseModel):
    """The least that a customer's state must be."""

    name: str
    phone: str
    accounts: list[_Account]
    cards: list[_Card]
    payees: list[_Named]
    transfers: list[_Transfer]
    requests: list[_Row]
    auto_debits: list[Any]
    complaints: list[dict[str, Any]]
    cases: list[Any]
    consents: list[Any]


class EventShape(BaseModel):
    """The least that an event of the audit log must be."""

    action_id: str | None
    service: str | None
    step: str
    outcome: Any


EVENTS = TypeAdapter(list[EventShape])
MESSAGES = TypeAdapter(list[dict[str, Any]])


def last_card(turn: Json, kind: str) -> Json | None:
    """The last card of a kind in a Turn."""
    found = [card for card in turn["reply"]["cards"] if card.get("type") == kind]
    return dict(found[-1]) if found else None


def places(turn: Json) -> set[str]:
    """Everything that can be said about where a Turn stands: its stage and what its cards ask for."""
    here = {"any", str(turn["stage"])}
    for card in turn["reply"]["cards"]:
        if card.get("type") in ("choices", "otp", "consent", "document", "face", "quiz", "confirm"):
            here.add(str(card["type"]))
        if card.get("type") == "education" and card.get("mode") == "acknowledge":
            here.add("acknowledge")
    return here
