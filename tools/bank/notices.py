"""Notices of what happens to a customer's money by itself, when its time has come; what the customer does at the counter
is told by the gate (:mod:`tools.gate.notices`)."""

from __future__ import annotations

from tools.bank.port import Transfer
from tools.wording import Code, Line, Moment, Tail, Text, Yuan, line

ARRIVED = Text(
    "【海岚银行】{at}，您从尾号 {tail} 转给{payee}的 {amount} 已经到账。如果不是您本人转的，请马上打 {police} 报警，并对小岚说“我被骗了”。",
    "[Hailan Bank] {at}: your {amount} from the account ending in {tail} has arrived with {payee}. If this was not you, call the police on {police} at once and tell Xiaolan “I was scammed”.",
)
RETURNED = Text(
    "【海岚银行】{at}，您从尾号 {tail} 转给{payee}的 {amount} 没有转成，钱已经退回可用余额。如果不是您本人转的，请马上对小岚说“我被骗了”。",
    "[Hailan Bank] {at}: your {amount} from the account ending in {tail} could not be paid to {payee}; the money is available to you again. If this was not you, tell Xiaolan “I was scammed” at once.",
)
POLICE = Code("110")


def of_settled(transfer: Transfer) -> Line:
    """A pending transfer whose time had come: it arrived, or it went back because there is nobody to pay any more."""
    return line(
        ARRIVED if transfer.status == "done" else RETURNED,
        at=Moment(transfer.arrives),
        tail=Tail(transfer.source),
        payee=transfer.payee,
        amount=Yuan(transfer.amount),
        police=POLICE,
    )
