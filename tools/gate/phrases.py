"""The gate's own words: what is asked for at each step and why something ended."""

from __future__ import annotations

from tools.wording import Text

OTP_MESSAGE = Text(
    "【海岚银行】验证码 {code}，用于{purpose}，5 分钟内有效。请不要告诉任何人，银行员工也不会问您要。",
    "[Hailan Bank] Your code is {code} for {purpose}, valid for 5 minutes. Never tell it to anyone; our staff will never ask for it.",
)
NOTICE = Text(
    "【海岚银行】{at}，您办理了{service}：{status}{details}。如果不是您本人办的，请{remedy}。",
    "[Hailan Bank] {at}: {service}, {status}{details}. If this was not you, {remedy}.",
)
IF_NOT_YOU = Text(
    "马上对小岚说“不是我办的”，或打银行卡背面的客服电话",
    "tell Xiaolan “this was not me” at once, or call the number on the back of your card",
)
IF_NOT_YOU_STATUS = {
    "delayed": Text(
        "在到账前对小岚说“撤销转账”，钱就不会转出去",
        "tell Xiaolan “cancel the transfer” before it arrives and the money stays with you",
    ),
    "blocked": Text(
        "马上对小岚说“不是我办的”，可能有人在用您的账户",
        "tell Xiaolan “this was not me” at once: somebody else may be using your account",
    ),
}
STATUS = {
    "done": Text("已办好", "done"),
    "delayed": Text("延迟到账中", "delayed"),
    "in_review": Text("等同事复核", "waiting for review"),
    "blocked": Text("已拦下", "stopped"),
    "cancelled": Text("已取消", "cancelled"),
    "failed": Text("没有办成", "not done"),
}
OTP_WRONG = Text("验证码不对，还可以试 {left} 次", "That code is not right. Tries left: {left}")
OTP_HEARD_WRONG = Text("我听到的验证码不对，还可以试 {left} 次", "The code I heard is not right. Tries left: {left}")
OTP_INCOMPLETE = Text("验证码是 6 位数字，请再核对一下", "The code has 6 digits, please check it again")
OTP_MISHEARD = Text("我可能没听清", "I may have misheard")
OTP_EXPIRED = Text("这个验证码过期了，我重新发了一条", "That code has expired. I have sent a new one")
OTP_NEW_FOR_CHANGE = Text(
    "内容改了，原来的验证码作废，我重新发了一条",
    "The details changed, so the old code no longer counts. I have sent a new one",
)
OTP_RESENT = Text("我重新发了一条验证码", "I have sent a new code")
OTP_TOO_SOON = Text(
    "验证码一分钟只能发一次，请再等 {wait} 秒", "A code can be sent once a minute. Seconds still to wait: {wait}"
)
LOCKED = Text(
    "核验连续三次没有通过，为了您的安全，请 30 分钟后再试，也可以转人工",
    "The check failed three times. To keep you safe, please try again in 30 minutes, or ask for a person",
)
CONSENT_REFUSED = Text(
    "好的，不做人脸识别。您可以用身份证件加视频，由我们的同事核验，我帮您转过去",
    "That is fine, no facial recognition. A colleague can check your ID document over video instead; I will hand you over",
)
VIDEO_NEEDED = Text(
    "这项业务要由我们的同事通过视频核验证件，我帮您转过去",
    "For this a colleague checks your ID document over video; I will hand you over",
)
STALE_CONFIRM = Text("内容有变动，请再核对一遍", "Something has changed, so please check it once more")
QUIZ_WRONG = Text("不太对。{why}换个问题再看看", "Not quite. {why} Let us try another question")
NOT_POSSIBLE = {
    "insufficient_funds": Text(
        "可用余额不够，没有办成，钱没有动",
        "There is not enough available balance, so nothing was done and no money moved",
    ),
    "daily_limit": Text(
        "超过了今天的限额，没有办成，钱没有动", "It is over today's limit, so nothing was done and no money moved"
    ),
    "yearly_limit": Text(
        "超过了今年的限额，没有办成，钱没有动", "It is over this year's limit, so nothing was done and no money moved"
    ),
    "wrong_state": Text(
        "它现在的状态办不了这项业务，什么都没有变", "It cannot be done in its present state; nothing was changed"
    ),
    "already_settled": Text(
        "这笔钱已经到账或已撤销，撤不回来了",
        "This transfer has already arrived or was cancelled, so it cannot be called back",
    ),
    "not_found": Text("没有找到，什么都没有变", "I could not find it; nothing was changed"),
    "system": Text(
        "系统出了点问题，没有办成，您的钱和账户都没有变动",
        "Something went wrong on our side. It was not done, and your money and accounts are unchanged",
    ),
}
CANCELLED = Text(
    "好的，{service}不办了，什么都没有变", "All right, I have stopped here ({service}). Nothing was changed"
)
# Consent to facial recognition is asked for apart from everything else and may be refused (PIPL, articles 26 and 29).
CONSENT_KIND = "facial_recognition"
CONSENT_VERSION = "2026-11-3"
CONSENT_TITLE = Text("同意人脸识别吗", "May we use facial recognition?")
CONSENT_TEXT = Text(
    "为了确认是您本人，我们想拍一下您的证件和面部，只用于核验，照片加密保存{days}就删，人脸特征核验完就删，不作其他用途。您可以不同意，也可以随时撤回。",
    "To be sure it is you, we would like to check your ID document and your face. They are used for this check only. Pictures are kept encrypted and deleted after {days}, what was measured of your face right after the check. You may refuse, and you may withdraw your consent at any time.",
)
CONSENT_ALTERNATIVE = Text(
    "不同意也可以办：用身份证件加视频，由同事核验",
    "You can also refuse: a colleague checks your ID document over video",
)
DOCUMENT_STEPS = (
    Text("把证件放平，四个角都拍进去", "Lay the document flat, all four corners in the picture"),
    Text(
        "先拍有照片的一面，再拍另一面；护照只要有照片的那一页",
        "First the side with the photo, then the other one; of a passport the photo page is enough",
    ),
)
