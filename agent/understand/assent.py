"""Yes, no, and what only looks like one of them.

A yes is a yes only when the whole utterance is made of yes-words: anything left over (a doubt, a question, a wish) makes
it something else. This is deliberately strict, because money moves on it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from agent.understand.text import bare, is_chinese, sound

Answer = Literal["yes", "no", "hold", "again", "murmur"]

_ZH_YES = (
    r"好的呀|好的呢|好的|好嘞|好滴|好哒|好呀|好啊|好吧|好哇|好|行的|行吧|行啊|行呀|行了|行|可以的|可以了|可以|没问题|没错|没毛病|没意见|对的|对呀|对啊|"
    r"对|是的呢|是的|是啊|是呀|是|确认无误|确认了|确认|确定了|确定|核对无误|无误|同意|我同意|准了|就这样|就这么办|这么办|照办|照做|一件一?件(?:地|慢慢)?(?:来|办)?吧?|都?办好吧?|就这个|就办这个|就办它|办这个|就它|妥|要得|中|"
    r"要的|要啊|要|需要|转过去吧?|转接吧?|拦下来吧?|拦住吧?|快拦住?|拦吧|拦|停掉吧?|快停|停下来|止付吧?|帮我拦|赶快|得嘞|成交|成|ok啦|okay|ok|yes|yeah|yep|必须的|当然可以|当然|继续吧|继续|来吧|开始吧|就按这个办|按这个来|按这个办|办理|办吧|给我办|帮我办|办|转吧|"
    r"对着[咧呢嘞]?|对[滴格额头]|恩对|中嘞|妥了|是[嘀嘞]|是这个|正确|无误|肯定|得|系[啊㗎]?|冇错|一点不差|没搓|你?[念说讲]得?的?都?对|"
    r"(?:就|那就)?[照按][着你您]*这?[说念讲读样个]?的?(?:来|办|弄|做|整)?吧?(?<=[来办弄做整的样吧])|就这[么样]子?(?:定|着|整|弄|办|做|来)?[了吧]?|就是(?:它|他|她|这个|这张|那个|那张)?|"
    r"[你您]?[弄整]吧|整起来?|搞起来?|走起|就转这些|确认转账|我?知道风险|是?我?本人(?:的?意思|要办)?|数?都?没错|好[咯嘛]|"
    r"转账吧|打过去吧|换吧|补吧|开吧|注销吧|销吧|激活吧|提交吧|提交|执行吧|锁吧|挂失吧|撤销吧|撤吧|取消吧|停吧|去办吧|快办|办理吧|就转|转|中的|对对|嗯哪|使得|没得问题|晓得了"
)
_ZH_FILLER = r"嗯+|啊|哦+|噢|呃|额|那个|那就|那|就|都|我|我这边|这边|请|麻烦[你您]了?|麻烦|帮我|给我|吧|了|啦|的|呀|呢|哈|嘛|哟|谢谢你?|谢谢您|多谢|小岚|现在|马上|赶紧|快点?|信息|内容|(?:核对|核实|检查|看|听|读|念)(?:过|好|清楚?|完|仔细)了?"
_ZH_YES_ALL = re.compile(rf"(?:(?:{_ZH_FILLER})\s*)*(?:{_ZH_YES})(?:\s*(?:{_ZH_YES}|{_ZH_FILLER}))*", re.I)
_EN_YES = (
    r"yes|yeah|yep|yup|yea|aye|sure thing|sure|ok|okay|correct|right|that's right|that is right|that's correct|that is correct|exactly|"
    r"confirmed|confirm|i confirm|i agree|agreed|agree|absolutely|definitely|certainly|of course|go ahead|go for it|do it|proceed|please do|sounds good|"
    r"all good|looks good|looks right|looks correct|perfect|fine|that's fine|fine by me|affirmative|let's do it|let's go|send it|make it so|good to go|"
    r"y|yes+|yas|yessir|ya|alright|all right(?: then)?|okie|okey(?: dokey)?|ok+|that's (?:it|me|mine|the one|the ticket|grand|my card|what i (?:want|said))|(?:it's|it is|they're|all) correct|"
    r"you got it|u got it|go on(?: then)?|go|carry on|approved?|i approve|100%|spot on|right you are|by all means|for sure|no problem|no objections?|roger|green light|fire away|done deal|"
    r"everything(?:'s| is)? (?:matches|right|correct|fine)|i'm happy with (?:that|it)|(?:looks|sounds) (?:about )?right(?: to me)?|yes i want that|submit|do that|do it la|dui|shi de|shi|hao de|keyi|queren|"
    r"stop it|block it|stop the transfer|stop that transfer|all correct|i'm sure|i am sure|please proceed|please go ahead|i accept|accept|great|i consent|i do consent|i give my consent|consent|you may"
)
_EN_FILLER = (
    r"uh+|um+|mm+|well|oh|ah|so|then|please|thanks|thank you|now|it|with it|that|to that|i|do|indeed|and|just|to|"
    r"kindly|sir|ma'am|madam|dear|hon|la|lah|abeg|only|as read|all of it|exactly|i(?:'ve)? read it(?: twice)?|"
    r"i've checked(?: it| that)?|i have checked(?: it| that)?|i checked(?: it)?|checked|it's"
)
_EN_YES_ALL = re.compile(rf"(?:(?:{_EN_FILLER})\s+)*(?:{_EN_YES})(?:\s+(?:{_EN_YES}|{_EN_FILLER}))*", re.I)
_ZH_NO = (
    r"不|不用了?|不要了?|不了|不行|不可以|不同意|我不同意|拒绝|我拒绝|不确认|不确定|不是的?|不对|不想|不想弄了|不办|不转|别转了?|别办了?|否|没有了?|没了|no|nope|"
    r"不需要了?|不愿意|不接受|不授权|先不|先不办了?|先不转了?|不好|不刷脸|不想刷脸|不给刷|甭了|免了|不必了?|不确认了"
)
_ZH_NO_ALL = re.compile(rf"(?:(?:{_ZH_FILLER})\s*)*(?:{_ZH_NO})(?:\s*(?:{_ZH_NO}|{_ZH_FILLER}))*", re.I)
_EN_NO = (
    r"no|nope|nah|negative|don't|do not|not now|i don't agree|i do not agree|i disagree|i refuse|refuse|decline|i decline|no way|please don't|"
    r"don't do it|i don't want to|not really|no need|i'd rather not|i would rather not|rather not|never mind|incorrect|wrong|not ok|not okay"
)
_EN_NO_ALL = re.compile(rf"(?:(?:{_EN_FILLER})\s+)*(?:{_EN_NO})(?:\s+(?:{_EN_NO}|{_EN_FILLER}))*", re.I)
_HOLD = re.compile(
    r"再想想|再想一想|想一下|想想|考虑|等等|等一下|等一等|等会|等下|稍等|慢着|且慢|先别|别急|别慌|先不|没想好|再说吧|回头再|犹豫|缓缓|停一下|打住|再看看|不太?确定|拿不准|还不能|"
    r"\bwait\b|hold on(?! (?:me|us|my|our|file)\b)|hang on|one moment|just a (?:second|sec|minute|moment)|let me think|think about it|not sure|not yet|maybe later|stop there|"
    r"give me a (?:second|minute|moment)|hesitat|need to think|having second thoughts|second thoughts|\bpause\b",
    re.I,
)
_ASKED_EN = re.compile(
    r"(?:which|what|why|how|when|where|who|do|does|did|is|are|was|must|should)\b", re.I
)  # "why must it wait"
_GREETING = re.compile(r"(?:(?:你|您|大家)们?好|早上好|上午好|下午好|晚上好|hello|hi|hey)(?:[呀啊哈])?", re.I)
_MURMUR = re.compile(r"(?:嗯+|呃+|额+|啊+|哦+|噢+|唔+|hm+|mm+|um+|uh+|er+|uh-?huh|mm-?hmm?)+", re.I)
_QUESTION = re.compile(r"[?？]|吗|么$|呢$")
_ECHO = re.compile(
    r"(?:是|要|我)?(?:确认|确定|同意|好|行|可以|对|是)(?:了)?(?:吗|么|嘛)?|confirm|sure|ok(?:ay)?|yes|right|really|what|huh|pardon|sorry|(?:and )?why(?: not)?|啥|什么|嗯+|啊+|哈",
    re.I,
)
_WHY_NOT = re.compile(r"why not", re.I)
_ACK = re.compile(
    r"知道|明白|清楚|了解|收到|懂了|晓得|记住|记下|看完|听到|听明白|读完|阅读|看过|understood|understand|got it|noted|i see|i know|read it|i've read|clear|"
    r"下一步|继续|接着|往下|next|continue|go on|carry on|makes sense",
    re.I,
)
_NOT_ACK = re.compile(
    r"不(?:太|大|是很|怎么)?(?:知道|明白|清楚|了解|懂)|没(?:太|大|听|看)?(?:明白|懂|清)|don't (?:understand|get|know)|not clear|confus|吗|[?？]|为什么|怎么|how|why|what",
    re.I,
)


@cache
def _heard_yes() -> frozenset[tuple[str, ...]]:
    """How recognisers write "确认", "确定" and "同意" when they mishear them; only looked at where a yes is awaited."""
    return frozenset(
        sound(word) for word in ("确认", "确认了", "我确认", "去人", "去认", "确定", "确定了", "去定", "同意")
    )


def answer(text: str) -> Answer | None:
    """How ``text`` answers a yes-or-no question, or None where it is not an answer to one.

    ``hold`` is a doubt ("我再想想", "等等"), ``again`` a question back ("确认吗?", "嗯?"), ``murmur`` a sound that commits to
    nothing.
    """
    low = bare(text)
    words = re.sub(r"\s*[,，。.!！、~～;；…]+\s*", " ", low).strip()
    if (_QUESTION.search(text) or _WHY_NOT.fullmatch(words)) and (
        not words or _ECHO.fullmatch(bare(re.sub(r"[?？]", "", words)))
    ):
        return "again"
    if not words or _GREETING.fullmatch(words):
        return None
    trailing = re.search(r"(?:…|\.\.\.?|。。+)\s*$", text) is not None
    if _HOLD.search(words) and len(words) <= 40 and not _ASKED_EN.match(words):
        return "hold"
    if _QUESTION.search(text):
        return None
    if _MURMUR.fullmatch(words):
        return "murmur"
    if _ZH_NO_ALL.fullmatch(words) or _EN_NO_ALL.fullmatch(words):
        return "no"
    if _ZH_YES_ALL.fullmatch(words) or _EN_YES_ALL.fullmatch(words):
        return "hold" if trailing else "yes"
    if is_chinese(words) and sound(words) in _heard_yes():
        return "hold" if trailing else "yes"
    return None


def acknowledges(text: str) -> bool:
    """ "知道了", "got it" and plain yes: the lesson was heard."""
    if _NOT_ACK.search(text):
        return False
    said = answer(text)
    return said in ("yes", "murmur") or (said is None and _ACK.search(text) is not None and len(text) <= 40)
