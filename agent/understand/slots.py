"""Values for a service's parameters, read out of the words and grounded in them or in what is the customer's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.understand.grammar.amounts import find_amounts
from agent.understand.grammar.identifiers import Tail, find_class, find_phone, find_tails
from agent.understand.grammar.names import find_payee
from agent.understand.grammar.numbers import spoken_digits
from agent.understand.grammar.picks import pick
from agent.understand.port import Choice, Hearing, ParamKind

PARAMS: dict[str, dict[str, ParamKind]] = {
    "account.open": {"class": "class"},
    "account.class_change": {"account": "account", "class": "class"},
    "transfer.create": {"from": "account", "payee": "payee", "amount": "amount"},
    "transfer.cancel": {"transfer": "transfer"},
    "transfer.status": {"transfer": "transfer"},
    "transfer.set_delay": {},
    "limit.query": {"account": "account"},
    "limit.raise": {"account": "account", "per_day": "amount"},
    "limit.lower": {"account": "account", "per_day": "amount"},
    "profile.change_phone": {"phone": "phone"},
    "fraud.report": {"transfer": "transfer", "about": "text"},
    "complaint.create": {"about": "text"},
    "payee.add": {"payee": "payee"},
    "payee.remove": {"payee": "payee"},
    "deposit.open_term": {"account": "account", "amount": "amount"},
    "deposit.withdraw_early": {"amount": "amount"},
    "wealth.buy": {"amount": "amount"},
    "loan.repay_early": {"amount": "amount"},
    "creditcard.repay": {"amount": "amount"},
    "cash.reserve": {"amount": "amount"},
    "fx.buy": {"amount": "amount"},
}
_BY_FAMILY: dict[str, dict[str, ParamKind]] = {"card": {"card": "card"}, "account": {"account": "account"}}
_NEGATED_VALUE = re.compile(
    r"(?:不是|并非|不要|别转|不转|\bnot\b|isn't|instead of|rather than)\s*[^,，。;；、]*?(?=[,，。;；、]|是|而是|要|改|\bbut\b|$)",
    re.I,
)
_REPLACED = re.compile(
    r"(?:从|把)?[^,，。]{0,12}?(?<!账户)(?<!账号)(?<!卡)(?:改成|改为|换成|换到|变成)|\bfrom\s+[^,]{0,14}?\s+to\b(?=\s*[\d¥])",
    re.I,
)
_FROM = re.compile(r"从|用|\bfrom\b|\busing\b", re.I)
_SECRET = re.compile(
    r"(?:密码|口令|验证码|身份证号?码?|\b(?:pin|password|passcode|otp|id number)\b)(?:是|为|就是|:|is|\s)*\d[\dXx\s-]{3,20}",
    re.I,
)  # what must not be told is no amount and no account
_DRAWN_ON = re.compile(
    r"(?:从|由|用|拿|\bfrom|\busing|\bwith)\s*(?:我的?|那张|这张|尾号|卡号|账户|卡|是|为|my|the|card|account|number|ending|in|\s)*$",
    re.I,
)
_THAT_TRANSFER = re.compile(
    r"那[一]?笔|这[一]?笔|刚(?:才|刚)?.{0,4}(?:转|汇|打)|那个?转账|\b(?:that|the|my|this|last)\s+(?:pending\s+|last\s+|recent\s+)?(?:transfer|payment)|\bit\b",
    re.I,
)


def params_of(service: str) -> dict[str, ParamKind]:
    """Parameter names and kinds of a service, as the contract has them."""
    return PARAMS.get(service) or _BY_FAMILY.get(service.partition(".")[0], {})


def affirmed(text: str) -> str:
    """``text`` without what it says is not meant: "不是500，是300" → "，是300"."""
    kept = _NEGATED_VALUE.sub(" ", text)
    match = _REPLACED.search(kept)
    if match and re.search(r"\S", kept[match.end() :]):
        kept = kept[match.end() :]
    return kept if re.search(r"[^\W_]", kept) else text


def blank(text: str, tails: Sequence[Tail]) -> str:
    """``text`` with the tails replaced by stars, so that they are not read as amounts."""
    for tail in tails:
        text = text[: tail.start] + "*" * (tail.end - tail.start) + text[tail.end :]
    return text


def extract(said: str, params: dict[str, ParamKind], hearing: Hearing, *, asked: str | None = None) -> dict[str, str]:
    """Values for ``params`` found in ``said``; ``asked`` is the parameter just asked for, where shorter forms will do.

    A value is something in the words, or the one thing among the customer's own that the words fit. Free text
    (kind ``text``) is not read here.
    """
    digits = _SECRET.sub(" ", spoken_digits(said))
    kept = affirmed(digits)
    own = tuple(dict.fromkeys((*hearing.accounts, *hearing.cards)))
    tails = find_tails(kept, own)
    kinds = set(params.values())
    wants_tail = bool(kinds & {"account", "card"})
    asked_kind = params.get(asked) if asked else None
    slots: dict[str, str] = {}
    for name, kind in params.items():
        alone = name == asked
        value: str | None = None
        if kind in ("account", "card"):
            value = _tail(kept, tails, alone=alone, words_allowed=name != "from" or alone)
            if name == "from" and not alone:
                value = _source(kept, tails) if value is None or not _is_source(kept, tails) else value
            if value is None and "class" not in kinds and (name != "from" or alone or _FROM.search(kept)):
                value = _only_of_class(kept, hearing)
        elif kind == "amount":
            source = blank(
                kept,
                tails
                if wants_tail and asked_kind != "amount"
                else [t for t in tails if not t.own or asked_kind != "amount"],
            )
            amounts = find_amounts(source, bare_small=alone)
            others = [a for a in amounts if a.marked or a.value.removesuffix(".00") not in own]
            value = (others or amounts)[-1].value if amounts else None
        elif kind == "payee":
            value = find_payee(affirmed(said), hearing.payees, alone=alone)
        elif kind == "phone":
            value = find_phone(kept) or (_digits(kept) if alone else None)
        elif kind == "class":
            value = find_class(kept)
        elif kind == "transfer":
            value = _transfer(kept, hearing.pending_transfers, alone=alone)
        if value is not None:
            slots[name] = value
    return slots


def _tail(text: str, tails: Sequence[Tail], *, alone: bool, words_allowed: bool) -> str | None:
    own = [t.digits for t in tails if t.own]
    if own:
        return own[-1]
    if tails and words_allowed:
        return tails[-1].digits
    if alone and (bare := re.fullmatch(r"\D{0,8}?(\d{4})\D{0,6}", text)):
        return bare[1]
    return None


def _only_of_class(text: str, hearing: Hearing) -> str | None:
    """ "那张二类的": the tail of the customer's only account of that class."""
    named = find_class(text)
    tails = [tail for tail, cls in hearing.classes.items() if cls == named]
    return tails[0] if len(tails) == 1 else None


def _is_source(text: str, tails: Sequence[Tail]) -> bool:
    """Whether the tail is where the money comes from ("从6688", "用3021那张") and not where it goes ("转到3021")."""
    last = [t for t in tails if t.own][-1] if any(t.own for t in tails) else None
    if last is None:
        return _FROM.search(text) is not None
    return not re.search(
        r"(?:到|给|进|存入|\bto|\binto)\s*(?:我的?|my)?\s*(?:尾号|account|card)?\s*$", text[: last.start], re.I
    )


def _source(text: str, tails: Sequence[Tail]) -> str | None:
    """A tail that money is to come from though no account of the customer's ends so: it is named back, never passed over."""
    foreign = [tail for tail in tails if not tail.own and _DRAWN_ON.search(text[: tail.start])]
    return foreign[-1].digits if foreign and not any(tail.own for tail in tails) else None


def _digits(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= 7 else None


def _transfer(text: str, pending: Sequence[Choice], *, alone: bool) -> str | None:
    chosen = pick(text, pending, likeness=False)
    if chosen is not None:
        return chosen.id
    amounts = {a.value for a in find_amounts(text)}
    by_amount = [c for c in pending if amounts & {a.value for say in (c.label, *c.say) for a in find_amounts(say)}]
    if len(by_amount) == 1:
        return by_amount[0].id
    definite = alone or _THAT_TRANSFER.search(text) is not None
    return pending[0].id if len(pending) == 1 and definite and not amounts else None


def service_slots(service: str, said: str, hearing: Hearing) -> dict[str, str]:
    """What ``said`` already tells for ``service``; its story is kept where the service takes one."""
    params = params_of(service)
    slots = extract(said, params, hearing)
    if service == "fraud.report" and not re.search(
        r"那[一]?笔|这[一]?笔|\b(?:that|the) (?:transfer|payment)", said, re.I
    ):
        slots.pop("transfer", None)
    if params.get("about") == "text":
        slots["about"] = said
    return slots
