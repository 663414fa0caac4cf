from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tools.tariff import TARIFF_FILE, BadTariff, Tariff, TariffItem, Unit, load_tariff


def test_that_every_figure_can_be_said_in_both_languages() -> None:
    tariff = load_tariff()
    spoken = tariff.spoken()
    assert len(tariff) >= 60
    ranges = {"card.delivery_days", "fee.transfer.other_bank.counter"}
    charges = {f"{key}.charge" for key in tariff if key.startswith("fee.") and f"{key}.charge" in spoken}
    assert "fee.card.reissue.charge" in charges
    assert set(spoken) == set(tariff) | ranges | charges
    assert all(set(said) == {"zh-CN", "en"} and all(said.values()) for said in spoken.values())
    assert tariff.version
    assert tariff.effective.year >= 2026


def test_that_figures_read_as_people_write_them() -> None:
    spoken = load_tariff().spoken()
    assert spoken["limits.class_I.per_day"] == {"zh-CN": "5万元", "en": "50,000 yuan"}
    assert spoken["fee.account.sms"] == {"zh-CN": "每月2元", "en": "2 yuan a month"}
    assert spoken["rate.demand"] == {"zh-CN": "年0.05%", "en": "0.05% a year"}
    assert spoken["otp.resend_minutes"]["en"] == "1 minute"
    assert spoken["card.delivery_days_min"] == {"zh-CN": "5个工作日", "en": "5 working days"}


def test_that_the_unit_of_a_range_is_said_once() -> None:
    spoken = load_tariff().spoken()
    assert spoken["card.delivery_days"] == {"zh-CN": "5至7个工作日", "en": "5 to 7 working days"}
    assert spoken["fee.transfer.other_bank.counter"] == {"zh-CN": "2至50元", "en": "2 to 50 yuan"}


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        ("0", "CNY", "不收费", "free of charge"),
        ("0", "CNY_per_year", "不收费", "free of charge"),
        ("0", "percent", "不收费", "free of charge"),
        ("10", "CNY", "收10元", "for 10 yuan"),
        ("2", "CNY_per_month", "每月收2元", "for 2 yuan a month"),
        ("12.50", "CNY_per_year", "每年收12.5元", "for 12.5 yuan a year"),
        ("0.3", "percent", "按0.3%收", "for 0.3%"),
    ],
)
def test_that_a_charge_reads_well_at_any_figure(value: str, unit: Unit, zh: str, en: str) -> None:
    fee = TariffItem(value=Decimal(value), unit=unit, zh="x", en="x")
    spoken = Tariff({"fee.a": fee, "delay.b": fee}, "1", date(2026, 1, 1)).spoken()
    assert spoken["fee.a.charge"] == {"zh-CN": zh, "en": en}
    assert "delay.b.charge" not in spoken, "only what is paid is a charge"


def test_that_a_range_has_one_unit() -> None:
    named = {"zh": "x", "en": "x"}
    low, high = (TariffItem.model_validate({"value": 5, "unit": unit, **named}) for unit in ("days", "hours"))
    with pytest.raises(BadTariff, match="one unit"):
        Tariff({"a_min": low, "a_max": high}, "1", date(2026, 1, 1)).spoken()


def test_that_the_rules_of_the_design_are_in_it() -> None:
    tariff = load_tariff()
    for key, value in {
        "limits.class_I.per_day": "50000", "limits.class_II.per_day": "10000", "limits.class_II.per_year": "200000",
        "limits.class_III.per_day": "2000", "limits.class_III.per_year": "50000", "limits.class_III.balance": "2000",
        "fee.card.replace.damaged": "0", "fee.card.reissue": "10", "otp.minutes": "5", "delay.first_payee_hours": "24",
        "deposit_insurance.cap": "500000", "limits.cash.reserve_from": "50000", "complaint.reply_days": "15",
    }.items():  # fmt: skip
        assert tariff[key] == Decimal(value)
    assert tariff.get("limits.class_I.per_year") is None


def test_that_an_unknown_key_is_named() -> None:
    with pytest.raises(KeyError, match="fee.nothing"):
        load_tariff()["fee.nothing"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no items"),
        ("[fee", "cannot be read"),
        ('a = { value = -1, unit = "CNY", zh = "x", en = "x" }', "a.value"),
        ('a = { value = 0.001, unit = "CNY", zh = "x", en = "x" }', "two places"),
        ('a = { value = 1, unit = "EUR", zh = "x", en = "x" }', "a.unit"),
        ('a = { value = 1, unit = "CNY", zh = "x" }', "a.en"),
        ("a = 5", "a: an item is a table"),
        ('a = { value = 1, unit = "CNY", zh = "x", en = "x", more = 1 }', "a.more"),
    ],
)
def test_that_a_wrong_file_names_the_place(tmp_path: Path, text: str, named: str) -> None:
    wrong = tmp_path / "tariff.toml"
    wrong.write_text(f'version = "1"\neffective = 2026-01-01\n{text}', encoding="utf-8")
    with pytest.raises(BadTariff, match=named):
        load_tariff(wrong)


def test_that_a_missing_version_or_file_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "tariff.toml"
    wrong.write_text(TARIFF_FILE.read_text(encoding="utf-8").replace("version =", "edition ="), encoding="utf-8")
    with pytest.raises(BadTariff, match="version and effective"):
        load_tariff(wrong)
    with pytest.raises(BadTariff, match="cannot be read"):
        load_tariff(tmp_path / "none.toml")


def test_that_every_unit_is_known_in_both_languages() -> None:
    from typing import get_args

    from tools.tariff import _EN, _ZH

    assert set(get_args(Unit)) == set(_ZH) == set(_EN)
