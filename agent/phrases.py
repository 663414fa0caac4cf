"""What 小岚 says on her own account; services and the gate bring their own words."""

from __future__ import annotations

from tools.gate.aftercare import SAID_LOW_RATING
from tools.wording import Text

GREETING = Text(
    "您好{name}，我是海岚银行的 AI 数字人小岚。查余额、转账、换卡、挂失我都能办。请问要办什么？",
    "Hello{name}, I am Xiaolan, the AI teller of Hailan Bank. I can check balances, send money, replace a card or stop a lost one. What can I do for you?",
)
GREETING_VISITOR = Text(
    "您好，我是海岚银行的 AI 数字人小岚。银行的问题都可以问我，要办业务请先登录。请问想了解什么？",
    "Hello, I am Xiaolan, the AI teller of Hailan Bank. Ask me anything about banking; to use a service, please sign in first. What would you like to know?",
)
GREETING_BACK = Text(
    "您好{name}，我是海岚银行的 AI 数字人小岚", "Hello{name}, I am Xiaolan, the AI teller of Hailan Bank"
)
RESUME = Text(
    "上次的{service}没有办完，要接着办吗？", "Something was not finished last time: {service}. Shall we go on with it?"
)
SIGN_IN = Text(
    "办业务要先登录，登录后我马上帮您", "To use a service, please sign in first; then I will help you at once"
)

VERIFIED = Text("身份核实好了", "Thank you, that is you")
CONFIRM_ASK = Text("请核对，确认办理吗？", "Please check. Shall I go ahead?")
BEFORE = Text("先说一下要留意的：", "Before we go on, please note:")
ACKNOWLEDGE_ASK = Text("看明白了就说“知道了”", "When it is clear, just say “I understand”")
QUIZ_ASK = Text("考您一个小问题：{question}", "One short question: {question}")
OPTION = Text("{n}、{label}", "{n}, {label}")
OTP_SENT = Text(
    "为了确认是您本人，验证码发到了 {phone}，请告诉我那 6 位数字",
    "To be sure it is you, I sent a code to {phone}. Please tell me the 6 digits",
)
OTP_WAITING = Text(
    "请告诉我发到 {phone} 的 6 位验证码，没收到可以说“重发”",
    "Please tell me the 6-digit code sent to {phone}. If it did not come, say “resend”",
)
OTP_SLOWLY = Text(
    "请把发到 {phone} 的 6 位验证码一个数字一个数字慢慢说，也可以在屏幕上输入",
    "Please say the 6-digit code sent to {phone} slowly, one digit after the other, or type it on the screen",
)
OTP_TYPE = Text(
    "请在屏幕上输入发到 {phone} 的 6 位验证码，这样不会听错",
    "Please type the 6-digit code sent to {phone} on the screen, so that I cannot mishear it",
)
CONSENT_ASK = Text("您同意吗？", "Do you agree?")
DOCUMENT_ASK = Text(
    "请出示您的身份证件：身份证拍正反两面，护照拍有照片的那一页",
    "Please show your ID document: both sides of an ID card, or the photo page of a passport",
)
FACE_ASK = Text(
    "证件核对好了。请正对镜头，跟着提示做几个动作，不着急",
    "Your document is fine. Now please face the camera and follow a few steps; there is no hurry",
)
CHOOSE_FROM = Text("可以选：{options}", "You can choose: {options}")
RATE = Text("这次办得满意吗？请打 1 到 5 分", "How satisfied are you, from 1 to 5?")
RATED = Text("谢谢您的评价。还有什么可以帮您？", "Thank you for your rating. Is there anything else?")
RATED_LOW = SAID_LOW_RATING
OFFER_YES, OFFER_NO = Text("好的", "Yes, please"), Text("不用了", "No, thank you")
OFFER_PERSON = Text("要我现在帮您转给人工同事吗？", "Shall I hand you over to a colleague now?")
HANDED_OVER = Text(
    "好的，已经帮您转人工，前面还有 {ahead} 位。您说过的我都转告了，不用再说一遍",
    "I have handed you over to a colleague. People ahead of you: {ahead}. I passed on everything you told me, so there is no need to say it again",
)
HANDED_OVER_NEXT = Text(
    "好的，已经帮您转人工，下一位就是您。您说过的我都转告了，不用再说一遍",
    "I have handed you over to a colleague, and you are next. I passed on everything you told me, so there is no need to say it again",
)
HANDED_OVER_NOBODY = Text(
    "好的，已经帮您转人工，您排在第 {place} 位。您说过的我都转告了，不用再说一遍。现在没有同事在线，可以等，也可以让我们打给您：说个时间就行，比如“明天下午三点打给我”",
    "I have handed you over; your place in the queue is {place}. I passed on everything you told me, so there is no need to say it again. Nobody is at the desk right now: you can wait, or have us call you. Just name a time, such as “call me tomorrow at three in the afternoon”",
)
HANDED_OVER_NOBODY_VISITOR = Text(
    "好的，已经帮您转人工，您排在第 {place} 位。您说过的我都转告了，不用再说一遍。现在没有同事在线，急事请打银行卡背面的客服电话",
    "I have handed you over; your place in the queue is {place}. I passed on everything you told me, so there is no need to say it again. Nobody is at the desk right now; if it is urgent, call the number on the back of your card",
)
CALL_BACK = Text(
    "好的，{at}我们打给您，打您留的手机 {phone}。您说过的我都转告了。想改时间，再跟我说一个就行",
    "All right, we will call you on {at}, at the number you left, {phone}. I passed on everything you told me. To change it, just name another time",
)
CALL_BACK_WHEN = Text(
    "什么时候打给您方便？比如“明天下午三点”",
    "When shall we call you? For example, “tomorrow at three in the afternoon”",
)
CALL_BACK_HOURS = Text(
    "我们在 {days} 天以内、每天 {since} 点到 {until} 点之间回电，请换个时间，至少十分钟以后",
    "We call back within {days} days, between {since} and {until} o'clock. Please name another time, at least ten minutes from now",
)
CALL_BACK_VISITOR = Text(
    "您还没有登录，我不知道打哪个号码。请先登录，或打银行卡背面的客服电话",
    "You are not signed in, so I do not know which number to call. Please sign in first, or call the number on the back of your card",
)
ONE_BY_ONE = Text("好的，我们一件一件来", "All right, one after the other")
ERRAND_UP = Text("现在{errand}", "Now: {errand}")
OFFER_ERRANDS = Text(
    "要我一件一件帮您办好，再接着办{service}吗？",
    "Shall I settle these with you, one after the other, and then go on: {service}?",
)
OFFER_ERRAND = Text("要我先帮您{errand}，再接着办吗？", "Shall I do this for you first and then go on: {errand}?")
OFFER_INSTEAD = Text("要我帮您{errand}吗？", "Shall I do this for you instead: {errand}?")
BACK_GIVEN_UP = Text(
    "那{service}也先放着，想办了随时说", "Then this waits too: {service}. Just tell me when you want it"
)
BACK_LATER = Text("{service}要等这件有结果了再办", "This has to wait for the outcome: {service}")
NEXT_UP = Text("接下来办{service}", "Next: {service}")
BACK_TO = Text("我们接着办{service}", "Let us go on: {service}")
NOT_HERE_YET = Text("{service}我这里暂时还办不了。{elsewhere}", "That I cannot do here yet: {service}. {elsewhere}")
SWITCHED = Text("好的，改办{services}", "All right, instead: {services}")
ALSO_LATER = Text("记下了，等会儿接着办：{services}", "Noted for later: {services}")
CORRECT_WHAT = Text("好的，哪里不对？请说出正确的", "Of course. What should it be instead?")
NOTHING_TO_CANCEL = Text(
    "现在没有正在办的业务。还有什么可以帮您？", "Nothing is under way at present. What else can I do for you?"
)
DECLINED = Text("好的。还有什么可以帮您？", "All right. Is there anything else?")
NOTHING_TO_CONFIRM = Text("好的。请问要办什么？", "All right. What can I do for you?")
NOT_AWAITED = Text("这一步现在用不上", "That is not needed at this point")
DONT_KNOW = Text(
    "这个问题我没有可靠的依据，不敢乱说。可以转人工同事帮您查",
    "I have no reliable source on that and would rather not guess. A colleague can look it up for you",
)
NOT_SO = Text("所以不是您说的{claim}，依据是{source}", "So it is not {claim}; this comes from {source}")
NOT_SO_SPOKEN = Text("所以不是您说的{claim}", "So it is not {claim}")
START = Text("要办{service}的话，跟我说一声就行", "To do this now, just say: {service}")
START_FRAUD = Text(
    "要是钱已经转出去了，对我说“我被骗了”，我马上帮您止付",
    "If money has already left, say “I was scammed” and I will act at once",
)
START_LOSS = Text("卡不在手上的话，对我说“挂失”，马上就办", "If the card is not with you, say “report my card lost”")
OUT_OF_SCOPE = Text(
    "这个我帮不上忙。银行的事都可以问我，要办什么也可以直接说",
    "I cannot help with that. Ask me anything about banking, or just tell me what you would like done",
)
NOT_UNDERSTOOD_PERSON = Text(
    "抱歉，我没听明白。您可以换个说法，或者说“转人工”",
    "I am sorry, I did not understand. Please put it another way, or say “a person, please”",
)
CLARIFY = Text("您是想办哪一个？", "Which of these do you mean?")
CLARIFY_ONE = Text("您是要办{service}吗？", "Is this what you would like to do: {service}?")
CLARIFY_AGAIN = Text(
    "抱歉，还是没听准。您选一个，或者让人工同事帮您",
    "I am sorry, I am still not sure. Please choose one, or take a colleague",
)
CLARIFY_PERSON = Text("转人工同事", "A colleague, please")
CLARIFY_QUESTION = Text("问个问题", "Ask a question")
CLARIFY_NONE = Text("都不是", "None of these")
HEARD_AS = Text("我听到的是“{said}”", "I heard “{said}”")
SILENCE = Text("您还在吗？不着急，想好了再告诉我", "Are you still there? Take your time and tell me when you are ready")
LATER = Text("好的，您先想想，没有您的确认我不会办", "Of course, take your time. I will do nothing without your yes")
LATER_IDLE = Text("好的，不着急，想好了再告诉我", "Of course, take your time and tell me when you are ready")
SLOWLY = Text("好的，我慢慢说", "Of course, more slowly")

CHITCHAT = {
    "greeting": Text("您好。请问要办什么？", "Hello. What can I do for you?"),
    "thanks": Text("不客气。还有什么可以帮您？", "You are welcome. Is there anything else?"),
    "bye": Text("再见，祝您一切顺利。要办业务随时找我", "Goodbye, and all the best. I am here whenever you need me"),
    "capabilities": Text(
        "查余额、转账、开户销户、换卡挂失、调限额、改手机号、管代扣、投诉、被骗止付，我都能办。银行的问题也可以问我，随时能转人工。您想办哪一样？",
        "I can check balances, send money, open or close an account, replace, lock or stop a card, change limits or your phone number, end auto-debits, take complaints and stop a scam. Ask me about banking too, or have a person at any time. What would you like to do?",
    ),
    "who_are_you": Text(
        "我是海岚银行的 AI 数字人小岚，不是真人。随时可以转人工。请问要办什么？",
        "I am Xiaolan, the AI teller of Hailan Bank, not a human. You can have a person at any time. What can I do for you?",
    ),
    "distress": Text(
        "您先别着急，慢慢说，我在这儿陪您。心里特别难受的时候，可以打 12356 心理援助热线，有人听您说；要是马上有危险，请打 120 或 110",
        "Please take a breath, I am here with you. When it is too much to bear, the 12356 support line is there to listen; if you are in danger right now, call 120 or 110",
    ),
    "abuse": Text(
        "我听得出您很生气，对不起。告诉我是什么事，我马上办，也可以转人工",
        "I can hear that you are upset, and I am sorry. Tell me what it is about, or ask for a person",
    ),
    "shortcut": Text(
        "这一步是替您把关的，谁来办都不能省，很快就好", "This step protects you and nobody can skip it; it is quick"
    ),
    "other": Text("我在听。请问要办什么业务？", "I am listening. What would you like to do?"),
}
DANGER_HEALTH = Text(
    "别怕，现在最要紧的是人。请马上打 120 叫救护车，让身边的人陪着。也可以打 12356 心理援助热线",
    "Your life comes first. Please call 120 for an ambulance right now and have somebody stay with you. The 12356 support line is there as well",
)
DANGER_VIOLENCE = Text(
    "您的安全最要紧。请马上打 110，不方便说话可以发短信到 12110。钱的事先放下，没有您的确认我什么都不会转",
    "Your safety comes first. Please call 110 right now; if you cannot speak, text 12110. Leave the money: I send nothing without your yes",
)
MISSED_HELP = Text("我听着像是这些，点一个就行", "It could be one of these; just pick one")

SUMMARY_WHO = Text("客户：{name}，身份核验到第 {level} 级", "Customer: {name}, identity level {level}")
SUMMARY_VISITOR = Text("客户：未登录访客", "Customer: visitor, not signed in")
SUMMARY_DOING = Text("正在办：{service}（{params}），停在“{stage}”", "In progress: {service} ({params}), at “{stage}”")
SUMMARY_WAITING = Text("还想办：{services}", "Also wants: {services}")
SUMMARY_DONE = Text("刚办完：{services}", "Just done: {services}")
SUMMARY_SAID = Text("原话：{said}", "In their words: {said}")
STAGE = {
    "collect": Text("了解需求", "details"),
    "identity": Text("核实身份", "identity"),
    "risk": Text("安全检查", "safety check"),
    "educate": Text("办前提醒", "things to know"),
    "confirm": Text("核对确认", "confirmation"),
    "execute": Text("办理", "doing it"),
    "follow_up": Text("办后", "afterwards"),
}

# A colleague and 小岚: what she says when a colleague has done something in the conversation, and when she takes over again.
FORM_BY_COLLEAGUE = Text(
    "同事帮您填好了，办不办由您决定", "My colleague has filled this in for you; whether it is done is up to you"
)
WITH_COLLEAGUE = Text("同事就在这里，请他看一下", "My colleague is here with you and will look at it")
APPROVED_BY_COLLEAGUE = Text(
    "同事看过了，可以办。请您再核对一遍", "My colleague has looked at it, and it can be done. Please check it once more"
)
BACK = Text("我是小岚，接着为您服务。{outcome}", "This is Xiaolan again. {outcome}")
BACK_VERIFIED = Text(
    "您的身份同事已经核实过，15 分钟内不用再核",
    "My colleague has made sure that it is you; for 15 minutes you need no other check",
)
BACK_DONE = Text("刚才办好的有：{services}", "Done just now: {services}")
BACK_REFUSED = Text("没有办的有：{services}", "Not done: {services}")
BACK_WAITING = Text("等您确认的有：{services}", "Waiting for your yes: {services}")
BACK_ASK = Text("还有什么可以帮您？", "Is there anything else I can do for you?")
