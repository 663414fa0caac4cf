"""Whom money goes to: among the customer's own payees by spelling and by sound, or else as the customer said it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.understand.text import bare, is_chinese, sound, syllables

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE = "欧阳|司马|上官|诸葛|司徒|慕容|夏侯|皇甫|尉迟|公孙"
_KIN = (
    r"(?:我|俺|咱)?(?:的)?(?:爸爸?|妈妈?|爹|娘|父亲|母亲|老公|老婆|媳妇|爱人|儿子|女儿|闺女|哥哥?|姐姐?|弟弟?|妹妹?|爷爷|奶奶|外公|外婆|姥姥|姥爷|"
    r"侄子|孙子|孙女|房东|老板|同事|朋友|同学|男朋友|女朋友|对象|公公|婆婆|丈母娘|老师|家里)"
)
_NAME = rf"(?:(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}?|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?|[老小阿][{_SURNAMES}]|{_KIN})"
_STOP = (
    r"(?=转|汇|打|付|还|发|账|款|送|寄|过去|那|这|的|[\d\s,，。!！?？¥一二三四五六七八九十两百千万]|了|吧|呀|啊|钱|$)"
)
_ZH_GIVEN = re.compile(
    rf"(?:给|向|往|转到|转给|汇给|打给|付给|还给|收款人(?:是|为|叫)?|对方(?:是|叫))\s*(?P<name>{_NAME})(?:的)?{_STOP}"
)
_ZH_BARE = re.compile(
    rf"(?:(?:给|是|叫|转给|就)\s*)?(?P<name>(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|[老小阿][{_SURNAMES}]|{_KIN})(?:吧|啊|呀|的)?"
)
_EN_GIVEN = re.compile(
    r"\b(?:to|pay|send|for|give|add|save|remove|delete)\s+(?!my\b|the\b|a\b|an\b|another\b|this\b|that\b|safe\b|your\b|me\b)(?P<name>[A-Z][a-z]+(?:\s+[A-Z][a-z]+){0,2})"
)
_EN_KIN = re.compile(
    r"\b(?:to|pay|send|give)\s+(?P<name>my\s+(?:mum|mom|mother|dad|father|son|daughter|wife|husband|brother|sister|landlord|friend|boss|colleague))\b",
    re.I,
)
_NOT_NAMES = {
    "高一",
    "万一",
    "马上",
    "金额",
    "方便",
    "白天",
    "任何",
    "何时",
    "向来",
    "江湖",
    "钱包",
    "石头",
    "付款",
    "付钱",
    "叶子",
    "龙卡",
    "余额",
}
_NOT_EN = {"Please", "Payee", "China", "Bank", "Hailan", "English", "Chinese", "Account", "Card", "Yuan", "Rmb"}

_PLAIN_EN = re.compile(
    r"\b(?:"
    r"a|again|agree|all|and|another|any|back|because|but|bye|can|cancel|change|confirm|correct|do"
    r"|done|don|exit|fine|first|for|forget|go|good|got|great|hello|help|hi|hold|how|i|if|is|it|just"
    r"|know|later|let|like|me|mean|mind|money|more|my|need|never|next|no|nobody|none|nope|not|now|of"
    r"|ok|okay|on|one|other|pay|please|quit|repeat|right|second|send|sorry|stop|sure|thank|thanks|that"
    r"|the|there|they|think|this|to|transfer|understand|understood|wait|want|well|what|when|where"
    r"|which|who|why|will|with|wrong|yeah|yep|yes|you|your"
    r")\b",
    re.I,
)


def _is_name_like(words: str) -> bool:
    """No word of everyday English in it: "yes please" and "cancel that" are nobody's name."""
    return not _PLAIN_EN.search(words.lower().removeprefix("my "))


def _latin(name: str) -> set[str]:
    parts = syllables(name)
    given = "".join(parts[1:])
    return {f"{parts[0]}{given}", f"{given}{parts[0]}"}


def _squash(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _spelled(text: str, payees: Sequence[str]) -> list[str]:
    low, letters = text.lower(), _squash(text)
    return [
        p
        for p in payees
        if p.lower() in low or (is_chinese(p) and any(len(name) > 4 and name in letters for name in _latin(p)))
    ]


def _partly(text: str, payees: Sequence[str]) -> list[str]:
    """Payees of whose Latin names a part stands in the text, as people call those they know ("send Grace 500")."""
    words = set(re.findall(r"[a-z]{3,}", text.lower()))
    return [p for p in payees if not is_chinese(p) and any(w in words and _is_name_like(w) for w in p.lower().split())]


def _heard(text: str, payees: Sequence[str]) -> list[str]:
    """Payees whose sound is in the text; a whole name of two or more syllables only."""
    heard = sound(text)
    hits = []
    for payee in payees:
        wanted = sound(payee)
        n = len(wanted)
        if is_chinese(payee) and n > 1 and any(heard[i : i + n] == wanted for i in range(len(heard) - n + 1)):
            hits.append(payee)
    return hits


def find_payee(text: str, payees: Sequence[str], *, alone: bool = False) -> str | None:
    """The payee meant: one of ``payees`` where spelling or sound fit exactly one, else the name as said, else None.

    ``alone`` also takes a bare name as the whole utterance ("赵四"): right where the payee was asked for.
    """
    spelled = _spelled(text, payees)
    if spelled:
        return spelled[-1] if len(spelled) == 1 or alone else None
    if is_chinese(text):
        heard = _heard(text, payees)
        if len(heard) == 1:
            return heard[0]
        partly = _partly(text, payees)
        return partly[0] if len(partly) == 1 else _said_zh(text, alone)
    said, partly = _said_en(text, alone), _partly(text, payees)
    whole = said is not None and len(partly) == 1 and not set(said.lower().split()) <= set(partly[0].lower().split())
    return partly[0] if len(partly) == 1 and not whole else said


def _said_zh(text: str, alone: bool) -> str | None:
    names = [m["name"] for m in _ZH_GIVEN.finditer(text)]
    if not names and alone and (match := _ZH_BARE.fullmatch(bare(text))):
        names = [match["name"]]
    if not names and alone and (latin := re.search(r"[A-Za-z]+(?:\s[A-Za-z]+)*", text)):
        names = [latin[0]] if _is_name_like(latin[0]) else []
    names = [n for n in names if n and n not in _NOT_NAMES]
    return names[-1] if names else None


def _said_en(text: str, alone: bool) -> str | None:
    if match := _EN_KIN.search(text):
        return match["name"]
    names = [m["name"] for m in _EN_GIVEN.finditer(text) if m["name"].split()[0] not in _NOT_EN]
    if not names and alone:
        whole = re.fullmatch(
            r"(?:to|it's|its|for|pay)?\s*((?:my\s+)?[A-Za-z][a-z]+(?:\s+[A-Za-z][a-z]+){0,2})", text.strip(" .,!")
        )
        names = [whole[1]] if whole and _is_name_like(whole[1]) else []
    return names[-1] if names else None
