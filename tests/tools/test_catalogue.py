"""The catalogue: stable ids, what each needs, and where to go while it is not built."""

from __future__ import annotations

from tools.catalogue import catalogue
from tools.services import built_services

FIRST_WAVE = {
    "account.balance": (1, "read"), "account.transactions": (1, "read"), "account.open": (3, "medium"),
    "card.replace": (2, "medium"), "card.report_loss": (1, "low"), "card.cancel_loss": (3, "medium"),
    "card.lock": (1, "low"), "card.unlock": (2, "low"), "account.activate_dormant": (3, "medium"),
    "account.close": (3, "high"), "transfer.create": (2, "high"), "transfer.cancel": (2, "low"),
    "transfer.status": (1, "read"), "limit.query": (1, "read"), "limit.raise": (3, "high"), "limit.lower": (1, "low"),
    "profile.change_phone": (3, "high"), "fraud.report": (1, "low"), "complaint.create": (1, "low"),
    "complaint.status": (1, "read"), "autodebit.list": (1, "read"), "autodebit.cancel": (2, "low"),
    "account.unfreeze_appeal": (2, "low"), "human.handoff": (0, "none"),
}  # fmt: skip
URGENT = {"card.report_loss", "transfer.cancel", "fraud.report"}


def test_that_the_first_wave_stands_as_it_was_agreed() -> None:
    entries = catalogue()
    assert {s: (entries[s].assurance, entries[s].risk_class) for s in FIRST_WAVE} == FIRST_WAVE


def test_that_what_is_urgent_is_what_was_agreed() -> None:
    assert {service for service, entry in catalogue().items() if entry.urgent} == URGENT


def test_that_every_entry_is_whole() -> None:
    for service, entry in catalogue().items():
        assert entry.id == service
        assert entry.name.zh
        assert entry.name.en
        assert entry.elsewhere.zh
        assert entry.elsewhere.en
        assert 0 <= entry.assurance <= 4
        assert entry.risk_class in ("read", "low", "medium", "high", "none")


def test_that_what_is_built_is_in_the_catalogue_and_has_its_schema() -> None:
    for service, built in built_services().items():
        assert built.entry is catalogue()[service]
        assert built.model.model_json_schema(by_alias=True)["type"] == "object"
        assert set(built.spec()) == set(built.model.model_json_schema(by_alias=True).get("properties", {}))
