"""profile.change_phone: another number for codes and notices.

Whoever holds the number on file receives every code, so this is what a thief wants first. Three things guard it: the
person is proven by document and live face, not by a code to the old number, which the honest customer may have lost;
the new number is proven by a code that goes to it and is bound to it; and both numbers are told. The code to the new
number proves nothing about the session (:meth:`Service.otp_number`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from tools.errors import AskAgain, Refused
from tools.gate.service import Context, Fact, FollowUp, Param, Params, Result, Row, Service
from tools.masking import mask
from tools.wording import Code, Line, Text, line

SAME = Text(
    "您预留的手机号已经是 {phone} 了，不用再改，验证码和通知都发到这个号",
    "Your number on file is {phone} already, so nothing needs to change; codes and notices go there",
)
MAINLAND_ONLY = Text(
    "持身份证的客户目前只能登记内地手机号，请说 11 位的手机号",
    "With a Chinese ID card only a mainland mobile number can be registered. Please tell me all 11 digits",
)
OTP_FOR = Text("把这个号码登记为您的预留手机号", "registering this number as your phone number with us")
WHAT = Text("把预留手机号从 {old} 换成 {new}", "Change your phone number on file from {old} to {new}")
EFFECT = Text(
    "换好以后，验证码和通知只发到新号，不收费。两个号都会收到提醒，接下来大额转账可能要多核对一步",
    "After that codes and notices go to the new number only, free of charge. Both numbers get a message, and large transfers may need one more check for a while",
)
DONE = Text("手机号换好了，以后都发到 {new}", "Your phone number is changed. From now on everything goes to {new}")
NEXT = Text(
    "支付软件、水电缴费里留的旧号，请记得自己改",
    "Please also change the old number in your payment apps and with those who bill you",
)
UNDO = Text(
    "要改回来，再对我说“帮我改手机号”就行，同样要核验",
    "To change it back, just tell me “change my phone number”; the same checks apply",
)
TIP = Text(
    "旧号注销后会给别人用，注销前先把其他银行和账号都换绑",
    "A number that is given up goes to somebody else: move your other banks and accounts first",
)
NOTICE = Text(
    "【海岚银行】{at}，您的预留手机号已经换了{details}，以后验证码和通知只发到新号。如果不是您本人办的，请{remedy}。",
    "[Hailan Bank] {at}: your phone number on file was changed{details}; codes and notices now go to the new one only. If this was not you, {remedy}.",
)
IF_NOT_YOU = Text(
    "马上打银行卡背面的客服电话，或带证件到网点，先保住账户",
    "call the number on the back of your card at once, or bring your ID to a branch, so that we can protect your account",
)


class PhoneParams(Params):
    phone: Annotated[
        str,
        StringConstraints(pattern=r"^(1\d{10}|\+[1-9]\d{6,14})$"),
        Param("phone", Text("新手机号", "New phone number"), Text("您的新手机号是多少？", "What is your new number?")),
    ]


class ProfileChangePhone(Service[PhoneParams]):
    """Level 3, then a code to the new number bound to it, then the read-back; both numbers are told."""

    id: ClassVar[str] = "profile.change_phone"
    model: ClassVar[type[Params]] = PhoneParams
    binds_otp: ClassVar[bool] = True
    fact_names: ClassVar[frozenset[str]] = frozenset({"phone_abroad"})
    notice: ClassVar[Text | None] = NOTICE
    if_not_you: ClassVar[Text | None] = IF_NOT_YOU

    def accept(self, name: str, value: str, ctx: Context) -> None:
        if value.startswith("+") and ctx.customer.document == "id_card":
            raise AskAgain(name, "mainland_only", Line(MAINLAND_ONLY))

    def check(self, params: PhoneParams, ctx: Context) -> None:
        if params.phone == ctx.customer.phone:
            raise Refused("same_number", line(SAME, phone=Code(mask(params.phone))))

    def facts(self, params: PhoneParams, ctx: Context) -> dict[str, Fact]:
        return {"phone_abroad": params.phone.startswith("+")}

    def otp_number(self, params: PhoneParams, ctx: Context) -> str:
        return params.phone

    def otp_purpose(self, params: PhoneParams, ctx: Context) -> Line:
        """Names nobody: a number said wrongly belongs to a stranger."""
        return Line(OTP_FOR)

    def noticed_numbers(self, params: PhoneParams, ctx: Context) -> Sequence[str]:
        return (ctx.customer.phone, params.phone)

    def preview(self, params: PhoneParams, ctx: Context) -> Sequence[Line]:
        old, new = Code(mask(ctx.customer.phone)), Code(mask(params.phone))
        return [line(WHAT, old=old, new=new), Line(EFFECT)]

    def execute(self, params: PhoneParams, ctx: Context, key: str) -> Result:
        old = ctx.bank.change_phone(ctx.customer.id, params.phone, key=key)
        return Result(facts={"old": mask(old)})

    def follow_up(self, params: PhoneParams, result: Result, ctx: Context) -> FollowUp:
        new, old = Code(mask(params.phone)), Code(result.facts["old"])
        return FollowUp(
            said=[line(DONE, new=new)],
            rows=[
                Row("phone", Text("新手机号", "New phone number"), new),
                Row("old", Text("旧手机号", "Old phone number"), old),
            ],
            next=[Line(NEXT)],
            undo=Line(UNDO),
            tip=Line(TIP),
        )
