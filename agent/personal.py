"""Questions about this customer's own money and sums: answered from their data and the tariff, with the formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.understand.grammar.amounts import ALL, find_amounts
from agent.understand.grammar.identifiers import find_tails
from agent.understand.grammar.numbers import spoken_digits
from knowledge.numerals import number
from tools import sums
from tools.bank.port import Account, CoreBank
from tools.services.common import controlled
from tools.services.limit_query import UNUSED, USED, YEAR
from tools.tariff import Tariff
from tools.wording import Day, Line, Tail, Text, Value, Yuan, line

_FEE = re.compile(
    r"手续费|收费|费用|要钱|收.{0,3}钱|扣.{0,4}(?:钱|费|多少)|多少费|\b(?:fees?|charges?|charged|cost|costs)\b", re.I
)
_SEND = re.compile(r"转|汇|打(?:款|钱|给|过去)|\b(?:transfer|transferr?ing|send|sending|wire|pay)\b", re.I)
_NOT_SEND = re.compile(r"境外|国外|海外|外币|美元|取现|取钱|信用卡|\babroad\b|overseas|\bcash\b", re.I)
_COUNTER = re.compile(r"柜台|柜面|网点|\b(?:counter|branch)\b", re.I)
_INTEREST = re.compile(r"利息|能?赚多少|\binterest\b|\bearn\b", re.I)
_SAVED = re.compile(r"存|定期|活期|\b(?:earn|deposit|save|saved|saving|savings|put|keep)\b", re.I)
_NOT_SAVED = re.compile(
    r"贷款|房贷|月供|信用卡|还款|提前|大额存单|理财|\b(?:loan|mortgage|credit card|early|certificate)\b", re.I
)
_TERMS: tuple[tuple[sums.Term, re.Pattern[str]], ...] = (
    ("m3", re.compile(r"三个月|3\s*个月|\b(?:three|3)[- ]months?\b", re.I)),
    ("m6", re.compile(r"六个月|6\s*个月|半年|\b(?:six|6)[- ]months?\b|half a year", re.I)),
    ("y1", re.compile(r"(?<!十)一年|(?<!\d)1\s*年|十二个月|12\s*个月|\b(?:one|a|1)[- ]year\b", re.I)),
    ("y2", re.compile(r"(?<!十)[两二]年|(?<!\d)2\s*年|\b(?:two|2)[- ]years?\b", re.I)),
    ("y3", re.compile(r"(?<!十)三年|(?<!\d)3\s*年|\b(?:three|3)[- ]years?\b", re.I)),
)
_OTHER_TERM = re.compile(r"[四五六七八九十\d]\s*年|\d+\s*个月|\d+\s*天|\b(?:four|five|ten|\d+)[- ]years?\b", re.I)
_DEMAND = re.compile(r"活期|\b(?:demand|current|savings account)\b", re.I)
_OWN = re.compile(r"我|俺|咱|\b(?:my|i|mine)\b", re.I)
_INSURED = re.compile(r"保险|保障|保得住|保不保|赔|\binsur(?:ed|ance)\b|\bcovered\b|\bprotected\b|\bsafe\b", re.I)
_DEPOSITS = re.compile(r"存款|存了|存的|存在|的钱|账户|\b(?:deposits?|savings|money|balance)\b", re.I)
_LEFT = re.compile(
    r"(?:今天|今日|当天|今儿)?.{0,4}(?:还能|还可以|还剩|剩).{0,4}(?:转|额度|限额|汇)|(?:今天|今日|今儿).{0,6}(?:能|可以).{0,3}(?:转|汇)|\bleft (?:of|on|to send|today)\b|\b(?:can i|i can) still (?:send|transfer)\b|still (?:send|transfer) today",
    re.I,
)
_LIMIT = re.compile(
    r"(?:每天|一天|每日|单日|一年|每年|最多|最高).{0,6}(?:转|汇|额度|限额)|限额|(?:转|汇).{0,6}(?:最多|上限)|\b(?:daily|transfer) limit\b|\bhow much can i (?:send|transfer)\b|\blimit (?:of|on) my\b",
    re.I,
)
_NOT_LIMIT = re.compile(
    r"怎么|如何|提高|调高|降低|调低|改|取现|ATM|境外|刷|\b(?:raise|lower|change|why|atm|abroad)\b|为什么|为啥", re.I
)
_OTHER_ATM = re.compile(
    r"(?:他行|别的银行|其他银行|别家|外行|跨行).{0,12}(?:取|ATM)|\b(?:other|another) bank.{0,30}|\bcash\b.{0,30}\bother bank",
    re.I,
)
_TIMES = re.compile(r"(\d{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:次|回|笔)|\b(\w+) (?:times|withdrawals)\b", re.I)
_EARLY = re.compile(r"提前(?:还|结清)|\b(?:repay|pay|paying)\b.{0,20}\b(?:early|ahead)\b|\bearly repayment\b", re.I)
_HELD = re.compile(
    r"转不(?:出|了)|取不(?:出|了)|(?:用|刷|付|收)不(?:了|出)|不能(?:用|转|取|付)|不让(?:我?)(?:用|转|取)|冻|管控|被(?:限|锁|管|封|控)|限制|封|"
    r"凭(?:什么|啥).{0,4}(?:管|限|封|控|锁)|\b(?:frozen|froze|freeze|restricted|restriction|blocked|under a control)\b|\b(?:can'?t|cannot|unable to|won'?t let me) (?:i )?(?:send|use|pay|withdraw|transfer)",
    re.I,
)
_HOW_TO_APPEAL = re.compile(
    r"申诉|申请|解[除冻控封]|材料|带什么|多久|几天|\b(?:appeal|lift|unfreeze|papers|documents|how long)\b", re.I
)
_DUE = re.compile(
    r"(?:定期|存单).{0,6}(?:什么时候|啥时候|几时|哪天|几号|何时|多久|还有).{0,6}(?:到期|能取)|(?:定期|存单).{0,4}(?:到期日|哪天到|几号到)|"
    r"\bwhen (?:does|will|is) my (?:term |fixed )?deposit\b.{0,20}\b(?:due|mature|end|expire)",
    re.I,
)
_CHARGE = re.compile(r"违约金|罚|手续费|多少钱|收费|\b(?:charge|penalty|fee|cost)\b", re.I)

FEES = Text(
    "在我这里转 {amount}：转本行 {own}，转别的银行 {other}，跟金额多少没关系",
    "Sending {amount} here costs {own} within our bank and {other} to another bank, whatever the amount",
)
FEES_COUNTER = Text(
    "在柜面跨行转 {amount}，按金额收 {least} 到 {most}；在我这里转是 {other}",
    "At the counter, {amount} to another bank costs between {least} and {most}; here it is {other}",
)
FEES_SUM = Text(
    "算式：{amount} + 手续费 {other} = 一共扣 {total}", "Worked out: {amount} + fee {other} = {total} in all"
)
INTEREST = Text("{amount} 存{term}，到期利息大约 {interest}", "{amount} kept for {term} earns about {interest}")
INTEREST_SUM = Text(
    "算式：{amount} × 年利率 {rate}% × {years} 年 = {interest}",
    "Worked out: {amount} × {rate}% a year × {years} = {interest}",
)
TERM: dict[sums.Term, Text] = {
    "demand": Text("活期一年", "one year on demand"),
    "m3": Text("定期三个月", "three months"),
    "m6": Text("定期半年", "six months"),
    "y1": Text("定期一年", "one year"),
    "y2": Text("定期两年", "two years"),
    "y3": Text("定期三年", "three years"),
}
INSURED_ALL = Text(
    "您在我们这里的存款合计 {total}，没有超过 {cap}，都在存款保险的保障范围里",
    "Your deposits with us come to {total}, which is within {cap}: all of it is insured",
)
INSURED_PART = Text(
    "您的存款合计 {total}，其中 {covered} 有存款保险，超出的 {above} 不在限额内",
    "Your deposits come to {total}: {covered} is insured and the {above} above it is not",
)
INSURED_GIVEN_ALL = Text("{total} 没有超过 {cap}，全额有保障", "{total} is within {cap}: all of it is insured")
INSURED_GIVEN_PART = Text(
    "{total} 里有 {covered} 有存款保险，超出的 {above} 不在限额内",
    "Of {total}, {covered} is insured and the {above} above it is not",
)
INSURED_SUM = Text("算式：{parts} = {total}，最高保 {cap}", "Worked out: {parts} = {total}, insured up to {cap}")
CASH = Text(
    "一个月在别的银行取 {times} 次，手续费一共 {total}",
    "{times} withdrawals a month at other banks' machines cost {total} in all",
)
CASH_SUM = Text(
    "算式：前 {free} 次免费，（{times} - {free}）× {each} = {total}",
    "Worked out: the first {free} are free, ({times} - {free}) × {each} = {total}",
)
CASH_FREE = Text("每月前 {free} 次不收费", "The first {free} a month are free")
EARLY = Text(
    "提前还 {amount}：放款满一年收 {later}，不满一年收 {first}",
    "Repaying {amount} early costs {later} after the first year, and {first} within it",
)
EARLY_SUM = Text("算式：{amount} × {percent}% = {first}", "Worked out: {amount} × {percent}% = {first}")
DUE = Text("您的定期存款 {amount}，{due} 到期", "Your term deposit of {amount} is due on {due}")
ASLEEP = Text(
    "尾号 {tail} 很久没有用过，现在是睡眠户，先停了付款。钱还在您账户里，核实本人就能唤醒",
    "The account ending in {tail} has not been used for long and is dormant, so it cannot pay for now. The money is still yours; after an identity check it can be reactivated",
)
SIGN_IN_FOR_OWN = Text(
    "登录以后，我可以按您自己的账户来算", "Once you are signed in I can work it out for your own accounts"
)


@dataclass(frozen=True)
class Told:
    """``lines`` for eye and ear, ``sums`` for the eye only; ``entry`` is the rule behind it, ``own`` that it needs
    the customer's own data, without which there are no lines. ``offer`` is the service that helps."""

    entry: str
    lines: Sequence[Line] = ()
    sums: Sequence[Line] = ()
    own: bool = False
    offer: str | None = None


def told(
    query: str, bank: CoreBank | None, customer: str | None, tariff: Tariff, *, sending: bool = False
) -> Told | None:
    """What the customer's own data or a sum answers; None where the general rule does. ``sending``: a transfer is what
    is talked about."""
    timeless = query
    for _, pattern in _TERMS:
        timeless = pattern.sub("，", timeless)  # "五万三年" is fifty thousand for three years
    amounts = [Decimal(one.value) for one in find_amounts(timeless) if one.value != ALL]
    amount = next((value for value in amounts if value > 0 and value == value.quantize(Decimal("0.01"))), None)
    if amount is not None and (found := _sum(query, amount, tariff, sending)) is not None:
        return found
    if _OTHER_ATM.search(query) and _FEE.search(query) and (times := _times(query)) is not None:
        return _cash(tariff, times)
    if bank is not None and customer is not None:
        if _HELD.search(query) and not _HOW_TO_APPEAL.search(query) and (held := _held(bank, customer, tariff)):
            return held
        if _DUE.search(query) and (due := _due(bank, customer)):
            return due
    if not _OWN.search(query):
        return None
    if _INSURED.search(query) and _DEPOSITS.search(query):
        return _insured(bank, customer, tariff)
    if _LEFT.search(query) or (_LIMIT.search(query) and not _NOT_LIMIT.search(query)):
        return _limits(query, bank, customer)
    return None


def _sum(query: str, amount: Decimal, tariff: Tariff, sending: bool) -> Told | None:
    if _EARLY.search(query) and _CHARGE.search(query):
        return _early(tariff, amount)
    if _INTEREST.search(query) and _SAVED.search(query) and not _NOT_SAVED.search(query):
        return _interest(query, tariff, amount)
    if _FEE.search(query) and (_SEND.search(query) or sending) and not _NOT_SEND.search(query):
        return _fees(tariff, amount, at_counter=_COUNTER.search(query) is not None)
    if _INSURED.search(query) and re.search(r"存|deposit|saving", query, re.I):
        sum_ = sums.insured(tariff, [amount])
        text = INSURED_GIVEN_PART if sum_.above else INSURED_GIVEN_ALL
        return Told("deposit.insurance", [line(text, **_insured_values(sum_))])
    return None


def _fees(tariff: Tariff, amount: Decimal, *, at_counter: bool) -> Told:
    fees = sums.transfer_fees(tariff, amount)
    sent = Yuan(amount)
    if at_counter:
        return Told(
            "transfer.fees",
            [
                line(
                    FEES_COUNTER,
                    amount=sent,
                    least=Yuan(fees.counter_min),
                    most=Yuan(fees.counter_max),
                    other=Yuan(fees.other_bank),
                )
            ],
        )
    total = Yuan(amount + fees.other_bank)
    return Told(
        "transfer.fees",
        [line(FEES, amount=sent, own=Yuan(fees.own_bank), other=Yuan(fees.other_bank))],
        [line(FEES_SUM, amount=sent, other=Yuan(fees.other_bank), total=total)],
    )


def _interest(query: str, tariff: Tariff, amount: Decimal) -> Told | None:
    terms: list[sums.Term] = [term for term, pattern in _TERMS if pattern.search(query)]
    if _DEMAND.search(query):
        terms = ["demand"]
    if not terms:
        if _OTHER_TERM.search(query):
            return None
        terms = ["y1", "y3"]
    lines, formulas = [], []
    for term in terms:
        found = sums.interest(tariff, amount, term)
        values: dict[str, Value] = {"amount": Yuan(amount), "interest": Yuan(found.interest)}
        lines.append(line(INTEREST, **values, term=TERM[term]))
        formulas.append(line(INTEREST_SUM, **values, rate=f"{found.rate}", years=f"{found.years}"))
    return Told("deposit.interest_formula", lines, formulas)


def _insured_values(found: sums.Insured) -> dict[str, Value]:
    return {
        "total": Yuan(found.total),
        "cap": Yuan(found.cap),
        "covered": Yuan(found.covered),
        "above": Yuan(found.above),
    }


def _insured(bank: CoreBank | None, customer: str | None, tariff: Tariff) -> Told:
    if bank is None or customer is None:
        return Told("deposit.insurance", own=True)
    own = [account.balance for account in bank.accounts(customer) if account.status != "closed"]
    own += [contract.amount for contract in bank.contracts(customer) if contract.kind == "term_deposit"]
    found = sums.insured(tariff, own)
    values = _insured_values(found)
    shown = " + ".join(f"¥{part:,.2f}" for part in found.parts)
    return Told(
        "deposit.insurance",
        [line(INSURED_PART if found.above else INSURED_ALL, **values)],
        [line(INSURED_SUM, parts=shown, total=values["total"], cap=values["cap"])],
        own=True,
    )


def _held(bank: CoreBank, customer: str, tariff: Tariff) -> Told | None:
    """Why an account of theirs is under a control, and their rights, or that it sleeps; None where none does."""
    accounts = bank.accounts(customer)
    held = [controlled(account, tariff) for account in accounts if account.status == "restricted"]
    if held:
        return Told("control.why", held, own=True, offer="account.unfreeze_appeal")
    asleep = [line(ASLEEP, tail=Tail(account.tail)) for account in accounts if account.status == "dormant"]
    return Told("dormant.why", asleep, own=True, offer="account.activate_dormant") if asleep else None


def _due(bank: CoreBank, customer: str) -> Told | None:
    """When their term deposits are due; None where there is none."""
    found = [one for one in bank.contracts(customer) if one.kind == "term_deposit" and one.due is not None]
    lines = [line(DUE, amount=Yuan(one.amount), due=Day(one.due)) for one in found if one.due is not None]
    return Told("deposit.term.maturity", lines, own=True) if found else None


def _limits(query: str, bank: CoreBank | None, customer: str | None) -> Told:
    if bank is None or customer is None:
        return Told("transfer.limits", own=True)
    accounts = [account for account in bank.accounts(customer) if account.status != "closed"]
    named = {tail.digits for tail in find_tails(spoken_digits(query), [account.tail for account in accounts])}
    meant = [account for account in accounts if account.tail in named] or accounts
    return Told("transfer.limits", [one for account in meant for one in _limit_lines(account)], own=True)


def _limit_lines(account: Account) -> list[Line]:
    limits = account.limits
    left = max(Decimal(0), limits.per_day - limits.used_today)
    values: dict[str, Value] = {"tail": Tail(account.tail), "per_day": Yuan(limits.per_day)}
    lines = [line(UNUSED, **values)]
    if limits.used_today:
        lines = [line(USED, **values, used=Yuan(limits.used_today), left=Yuan(left))]
    if limits.per_year is not None:
        rest = max(Decimal(0), limits.per_year - limits.used_this_year)
        lines.append(line(YEAR, per_year=Yuan(limits.per_year), left=Yuan(rest)))
    return lines


def _times(query: str) -> int | None:
    found = _TIMES.search(query)
    value = None if found is None else number(found[1] or found[2])
    return None if value is None or value != int(value) else int(value)


def _cash(tariff: Tariff, times: int) -> Told:
    found = sums.cash_fees(tariff, times)
    values: dict[str, Value] = {
        "times": times,
        "free": found.free,
        "each": Yuan(found.each),
        "total": Yuan(found.total),
    }
    formula = CASH_SUM if found.total else CASH_FREE
    return Told("cash.atm_fee", [line(CASH, times=times, total=values["total"])], [line(formula, **values)])


def _early(tariff: Tariff, amount: Decimal) -> Told:
    found = sums.early_repayment(tariff, amount)
    values: dict[str, Value] = {"amount": Yuan(amount), "first": Yuan(found.first_year)}
    return Told(
        "loan.early.cost",
        [line(EARLY, **values, later=Yuan(found.later))],
        [line(EARLY_SUM, **values, percent=f"{found.percent}")],
    )
