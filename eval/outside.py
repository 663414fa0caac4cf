"""Real people's utterances from files that are not ours: BANKING77 (English, 77 categories) and the BQ corpus (Chinese).

``python -m eval --suite banking77 --file train.csv`` and ``--suite bq --file valid.tsv``. The files are read where they lie; nothing
of them is kept. BANKING77: Casanueva et al., "Efficient Intent Detection with Dual Sentence Encoders", 2020. BQ: Chen et al.,
"The BQ Corpus", EMNLP 2018: questions about another bank's loan, none of which asks for an action of ours.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from eval.probe import Probe

SUITES = ("banking77", "bq")
_NOT_OURS = "ask_knowledge"
_UNKNOWN_CHARGE = "fraud.report|complaint.create|card.lock|card.report_loss|account.transactions|ask_knowledge"
_OUR_MISTAKE = "complaint.create|ask_knowledge"
_UNDER_WAY = "transfer.status|ask_knowledge"
_BANKING77: dict[str, str] = {
    "lost_or_stolen_card": "card.report_loss|card.lock",
    "activate_my_card": "card.activate",
    "terminate_account": "account.close",
    "cancel_transfer": "transfer.cancel|ask_knowledge",
    "change_pin": "password.reset|ask_knowledge",
    "passcode_forgotten": "password.reset",
    "pin_blocked": "password.reset|ask_knowledge",
    "compromised_card": "card.report_loss|card.lock|fraud.report",
    "lost_or_stolen_phone": "card.lock|fraud.report|ask_knowledge|profile.change_phone",
    "edit_personal_details": "profile.change_address|profile.change_phone|profile.renew_id|ask_knowledge",
    "card_about_to_expire": "card.replace|ask_knowledge",
    "card_not_working": "card.replace|ask_knowledge",
    "card_swallowed": "card.replace|card.lock|complaint.create|ask_knowledge",
    "exchange_via_app": "fx.buy|ask_knowledge",
    "getting_spare_card": "account.open|ask_knowledge",
    "cash_withdrawal_not_recognised": _UNKNOWN_CHARGE,
    "card_payment_not_recognised": _UNKNOWN_CHARGE,
    "direct_debit_payment_not_recognised": f"autodebit.list|autodebit.cancel|{_UNKNOWN_CHARGE}",
    "request_refund": f"transfer.cancel|{_OUR_MISTAKE}",
    "transaction_charged_twice": _OUR_MISTAKE,
    "extra_charge_on_statement": _OUR_MISTAKE,
    "wrong_amount_of_cash_received": _OUR_MISTAKE,
    "card_payment_wrong_exchange_rate": _OUR_MISTAKE,
    "wrong_exchange_rate_for_cash_withdrawal": _OUR_MISTAKE,
    "card_payment_fee_charged": _OUR_MISTAKE,
    "Refund_not_showing_up": f"complaint.status|account.transactions|{_OUR_MISTAKE}",
    "pending_transfer": _UNDER_WAY,
    "transfer_not_received_by_recipient": _UNDER_WAY,
    "balance_not_updated_after_bank_transfer": f"account.transactions|{_UNDER_WAY}",
    "transfer_timing": _UNDER_WAY,
}


class Unreadable(Exception):
    """The file is not what the suite reads; says what it should be."""


def read_lines(suite: str, path: Path, limit: int | None, seed: int) -> list[Probe]:
    """The suite's lines, or ``limit`` of them drawn by ``seed``.

    Raises:
        Unreadable: no such file, or other columns than the suite's.
    """
    try:
        found = _banking77(path) if suite == "banking77" else _bq(path)
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        wanted = (
            "a CSV file with the columns text and category"
            if suite == "banking77"
            else "lines question<TAB>question<TAB>0 or 1"
        )
        raise Unreadable(f"--file {path}: {suite} reads {wanted} ({type(error).__name__}: {error})") from None
    if not found:
        raise Unreadable(f"--file {path}: there is no line in it")
    return found if limit is None else random.Random(seed).sample(found, min(limit, len(found)))


def _banking77(path: Path) -> list[Probe]:
    with path.open(encoding="utf-8", newline="") as rows:
        return [
            Probe(
                f"banking77.{number:05d}", row["text"].strip(), "en", "banking77", row["category"],
                means=tuple(_BANKING77.get(row["category"], _NOT_OURS).split("|")),
            )
            for number, row in enumerate(csv.DictReader(rows), start=1)
        ]  # fmt: skip


def _bq(path: Path) -> list[Probe]:
    questions = [row.split("\t")[0].strip() for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]
    return [
        Probe(f"bq.{number:05d}", question, "zh-CN", "bq", "loan", means=(_NOT_OURS,))
        for number, question in enumerate(dict.fromkeys(questions), start=1)
    ]
