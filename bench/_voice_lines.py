"""What the bench's customers say: made for it, in both languages, spoken by synthetic voices."""

from __future__ import annotations

from typing import Literal

Locale = Literal["zh-CN", "en"]

# conversations: one wish after the other; what is asked in between is answered by the bench
WISHES: dict[Locale, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "zh-CN": (
        ("C1001", ("帮我查一下余额", "转账要手续费吗", "给王芳转五百")),
        ("C1001", ("我的卡插机器读不出来了，给我换一张", "旧卡上的自动扣款怎么办")),
        ("C1002", ("我这个月花了哪些钱", "每天最多能转多少", "把我的卡先锁上")),
        ("C1006", ("我刚才那笔转账到了没有", "把那笔转账撤回来")),
        ("C1003", ("我想降低转账限额", "睡眠户是什么意思")),
    ),
    "en": (
        ("C1007", ("What is my balance?", "Is there a fee for transfers?", "I lost my card.")),
        ("C1007", ("How much can I transfer in a day?", "Please lock my card.")),
    ),
}  # fmt: skip
ANSWERS: dict[Locale, dict[str, str]] = {
    "zh-CN": {
        "confirm": "确认办理", "acknowledge": "知道了", "consent": "不同意", "tail": "第一个", "amount": "五千块", "other": "取消",
        "code": "验证码是",
    },
    "en": {
        "confirm": "Yes, go ahead.", "acknowledge": "I understand.", "consent": "No, I don't agree.", "tail": "The first one.", "amount": "Five thousand.",
        "other": "Cancel.", "code": "The code is",
    },
}  # fmt: skip
EXPLAIN: dict[Locale, str] = {"zh-CN": "怎么防范电信诈骗", "en": "How do I protect myself from fraud?"}
INTERRUPTIONS: dict[Locale, tuple[str, ...]] = {
    "zh-CN": (
        "等一下，我想先查余额", "停，不用说了", "不对，我不是问这个", "那手续费是多少", "好了好了，帮我转账",
        "我要转人工", "先别说了，帮我挂失", "等等，我没听懂",
    ),
    "en": (
        "Wait, I want to check my balance first", "Stop, that's enough", "No, that's not what I asked", "And how much is the fee?",
        "Hold on, I didn't get that", "I want to talk to a person", "Okay, but what about my card?",
    ),
}  # fmt: skip
MURMURS: dict[Locale, tuple[str, ...]] = {
    "zh-CN": ("嗯", "嗯嗯", "对", "对对", "好的", "哦", "是的", "明白"),
    "en": ("uh-huh", "okay", "mm-hmm", "yeah", "right", "I see"),
}
# said in two halves by a slow speaker; only both together are the wish
HALVES: dict[Locale, tuple[tuple[str, str], ...]] = {
    "zh-CN": (
        ("我想给王芳", "转五百块钱"), ("帮我查一下", "尾号6688的余额"), ("我的那张卡，就是", "芯片坏了的那张，想换一张"),
        ("请问，转账到别的银行", "要多少手续费"), ("我想把我的限额", "降到一万"), ("如果我的卡丢了", "应该怎么办"),
    ),
    "en": (
        ("I would like to send", "five hundred to Wang Fang"), ("Can you tell me the balance of", "the card ending in 6003"),
        ("If I lose my card", "what should I do?"), ("How much is the fee for", "a transfer to another bank?"),
    ),
}  # fmt: skip
PAUSES_S = (0.4, 0.7, 1.0)
VOICES: dict[Locale, tuple[str, ...]] = {
    "zh-CN": ("zm_yunxi", "zf_xiaoyi", "zm_yunyang", "zf_xiaoni"),
    "en": ("am_michael", "bf_emma", "af_bella", "bm_george"),
}
