"""The content words and the names of a sentence, and forms that no answer has: markup, links, another script."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any

from knowledge.port import Locale

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_FORM = re.compile(
    r"</?[A-Za-z!][^>]*>|https?:|www\.|\w+\.(?:com|cn|net|org|io|top|xyz)\b|\]\(|[`#*|{}\[\]<>\\_^~]|@|[\u0400-\u04ff\u0600-\u06ff\u3040-\u30ff\uac00-\ud7af]|"
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f]|\b(?:system|assistant|user) ?:|[\U0001f000-\U0001ffff]",
    re.IGNORECASE,
)
_EN_PLAIN = """
    a an the this that these those it its they them their there here he she his her i me my we us our you your yours yourself be is are was
    were been being am do does did done doing have has had having will would can could may might must shall should to of in on at by for
    from with without as into about than then also too and or but if so when while once before after until unless since because which who
    what where how why not no nor yes please just simply only any all each every both either some such same other another more most less
    up down out over under again via through per within between during let lets note remember keep make sure means like well still even
    very quite need needs thank thanks hello hi sorry okay ok case cases way ways time long however although though additionally otherwise
    instead therefore otherwise rather already soon now today's get gets got go goes take takes give gives use uses using used ask say see
    tell know want happen happens that's it's you're we're don't doesn't isn't can't won't you'll we'll there's
"""
_EN_FREE = frozenset(_EN_PLAIN.split())
_ZH_FREE = re.compile(
    r"如果|的话|请您?|您好?|你|我们|我行|我|这样|这个|这些|那么|就是|就会|就|也就是说|也|了|的|地|吗|呢|吧|啊|哦|呀|着|过|会|是|在|把|被|给|让|向|对于|对|跟|和|与|"
    r"及|以及|或者?|并|还|再|都|而|但是?|因为|所以|为了|为|之|其|该|此|即|若|当|时候?|时|候|到|去|从|上|下|中|里|一个|一张|一笔|一下|需要?|可以?|必须|要|能|不|没有?|有|只|先|后|前"
)
_IRREGULAR = {
    "sent": "send", "paid": "pay", "lent": "lend", "held": "hold", "kept": "keep", "lost": "lose", "made": "make", "given": "give",
    "told": "tell", "spent": "spend", "bought": "buy", "found": "find", "left": "leave", "said": "say", "taken": "take", "sold": "sell",
    "chosen": "choose", "written": "write", "shown": "show", "stolen": "steal", "cancelled": "cancel", "cancelling": "cancel",
    "stopped": "stop", "stopping": "stop", "running": "run", "getting": "get", "brought": "bring", "went": "go", "gone": "go",
}  # fmt: skip
_ZH_COUNT = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+[个张笔份条家位种名段项次]?")
_STEM = re.compile(r"(?:ations?|ments?|ings?|ied|ies|ed|es|s|ly|'s|e|y)$")
_NAME_FLAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt"})
_ORGANISATION = re.compile(
    r".+(?:银行|公司|法院|委员会|总局|分局|公安局|派出所|协会|集团|支行|分行|检察院|人民政府|营业部)$"
)
_PERSON = re.compile(
    r"[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹章苏潘葛范彭鲁韦马方任袁柳唐罗薛雷贺汤罗郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛米戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万柯管卢莫房丁邓洪包左石崔吉龚程邢裴陆荣翁储靳段侯全秋仲伊宫刘叶白蒲从索籍赖卓蔺屠蒙池乔]"
    r"(?:先生|女士|小姐|经理|主任|行长|老师|警官|科长|主管|律师)"
)
_QUOTED = re.compile(r"《([^》]+)》|“([^”]+)”|\"([^\"]+)\"|「([^」]+)」")


def content(text: str, locale: Locale) -> list[str]:
    """What a sentence is about: character pairs in Chinese, word stems in English; grammar and politeness left out."""
    words = [_stem(word) for word in _LATIN.findall(text) if word.lower() not in _EN_FREE]
    if locale == "en":
        return words
    for run in _HAN.findall(_ZH_FREE.sub(" ", _ZH_COUNT.sub(" ", text))):
        words += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return words


def _stem(word: str) -> str:
    low = word.lower().replace("’", "'").removesuffix("'s")
    low = _IRREGULAR.get(low, low)
    short = _STEM.sub("", low)
    return short if len(short) >= 3 else low


def names(sentence: str, known: str, locale: Locale) -> list[str]:
    """People, places, organisations, documents and quoted words that ``known`` does not hold."""
    low = known.lower()
    found = [name for groups in _QUOTED.findall(sentence) for name in groups if name and name.lower() not in low]
    if locale == "en":
        return found + _english(sentence, known)
    found += [word for word in _LATIN.findall(sentence) if word.lower() not in low]
    found += [hit for hit in _PERSON.findall(sentence) if hit not in known]
    for word, flag in _tagged(sentence):
        named = (flag in _NAME_FLAGS and len(word) > 1) or _ORGANISATION.match(word) is not None
        if named and word not in known:
            found.append(word)
    return found


def _english(sentence: str, known: str) -> list[str]:
    """Capitalised words that the passages do not have; the first word of a sentence must be known or a plain one."""
    stems = {_stem(word) for word in _LATIN.findall(known)}
    found = []
    for hit in _LATIN.finditer(sentence):
        word = hit[0]
        if word[0].isupper() and word.lower() not in _EN_FREE and _stem(word) not in stems:
            found.append(word)
    return found


def foreign_form(sentence: str, known: str, locale: Locale) -> str | None:
    """Markup, a link, a control character or the other language's script, where the passages have none of it."""
    hit = next((hit for hit in _FORM.finditer(sentence) if hit[0] not in known), None)
    if hit is not None:
        return hit[0]
    han = sum(len(run) for run in _HAN.findall(sentence))
    if locale == "en":
        return "Chinese" if han else None
    return "no Chinese" if han == 0 and len(_LATIN.findall(sentence)) > 1 else None


def _tagged(sentence: str) -> list[tuple[str, str]]:
    return [(str(pair.word), str(pair.flag)) for pair in _tagger().cut(sentence)]


@lru_cache(maxsize=1)
def _tagger() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import logging

        import jieba
        from jieba import posseg
    jieba.setLogLevel(logging.WARNING)
    return posseg.POSTokenizer()
