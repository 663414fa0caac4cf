"""What the voice itself says, and the few words it must know: the rest is the turn core's."""

from __future__ import annotations

import re

from voice.hearing.port import Awaited, Heard, Hints, Locale

UNMADE = ((0.9, 0.15), (0.6, 0.4))  # seconds of voice, and the confidence below which so short a one is a murmur
HALF_WORDS_MAX = 7  # of what may be the first half of a sentence; two Chinese characters are a word
UNCLEAR = 0.15  # confidence below which hardly a word is right; a whole wish is above 0.4 nearly always

_SAID: dict[str, tuple[str, str]] = {
    "queued": (
        "现在用语音的客户较多，您排在第{place}位。您可以先打字，我一样帮您办。",
        "Many customers are talking to me now; you are number {place} in line. You can type meanwhile, I will help you just the same.",
    ),
    "microphone-none": (
        "我没有找到麦克风。您打字就行，我会念给您听。",
        "I cannot find a microphone. Please type; I will read my answers to you.",
    ),
    "microphone-refused": (
        "麦克风没有打开。可以在浏览器的设置里允许，也可以打字，我会念给您听。",
        "The microphone is not allowed. You can allow it in the browser's settings, or type; I will read my answers to you.",
    ),
    "microphone-lost": (
        "麦克风断开了。接好以后我接着听，您也可以打字。",
        "The microphone was disconnected. I go on listening when it is back; you can also type.",
    ),
    "too-long": ("我先打断您一下，刚才说的我先办。", "Let me stop you there and begin with what you said."),
    "not-understood": ("抱歉，我没有听清，请您再说一次。", "Sorry, I did not catch that. Please say it again."),
    "code-not-understood": (
        "抱歉，我没有听清。请一个数字一个数字慢慢说，也可以在屏幕上输入。",
        "Sorry, I did not catch that. Please say the digits slowly, one after the other, or type them on the screen.",
    ),
    "failed": ("抱歉，刚才没有办成，请您再说一次。", "Sorry, that did not work. Please say it again."),
    "hearing-missing": (
        "我现在听不到声音。请您打字，我一样帮您办。",
        "I cannot hear right now. Please type, I will help you just the same.",
    ),
    "speaking-missing": (
        "我现在发不出声音，回答会写在屏幕上。",
        "I cannot speak right now. My answers are on the screen.",
    ),
}

_MURMUR = re.compile(
    r"(?:[嗯唔呃额哦噢喔啊哎诶欸哈呵]+|对+(?:的|啊|呀|对)*|是+(?:的|啊|呀|吧)?|好+(?:的|吧|呀|嘞)?|行+(?:吧|的)?|明白(?:了)?|了解(?:了)?|知道了?|这样(?:啊|子)?|原来如此"
    r"|o+k(?:ay)?|u+h(?:u+h)?|huh|m+(?:h?m+)*|hmm*|yeah|yep|yes|right|sure|i see|got it|oh|ah|aha|alright|good|fine|of course|really|cool)+",
    re.IGNORECASE,
)
_BREAKS = re.compile(
    r"停|听|等|别|不|慢|转|取消|算了|重|再|什么|啥|谁|哪|怎|人工|专人|喂|卡|钱|余|挂失|锁|\b(?:stop|wait|no|nope|not|hold|cancel|what|why|how|sorry|pardon|again|help|person|human|hey|hello|cards?|money|balance|lost)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s，。、！？,.!?…~\-]+")
_DANGLING_ZH = re.compile(
    r"(?:然后|还有|就是|那个|这个|因为|所以|但是|不过|如果|或者|转给|转到|转账给|我想|我要|我想要|帮我|请问|比如|给|把|从|跟|和|的话|嗯|呃|用|向|为)$"
)
_DANGLING_EN = re.compile(
    r"\b(?:and|or|but|then|because|so|if|to|from|for|the|a|an|my|with|of|is|i want|i would like|i'd like|can you|could you|please|um+|uh+|er+|like"
    r"|(?:to|you) (?:send|know|ask|give|set|tell me|tell me about))$",
    re.IGNORECASE,
)
# what is asked or supposed first, and what has to come after it; the first without the second is half a sentence ("我想" is often
# heard as "不想")
_HALVES = (
    (r"^(?:那|嗯|那个|就是)? ?(?:请问|我?想问|问一?下)(?:一下|下)?", r"[吗嘛么呢哪几谁怎啥]|什么|多少|多久|为何|是不是|有没有|能不能|可不可以|要不要|一下$"),
    (r"^(?:那|嗯|那个|我想问)? ?(?:如果|要是|假如|万一|假设)", r"[吗嘛么呢哪几谁怎啥]|什么|多少|办|会|应该|该|能|就|可以|要不要|请|帮|想|先"),
    (r"^(?:那|嗯|我想要?|不想|我要|帮我|请|麻烦|给我|想|要| )*把", r"[改降升提调转锁停关换销消挂撤删弄办退给存解激查发还掉了到成开拿取设加减上下]"),
    (r"^(?:那|嗯|我想要?|不想|我要|帮我|请|麻烦|想|要| )+(?:给|替|往|向)", r"[转汇打付存还发交充查办开换说寄买看改写做设]|多少|[\d一二两三四五六七八九十百千万]+[块元]"),
    (r"^(?:那|嗯|你|请|麻烦|帮我|给我|我想|我要|能不能| )+(?:查|看|问|说|办)(?:一?下|看|看看)?(?![一-鿿])", r"\S"),
    (
        r"^(?:so |and |but |well |um+ |uh+ )*(?:if|in case|suppose|supposing)\b",
        r"\b(?:what|how|who|where|why|which|should i|must i|can i|do i|will|would|could|can you|is it|is there|are there|then|please|tell me|i want|i need)\b",
    ),
)  # fmt: skip
_DIGITS = re.compile(r"\d")
_OTP_DIGITS, _TAIL_DIGITS = 6, 4


def fixed_sentences() -> list[tuple[str, Locale]]:
    """All of them, in both languages, ``{places}`` included: they can be kept as sound."""
    return [said for zh, en in _SAID.values() for said in ((zh, "zh-CN"), (en, "en"))]


def said(code: str, locale: Locale, **values: int) -> str:
    """One of the voice's own sentences, for eyes and ears alike."""
    zh, en = _SAID[code]
    return (zh if locale == "zh-CN" else en).format(**values)


def is_murmur(text: str) -> bool:
    """ "嗯", "对对", "uh-huh", "okay": the customer listens, and says so."""
    bare = _BETWEEN.sub(" ", text).strip()
    return bool(bare) and all(_MURMUR.fullmatch(word) for word in ([bare] if _MURMUR.fullmatch(bare) else bare.split()))


def is_aside(heard: Heard, voice_s: float, hints: Hints) -> bool:
    """Said while she speaks and meant for nobody: a murmur, or a sound that is so short and so little made out that it is most
    likely one ("嗯" is heard as "and", "mm-hmm" as "I'm home"). What could stop her or be an answer is none.

    Args:
        voice_s: from its first sound to its last.
    """
    text = heard.text.lower()
    if is_murmur(text):
        return True
    meant = _BREAKS.search(text) or _DIGITS.search(text) or any(word.lower() in text for word in hints.words)
    if heard.repairs or meant:
        return False
    return any(voice_s <= short and heard.confidence < least for short, least in UNMADE)


def is_clear(heard: Heard, hints: Hints) -> bool:
    """Whether it may be what the customer said to her: not where it was hardly made out and nothing in it is possible now."""
    if heard.confidence >= UNCLEAR or heard.repairs:
        return True
    digits = hints.awaited in {"otp", "tail", "amount"} and _DIGITS.search(heard.text) is not None
    text = heard.text.lower()
    return digits or is_murmur(text) or any(word.lower() in text for word in hints.words)


def is_whole(text: str, awaited: Awaited | None) -> bool | None:
    """Whether the words themselves say that the utterance is over (True) or is not (False); None: they do not tell."""
    bare = _BETWEEN.sub(" ", text).strip()
    digits = len(_DIGITS.findall(bare))
    match awaited:
        case "otp" if digits:
            return digits >= _OTP_DIGITS
        case "tail" if digits:
            return digits >= _TAIL_DIGITS
        case "confirm" | "choice" | "rating" if is_murmur(bare):
            return True
    dangling = _DANGLING_ZH.search(bare) or _DANGLING_EN.search(bare)
    return False if dangling or any(_is_half(bare, *halves) for halves in _HALVES) else None


def _is_half(bare: str, first: str, second: str) -> bool:
    begun = re.search(first, bare, re.IGNORECASE)
    if len(re.findall(r"[一-鿿]{1,2}|[^\s一-鿿]+", bare)) > HALF_WORDS_MAX:
        return False  # both halves are there, in words that nobody thought of
    return begun is not None and not re.search(second, bare[begun.end() :], re.IGNORECASE)
