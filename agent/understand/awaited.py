"""The exact stage: what the words mean as an answer to what was just asked."""

from __future__ import annotations

import re

from agent.commands import Acknowledge, Chitchat, Command, Confirm, Correct, Deny, Repeat, SetSlots
from agent.understand import corrections
from agent.understand.assent import acknowledges, answer
from agent.understand.grammar.amounts import find_amounts
from agent.understand.grammar.identifiers import find_code
from agent.understand.grammar.numbers import spoken_digits
from agent.understand.grammar.picks import find_rating, pick
from agent.understand.port import Hearing, ParamKind
from agent.understand.shared import settles
from agent.understand.slots import extract, params_of, service_slots
from agent.understand.text import bare, is_chinese

_RESEND = re.compile(
    r"没(?:有)?收到|收不到|重(?:新)?发|再发|过期|resend|send (?:it|the code|another|a new)|new code|(?:didn'?t|not|haven'?t) (?:get|got|receive)|expired",
    re.I,
)
_UNSEEN = re.compile(
    r"(?:验证码|短信|码).{0,6}(?:没|看不|找不|不见|丢|删).{0,3}(?:看|到|见|了|掉)|\b(?:can'?t|cannot|didn'?t) (?:see|find|read)\b.{0,12}\b(?:code|text|message)",
    re.I,
)
_HOW_LONG = re.compile(r"多久|多长|几分钟|什么时候|how long", re.I)
_DONE = re.compile(
    r"(?:好了|拍好了|拍完了|可以了|完成了?|弄好了|准备好了|上传了|扫完了|done|ready|finished|uploaded|i'm ready|all set)[吧啊呀]?",
    re.I,
)
_REFUSES = re.compile(
    r"(?:不想|不愿意?|不要|不给|不肯|拒绝|别|不同意|能不能不|可以不).{0,6}(?:刷脸|人脸|扫脸|拍脸|采集|授权|露脸)|^(?:那|那我|我|算了)*(?:不|别)(?:想)?(?:刷|拍|扫)(?:脸|了)+[吧。！!]*$|\b(?:refuse|don'?t want|no|rather not|without|not comfortable).{0,25}\b(?:face|facial|photo|scan|biometric)",
    re.I,
)
_NOT_CLEAR = re.compile(
    r"(?:我|还是|也|真的?|有点|这个?|那个?)*(?:不(?:太|大|是很)?(?:懂|明白|清楚|理解)|没(?:太|怎么)?(?:看|听|搞|弄)?(?:懂|明白|清楚?))[啊呀了吧]*|(?:sorry,? )?i (?:still )?(?:don'?t|do not) (?:understand|get it|follow)(?: (?:it|that|this))?",
    re.I,
)
_OUT_OF_FIVE = re.compile(r"\d{1,3}\s*(?:分|星|stars?|points?|/\s*\d+)?", re.I)
_QUESTION = re.compile(
    r"[?？]|吗$|呢$|么$|怎么|为什么|多少|什么|哪|\b(?:what|how|why|when|which|where|who|can|does|is|are|do)\b.*\?", re.I
)
_SHORTCUT = re.compile(
    r"(?:不用|不要|别要?|甭|跳过|略过|免(?:了|去)?|省(?:了|去|掉)|绕(?:过|开)|用不着|无需|没必要|不想|不需要).{0,6}(?:验证|核实|核验|确认|证件|刷脸|人脸|答题|题目?|提醒|教育|这一?步|步骤|流程|问)"
    r"|(?:验证码?|核实|核验|提醒|答题|题目?|这一?步).{0,4}(?:别要|不要|不用|跳过|免|省|算)了?"
    r"|\b(?:skip|ignore|bypass|waive|forget|without|no need for|drop|omit)\b.{0,24}\b(?:code|otp|verification|verify\w*|check\w*|id|quiz|question|warnings?|steps?|security|confirm\w*)\b"
    r"|\b(?:don'?t|do not|no) need\b.{0,20}\b(?:code|otp|verif\w*|checks?|id|quiz|warnings?|confirm\w*)\b",
    re.I,
)
_OTHER_WAY = re.compile(
    r"(?:还能|还可以|那)?(?:怎么|咋|如何)(?:办|弄|做|核)|(?:别的|其他|其它|另外的?)(?:办法|方式|途径|选择)|\b(?:how else|(?:an)?other (?:way|option)|instead|alternative)",
    re.I,
)
_COST = re.compile(
    r"(?:那|那么|这个?|办|它|一共|总共|大概|得|要|需要|收|我)*(?:多少钱|几块钱?|多少费用?|花多少钱?|什么价|收不?收费|要不?要钱|贵不贵|免费)(?:的|了|吗|么|呢|啊|呀|哦|[?？])*|"
    r"(?:and |so |but |ok,? )?(?:how much(?: is (?:it|that|this)| does (?:it|that|this) cost| will (?:it|that) (?:be|cost)| do i pay)?|what does (?:it|that) cost|is (?:it|that|this) free)[?？]*",
    re.I,
)
_WAIT_LEAD = re.compile(
    r"(?:等等|等一?下|等会儿?|稍等|慢着|且慢|先别|先等等|wait|hold on|hang on)(?: a (?:second|sec|minute|moment))?\s*[,，。!！.]\s*",
    re.I,
)
_CODE_ALONE = re.compile(r"\W*\d(?:[\s-]?\d){5}\W*")
_PART_OF_CODE = re.compile(r"\d{1,8}")
_TAIL_ALONE = re.compile(r"(?:就是|是|尾号(?:是)?)*\s*(\d{4})\s*(?:那张|那个|的|卡|账户|呀|啊|吧|[。.!！])*")
_CODE_NAMED = re.compile(
    r"(?:验证码|校验码|动态码)[^\d,，]{0,4}\d(?:[\s-]?\d){3,7}|\b(?:code|otp)\b[^\d,]{0,8}\d(?:[\s-]?\d){3,7}", re.I
)
_STEPS = ("otp", "document", "face", "confirm")
_DIGIT = re.compile(r"[\d一二两三四五六七八九十百千万]")
CODE_DIGITS = 6
_YES_AND = re.compile(r"(.+?)(?:[,，。;；!！]\s*|\s+)(.+)")
_GOES_ON = re.compile(
    r"(?:我|就是|就|要|想|请|帮我|给我|麻烦)*(?:[换改办弄开补销提调降转停锁解]{1,2})?(?:一下|掉|吧|了|这个|它|的|啊|呀)*|"
    r"(?:please |just |i want to |let's |that'?s what i (?:want|need))?(?:do|change|replace|open|close|raise|lower)?(?: (?:it|that|this|please|now|for me))*",
    re.I,
)
_ALL_SAME = re.compile(r"都(?:不是|不对|不要|没有)|没有(?:我要的|对的)|none of|neither", re.I)
SHORT_ZH, SHORT_EN = 16, 9


def is_short(text: str) -> bool:
    """Short enough to be nothing but an answer."""
    return len(re.sub(r"\s", "", text)) <= SHORT_ZH if is_chinese(text) else len(text.split()) <= SHORT_EN


def asks_cost(text: str, hearing: Hearing) -> bool:
    """ "多少钱？" in the middle of a service is about that service and not about what is in the account."""
    return hearing.service not in (None, "account.balance") and _COST.fullmatch(bare(text)) is not None


def after_wait(text: str, hearing: Hearing) -> str | None:
    """The question behind a "wait" ("等等，里面没钱吧？"): it is answered, and the read-back waits all the same."""
    match = _WAIT_LEAD.match(text) if hearing.pending == "confirm" and hearing.service is not None else None
    rest = "" if match is None else text[match.end() :].strip()
    return rest if rest and (is_question(rest) or rest.endswith("吧")) and answer(rest) is None else None


def _skips(text: str) -> bool:
    """Whether a step is to be skipped; who asks for another way to take it does not want that."""
    return _SHORTCUT.search(text) is not None and _OTHER_WAY.search(text) is None


def is_number(text: str) -> bool:
    """A lone number or mark out of five, which says nothing where nothing was asked."""
    return re.fullmatch(r"[\d一二两三四五]\s*(?:分|颗?星|stars?|points?)?", bare(text), re.I) is not None


def is_question(text: str) -> bool:
    """By its form; a request in the form of a question counts too."""
    return _QUESTION.search(text) is not None


def reply(text: str, hearing: Hearing) -> Command | None:
    """The command that ``text`` is as an answer to ``hearing.pending``; None where it is something else."""
    if hearing.pending in _STEPS and _skips(text):
        return Chitchat(topic="shortcut")
    match hearing.pending:
        case "confirm" | "consent":
            return _yes_or_no(text, consent=hearing.pending == "consent")
        case "acknowledge":
            return _heard(text)
        case "otp":
            return _code(text, hearing)
        case "quiz" | "options":
            return _choice(text, hearing)
        case "rating":
            return _rating(text)
        case "slot" if hearing.slot_kind == "text" and answer(text) in ("yes", "again", "murmur"):
            return Repeat()  # "好的" is no purpose
        case "slot" if hearing.slot_kind == "text" and answer(text) == "no":
            return Deny()
        case "slot" if (
            answer(text) == "hold" and is_short(text) and find_code(text) is None and not _DIGIT.search(text)
        ):
            return Repeat()
        case "document" | "face":
            return _shown(text)
        case _:
            return None


def _yes_or_no(text: str, *, consent: bool) -> Command | None:
    if consent and _REFUSES.search(text):
        return Deny()
    match answer(text):
        case "yes":
            return Confirm()
        case "no" if _says_wrong(text) and not consent:
            return None
        case "no" | "hold":
            return Deny()
        case "again" | "murmur":
            return Repeat()
        case _:
            return None


def _says_wrong(text: str) -> bool:
    """ "不对": something is to be corrected, which is more than a no."""
    return (
        re.fullmatch(
            r"(?:不对|错了|搞错了|弄错了)(?:[,，\s]*(?:不对|错了))*|wrong|incorrect|that's (?:wrong|not right)",
            bare(text),
            re.I,
        )
        is not None
    )


def _heard(text: str) -> Command | None:
    if _NOT_CLEAR.fullmatch(bare(text)):
        return Repeat()
    if acknowledges(text):
        return Acknowledge()
    match answer(text):
        case "no":
            return Deny()
        case "hold" | "again":
            return Repeat()
        case _:
            return Chitchat(topic="shortcut") if _skips(text) else None


def _code(text: str, hearing: Hearing) -> Command | None:
    if (part := _PART_OF_CODE.fullmatch(text.strip())) is not None and part[0] not in (
        *hearing.accounts,
        *hearing.cards,
    ):
        return SetSlots(slots={"otp": part[0]})  # digits and nothing else: of the code, never an amount
    code = find_code(text)
    if code is not None and len(code) != CODE_DIGITS and corrections.marks_correction(text):
        return None  # "不是，尾号是8888": a number is mended
    if code in (*hearing.accounts, *hearing.cards):
        return None  # "从3021那张转": something is mended, no code is tried
    if code is not None and (is_short(text) or re.search(r"验证码|码|code|otp", text, re.I)):
        return SetSlots(slots={"otp": code})
    if (_RESEND.search(text) or _UNSEEN.search(text)) and not _HOW_LONG.search(text):
        return Repeat()
    if answer(text) == "no":
        return Deny()
    return Repeat() if answer(text) is not None else None


def _choice(text: str, hearing: Hearing) -> Command | None:
    quiz = hearing.pending == "quiz"
    if _ALL_SAME.search(text) and not quiz:
        return Deny()
    if quiz and _NOT_CLEAR.fullmatch(bare(text)):
        return Repeat()
    chosen = pick(text, hearing.choices, likeness=quiz or not is_question(text))
    if chosen is not None and (quiz or (is_short(text) and not is_question(text)) or bare(text) == bare(chosen.label)):
        return SetSlots(slots={"choice": chosen.id})
    match answer(text):
        case "yes" if len(hearing.choices) == 1 and not quiz:
            return SetSlots(slots={"choice": hearing.choices[0].id})
        case "no" if not quiz:
            return Deny()
        case "yes" | "no" | "hold" | "again" | "murmur":
            return Repeat()
        case _:
            return None


def of_offered(text: str, hearing: Hearing) -> list[Command] | None:
    """A value of the one service that was offered ("您是要办转账吗？" – "王芳") is a yes and the value."""
    if hearing.pending != "options" or is_question(text) or not is_short(text):
        return None
    fitting = []
    if answer(text) is not None:
        return None
    agreed = _agreed(text) if len(hearing.choices) == 1 else None
    text = agreed or text
    for choice in hearing.choices:
        params = params_of(choice.id)
        slots = {n: v for n, v in service_slots(choice.id, text, hearing).items() if params.get(n) != "text"}
        slots |= {name: value for name, kind in params.items() for value in _alone(text, name, kind, hearing)}
        if slots and all(is_only_value(text, value, params[name]) for name, value in slots.items() if name in params):
            fitting.append((choice.id, slots))
    if len(fitting) != 1:
        return [SetSlots(slots={"choice": hearing.choices[0].id})] if _settled(text, agreed, hearing) else None
    chosen, slots = fitting[0]
    return [SetSlots(slots={"choice": chosen}), SetSlots(slots=slots)]


def _settled(text: str, agreed: str | None, hearing: Hearing) -> bool:
    """Whether the one service that was offered is taken, in more words than a yes."""
    if len(hearing.choices) != 1:
        return False
    goes_on = agreed is not None and (_GOES_ON.fullmatch(bare(agreed)) or pick(agreed, hearing.choices))
    return bool(goes_on) or settles(text, hearing.choices[0].id)


def _agreed(text: str) -> str | None:
    """What is said behind a yes ("对，换一下"); None where the yes does not stand first."""
    parted = _YES_AND.fullmatch(text)
    return parted[2] if parted is not None and answer(parted[1]) == "yes" else None


def _alone(text: str, name: str, kind: ParamKind, hearing: Hearing) -> list[str]:
    """What the words are as a bare value of this parameter; a name only if it is a known one."""
    found = extract(text, {name: kind}, hearing, asked=name) if kind in ("payee", "amount", "card") else {}
    return [value for value in found.values() if kind != "payee" or value in hearing.payees]


def _rating(text: str) -> Command | None:
    rating = find_rating(text) if is_short(text) else None
    if rating is not None:
        return SetSlots(slots={"rating": rating})
    if _OUT_OF_FIVE.fullmatch(bare(text)):
        return Repeat()  # "10分"
    return Deny() if answer(text) in ("no", "hold") else None


def _shown(text: str) -> Command | None:
    if _REFUSES.search(text):
        return Deny()
    if _DONE.fullmatch(bare(text)):
        return Acknowledge()
    match answer(text):
        case "yes":
            return Acknowledge()
        case "no":
            return Deny()
        case "hold" | "again" | "murmur":
            return Repeat()
        case _:
            return None


def tail_again(text: str, hearing: Hearing) -> Command | None:
    """One's own tail and nothing else, in the middle of a service: it is, or is to be, the account or card that is meant."""
    if hearing.service is None or hearing.pending in ("nothing", "slot", "options", "quiz", "rating"):
        return None
    meant = _TAIL_ALONE.fullmatch(text.strip())
    name = next((name for name, kind in hearing.params.items() if kind in ("account", "card")), None)
    if meant is None or name is None or meant[1] not in (*hearing.accounts, *hearing.cards):
        return None
    return Correct(slots={name: meant[1]})


def value(text: str, hearing: Hearing) -> Command | None:
    """A value and nothing else ("五百", "3021那张", "王芳"): needs no classifier."""
    if is_question(text) or not is_short(text):
        return None
    params: dict[str, ParamKind] = dict(hearing.params) or params_of(hearing.service or "")
    if hearing.pending == "slot" and hearing.slot and hearing.slot_kind and hearing.slot_kind != "text":
        chosen = pick(text, hearing.choices, likeness=False)
        if chosen is not None and len(bare(text)) <= 8:
            return SetSlots(slots={hearing.slot: chosen.id})
        if hearing.slot_kind == "choice":
            return None
        slots = extract(text, params | {hearing.slot: hearing.slot_kind}, hearing, asked=hearing.slot)
        if (
            hearing.slot in slots
            and not corrections.marks_correction(text)
            and is_only_value(text, slots[hearing.slot], hearing.slot_kind)
        ):
            return SetSlots(slots=slots)
    return None


def is_only_value(text: str, value: str, kind: ParamKind) -> bool:
    """Whether the words hold nothing but this value and what goes with it ("是3021那张")."""
    if kind == "class":
        return is_short(text)
    rest = (
        bare(text).replace(value.lower(), "")
        if kind == "payee"
        else re.sub(r"[\d.,一二三四五六七八九十百千万两零〇幺wk¥元块钱]", "", bare(text))
    )
    rest = re.sub(
        r"就|给|转|是|吧|的|那张|这张|那个|卡|尾号|账户|嗯|啊|我|要|先|大概|用|从|card|account|ending|the|in|one|yuan|rmb|it's|please|to|my|\W",
        "",
        rest,
    )
    return len(rest) <= (2 if not rest.isascii() else 3)


def is_code(text: str) -> bool:
    """Six digits and nothing else."""
    return _CODE_ALONE.fullmatch(spoken_digits(text)) is not None


def is_code_again(text: str, hearing: Hearing) -> bool:
    """A code that is said once more after it was taken, as when a message is sent twice: never an amount or a purpose."""
    if hearing.service is None or hearing.pending in ("nothing", "otp"):
        return False
    digits = spoken_digits(text)
    asked_for_digits = hearing.pending == "options" or (hearing.pending == "slot" and hearing.slot_kind != "text")
    alone = not asked_for_digits and is_code(text)
    return alone or (_CODE_NAMED.search(digits) is not None and not find_amounts(_CODE_NAMED.sub("", digits)))
