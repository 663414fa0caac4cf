"""Notices: every change that leaves a row tells the customer's phone what, when, and what to do if it was not them.

No service can forget it, since :func:`tools.gate.finish.leave_row` sends it together with the row and in the same
transaction. A service only says more where name, status and parameters do not tell it (``Service.notice``), and to
whom besides the number on file (``Service.noticed_numbers``). What arrives later by itself is told by the core
(:mod:`tools.bank.notices`).
"""

from __future__ import annotations

from tools.bank.port import RequestStatus
from tools.gate import phrases
from tools.gate.run import Run
from tools.masking import mask
from tools.rendering import render, written
from tools.wording import Line, Locale, Moment, line

TOLD: frozenset[RequestStatus] = frozenset({"done", "delayed", "in_review", "blocked"})
"""How a row must have ended for the phone to be told: nothing happened where it failed or was cancelled."""
_NOT_IN_A_TEXT = ("text", "transfer", "choice")  # free words and ids say nothing in a short message


def tell_phone(run: Run, status: RequestStatus) -> None:
    """Send the notice of a row that was left just now; nothing for those that changed nothing."""
    if status not in TOLD:
        return
    locale = run.customer.locale
    text = render(_said(run, status), locale).text
    changed = status in ("done", "delayed")
    numbers = run.service.noticed_numbers(run.params(), run.context()) if changed else (run.customer.phone,)
    for number in numbers:
        run.bank.send_message(run.customer.id, "notice", text, to=number)


def _said(run: Run, status: RequestStatus) -> Line:
    remedy = phrases.IF_NOT_YOU_STATUS.get(status) or run.service.if_not_you or phrases.IF_NOT_YOU
    return line(
        run.service.notice if status == "done" and run.service.notice is not None else phrases.NOTICE,
        at=Moment(run.now),
        service=run.named(),
        status=phrases.STATUS[status],
        details=_details(run, run.customer.locale),
        remedy=remedy,
    )


def _details(run: Run, locale: Locale) -> str:
    """The parameters as they were read back, but for free words and ids; numbers of people are masked."""
    kinds = {name: spec.kind for name, spec in run.service.spec().items()}
    told = [
        f"{row.label.of(locale)} {mask(written(row.value, locale))}"
        for row in run.service.shown(run.params(), run.context())
        if kinds.get(row.name) not in _NOT_IN_A_TEXT
    ]
    if not told:
        return ""
    return f"（{'，'.join(told)}）" if locale == "zh-CN" else f" ({', '.join(told)})"
