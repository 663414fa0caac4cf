"""The words that make a sentence a rule: must, may, must not, free, only, at most, at once, guaranteed.

A sentence that gains or loses one of them says something else, however alike the rest is. Words that a reader takes for the
same share a class, in both languages.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ZH = (  # in this order, each taking its words away from the next: 不得 is no 不, 免费 no 免
    ("harmless", r"要不要|是不是|能不能|会不会|可不可以|不论|无论|不管|不同|不仅|不光|不但|不妨|不客气|对不起|不好意思|没问题|没关系|差不多|不断|不久|"
                 r"非常|除非|并非易事|未来|特别|别人|别的|区别|识别|个别|级别|类别|分别|性别|只要|功能|可能性|智能|需求|重要|主要|要求|不过(?=，)|"
                 r"非柜面|不动户|非绑定|非本人|无卡|可靠|可疑|必要|必然|许可|认可|可用余额|方可|免得|避免|难免|都市|首都|才能|无线|无效|不法"),
    ("need not", r"不需要?|不必|不用|无需|无须|毋须|用不着|不一定要|没必要"),
    ("free", r"免费|不收费|不收取?(?:任何|手续|服务|工本)?费用?|免收|不收钱|不花钱|零费用|不要钱|分文不收|不收|免(?=年费|手续费|管理费|工本费)|没有(?:手续|服务|任何)?费用?"),
    ("unbounded", r"不限|没有限制|无限|不设上限|没有上限"),
    ("at most", r"不超过|不得超过|不能超过|不多于|不高于|最多|至多|最高|上限|以内|之内|以下|顶多|封顶|最长|最迟|最晚|不晚于|内(?=[，。、；！到完办答处通])"),
    ("at least", r"不低于|不少于|不早于|至少|最少|最低|以上|起码|最短"),
    ("more than", r"超过|超出|多于|高于|大于|满(?=[\d一二三四五六七八九十])"),
    ("less than", r"低于|不足|不满|不到|少于|小于|未满"),
    ("never", r"绝不会?|决不会?|从不|从来不|永远不|永不|绝对不"),
    ("must not", r"不得|不能够?|不可以?|禁止|严禁|不允许|不准|不许|请勿|切勿|勿|不要|千万别|不应该?|不宜|别|无法|没法|办不了|不予|不给"),
    ("not", r"[不没无未非]"),
    ("must", r"必须|务必|一定要|应当|应该|须|需要?|必需|得先|要先|(?<=[您你])要|应(?=[在由向当立及])"),
    ("may", r"可以?|能够?|允许|有权|准许"),
    ("guarantee", r"保证|肯定|绝对|确保|承诺|百分之百|稳赚|保本|包赔|一定(?!的)|必定"),
    ("at once", r"立即|立刻|马上|即时|实时|即刻|当场|第一时间|赶紧|赶快|尽快|秒到|及时"),
    ("any time", r"随时|任何时候"),
    ("only", r"只有?|仅限?|才|唯一|除了"),
    ("all", r"所有|全部|任何|一律|每个|每位|凡是|完全|全都"),
    ("automatic", r"自动"),
    ("irreversible", r"撤不回|不可逆|撤销不了"),
    ("first", r"首先|先(?!生)"),
    ("before", r"之前|以前|前(?=[，。、必应须要往请先])"),
    ("after", r"之后|以后|过后|后(?=[，。、才可再能的到])"),
    ("every day", r"每天|每日|单日|日累计|一天|当日累计"),
    ("every month", r"每个?月|月累计|一个月"),
    ("every year", r"每年|年累计|一年"),
    ("every time", r"每次|每笔|单笔|一次"),
    ("double", r"双倍|加倍|翻倍"),
)  # fmt: skip
_EN = (
    ("harmless", r"not only|whether or not|no matter|no problem|why not|not to mention|if not\b|know|now\b|as soon as you|all right|after all|first name|"
                 r"feel free|free up|free to\b|must-have|can you|could you|may i\b|at all\b"),
    ("need not", r"(?:need|do|does|have) not (?:need|have) to|(?:do|does)n'?t (?:need|have) to|need(?:n't| not)|no need|not (?:required|necessary|needed)|without having to"),
    ("free", r"free of charge|for free|\bfree\b|at no cost|no (?:charge|fee|cost)s?|without (?:a )?(?:charge|fee)|costs? nothing|not charged|do(?:es)?(?:n't| not) (?:cost|charge)"),
    ("unbounded", r"unlimited|no limits?|without limits?|as much as you"),
    ("at most", r"at most|no more than|not (?:more|higher|later) than|up to\b|maximum|\bmax\b|not exceed|cannot exceed|within|no later than|at the latest"),
    ("at least", r"at least|no less than|not less than|minimum|or more\b|and above|and over"),
    ("more than", r"more than|\bover\b|above|exceed(?:s|ing)?|greater than"),
    ("less than", r"less than|below|\bunder\b|fewer than|smaller than"),
    ("never", r"\bnever\b|under no circumstances|by no means"),
    ("must not", r"(?:must|may|shall|should|can)(?: not|n't|not)|cannot|can't|not (?:allowed|permitted|possible|able|available)|unable|forbidden|prohibited|"
                 r"\b(?:do not|don'?t)\b|refuse[sd]?|illegal"),
    ("not", r"\bnot\b|n't\b|\bno\b|\bnone\b|\bnobody\b|\bnothing\b|\bneither\b|\bnor\b|\bwithout\b|\bunless\b"),
    ("must", r"\bmust\b|\bshall\b|\bshould\b|have to\b|has to\b|\brequire[sd]?\b|\bneed(?:s|ed)?\b|mandatory|obliged|compulsory|necessary"),
    ("may", r"\bmay\b|\bcan\b|\bcould\b|\bmight\b|allowed|permitted|able to|entitled|the right to|possible"),
    ("guarantee", r"guarantee[sd]?|certainly|definitely|always|surely|promise[sd]?|assure[sd]?|ensure[sd]?|risk-free|safe\b"),
    ("at once", r"at once|immediately|right away|straight away|instantly|instant\b|promptly|real[- ]time|as soon as possible|urgently|right now"),
    ("any time", r"any ?time|whenever|24/7|around the clock"),
    ("only", r"\bonly\b|\bexcept\b|solely|exclusively|\bjust one\b"),
    ("all", r"\ball\b|\bany\b|\bevery(?:one|thing|body)?\b(?! (?:day|month|year|time))|\bwhole\b|entire(?:ly)?|completely|fully"),
    ("automatic", r"automatic(?:ally)?"),
    ("irreversible", r"irreversibl[ey]|cannot be undone|permanent(?:ly)?"),
    ("first", r"\bfirst\b"),
    ("before", r"\bbefore\b|prior to|in advance"),
    ("after", r"\bafter(?:wards)?\b|\blater\b|\bonce\b"),
    ("every day", r"\ba day\b|per day|daily|each day|every day|in (?:a|one) day"),
    ("every month", r"\ba month\b|per month|monthly|each month|every month"),
    ("every year", r"\ba year\b|per year|annual(?:ly)?|yearly|each year|every year"),
    ("every time", r"each time|every time|per (?:transfer|transaction|payment)|\beach\b|at a time"),
    ("double", r"\btwice\b|\bdouble[ds]?\b|\btriple[ds]?\b|\bthrice\b"),
)  # fmt: skip
# what may not be lost either; a may, an all or an after that is left out promises nothing more
STRICT = frozenset({
    "need not", "free", "at most", "at least", "more than", "less than", "never", "must not", "not", "must", "at once", "only",
    "irreversible", "every day", "every month", "every year", "every time",
})  # fmt: skip
_DENIES = frozenset({"need not", "free", "never", "must not", "not"})
# what may stand for another without saying more than it
WEAKER = {"not": {"must not", "never", "need not", "free", "less than"}, "must not": {"never"}, "never": {"must not"}}


@lru_cache(maxsize=2)
def _patterns(english: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(words, re.IGNORECASE)) for name, words in (_EN if english else _ZH))


def rule_words(text: str, *, english: bool) -> dict[str, str]:
    """Class of each rule word in ``text`` → the word as it stands there."""
    return _taken(text, english)[0]


def negations(text: str, *, english: bool) -> int:
    """How often a text denies something: "not", "must not", "free", "need not", "never"."""
    count, rest = 0, text.replace("’", "'")
    for name, pattern in _patterns(english):
        rest, found = pattern.subn(" | ", rest)
        count += found if name in _DENIES else 0
    return count


def without_rule_words(text: str, *, english: bool) -> str:
    """The rest of a text: what the rule is about."""
    return _taken(text, english)[1]


def _taken(text: str, english: bool) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}
    rest = text.replace("’", "'")
    kept: list[str] = []
    for name, pattern in _patterns(english):
        hit = pattern.search(rest)
        if hit is None:
            continue
        if name == "harmless":
            kept += pattern.findall(rest)
        else:
            found[name] = hit[0].strip()
        rest = pattern.sub(" | ", rest)
    return found, " ".join([rest, *kept])
