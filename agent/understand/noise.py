"""Slips of fingers, ears and tongues, for training and for measuring: seeded, one text in, one text out."""

from __future__ import annotations

import random
from functools import cache

from agent.understand.text import is_chinese, syllables

_ZH_FILLERS = ("嗯", "那个", "呃", "就是", "喂", "这个", "你好", "哎", "那啥", "我说", "请问", "麻烦")
_EN_FILLERS = ("um", "uh", "well", "so", "hi", "hello", "like", "please", "hey", "ok so", "er")
_ZH_TAILS = ("啊", "吧", "呗", "哈", "谢谢", "呀", "啦", "嘛")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_COMMON = (
    "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当"
    "想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女"
    "问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住"
    "员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许"
    "八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办卡"
    "转帐账挂失查余额限销户换激活冻结锁密码网点取款存款期骗诈投诉扣费签约代缴验证号尾末姓址证件临时补领理财险测评预约购汇副授权撤消延迟"
)


@cache
def _same_sound() -> dict[str, str]:
    by_sound: dict[str, str] = {}
    for char in dict.fromkeys(_COMMON):
        key = syllables(char)[0]
        by_sound[key] = by_sound.get(key, "") + char
    return by_sound


def _homophone(text: str, rng: random.Random) -> str:
    spots = [i for i, c in enumerate(text) if len(_same_sound().get(syllables(c)[0], c)) > 1 and is_chinese(c)]
    if not spots:
        return text
    i = rng.choice(spots)
    others = [c for c in _same_sound()[syllables(text[i])[0]] if c != text[i]]
    return text[:i] + rng.choice(others) + text[i + 1 :] if others else text


def _drop(text: str, rng: random.Random) -> str:
    if len(text) < 5:
        return text
    if is_chinese(text):
        i = rng.randrange(len(text))
        return text[:i] + text[i + 1 :]
    words = text.split()
    if len(words) < 4:
        return text
    del words[rng.randrange(len(words))]
    return " ".join(words)


def _swap(text: str, rng: random.Random) -> str:
    if len(text) < 4:
        return text
    i = rng.randrange(len(text) - 1)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _typo(text: str, rng: random.Random) -> str:
    spots = [i for i, c in enumerate(text) if c.isascii() and c.isalpha()]
    if not spots:
        return _homophone(text, rng)
    i = rng.choice(spots)
    row = next(r for r in _KEYS if text[i].lower() in r)
    near = row[max(0, row.index(text[i].lower()) - 1) : row.index(text[i].lower()) + 2].replace(text[i].lower(), "")
    return text[:i] + rng.choice((rng.choice(near), text[i] * 2, "")) + text[i + 1 :]


def _filler(text: str, rng: random.Random) -> str:
    if not is_chinese(text):
        return f"{rng.choice(_EN_FILLERS)} {text}"
    return (
        f"{rng.choice(_ZH_FILLERS)}{rng.choice(('', '，'))}{text}"
        if rng.random() < 0.6
        else text + rng.choice(_ZH_TAILS)
    )


def _stutter(text: str, rng: random.Random) -> str:
    if is_chinese(text):
        n = min(len(text), rng.choice((1, 2)))
        return text[:n] + text
    first, _, rest = text.partition(" ")
    return f"{first} {first} {rest}".strip()


def _unpunctuated(text: str, rng: random.Random) -> str:
    kept = "".join(c for c in text if c not in "，。！？、；,.!?;")
    return kept.lower() or text


_OPERATORS = (_homophone, _homophone, _drop, _swap, _typo, _filler, _filler, _stutter, _unpunctuated)


def noisy(text: str, rng: random.Random, slips: int = 1) -> str:
    """``text`` with ``slips`` random slips: homophones, typos, dropped and swapped characters, fillers, stutters."""
    for _ in range(slips):
        text = rng.choice(_OPERATORS)(text, rng)
    return text
