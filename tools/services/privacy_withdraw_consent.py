"""privacy.withdraw_consent: a consent given to us ends now, and what rested on it is deleted.

Withdrawing is as easy as consenting was and costs no service (PIPL, articles 15 and 16). Of the consents that the bank
has on record only facial recognition is asked for by itself; whatever else a customer may have signed elsewhere is a
colleague's to end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from tools.errors import Refused
from tools.gate.phrases import CONSENT_KIND
from tools.gate.service import Context, FollowUp, Option, Param, Params, Result, Row, Service, ShortText
from tools.rendering import render
from tools.services.common import or_refuse
from tools.wording import Day, Line, Text, line

NAMES = {CONSENT_KIND: Text("人脸识别", "facial recognition")}
SAY = {CONSENT_KIND: ("人脸", "刷脸", "面部", "脸", "face", "facial")}
LABEL = Text("{what}（{at} 同意的）", "{what} (given on {at})")
NONE = Text(
    "您现在没有生效的人脸授权，我们也没有留着您的人脸特征，不用撤回。其他授权，比如营销或者给别的机构的，说“转人工”，同事帮您撤回",
    "There is no face consent of yours in force and we keep no measure of your face, so there is nothing to withdraw. For any other consent, such as marketing or partners, ask for a person, who will end it for you",
)
WHAT = Text("撤回{what}的授权，马上生效，不收费", "Withdraw your consent to {what}, at once and free of charge")
DELETED = Text(
    "留存的证件照、面部照片和人脸特征一并删除。撤回的记录会留着，作为凭据",
    "The pictures of your document and your face, and what was measured of it, are deleted with it. The record of your withdrawal stays as proof",
)
AFTER = Text(
    "所有业务照样能办，以后要核验，可以用身份证件加视频由同事核验",
    "Every service stays open to you; where a check is needed, a colleague can do it with your ID document over video",
)
WORDS = Text(
    "我撤回{what}的授权，请删除留存的照片和人脸特征。",
    "I withdraw my consent to {what}; please delete the pictures and measures that were kept.",
)
DONE = Text(
    "{what}的授权撤回了，留存的照片和人脸特征一并删除",
    "Your consent to {what} is withdrawn, and the pictures and measures kept are deleted with it",
)
UNDO = Text(
    "哪天想再刷脸，核验的时候重新同意就行", "If you want the face check again some day, simply agree when you are asked"
)
TIP = Text(
    "有人打电话说帮您撤回授权，要验证码或者要您转钱，都是骗子",
    "Whoever calls to withdraw a consent for you and wants a code or money is a fraudster",
)


class WithdrawConsentParams(Params):
    consent: Annotated[
        ShortText,
        Param("choice", Text("授权", "Consent"), Text("要撤回哪一项授权？", "Which consent shall I withdraw?")),
    ]


class PrivacyWithdrawConsent(Service[WithdrawConsentParams]):
    """Ends a consent that is in force; the verifier forgets the customer once it is done."""

    id: ClassVar[str] = "privacy.withdraw_consent"
    model: ClassVar[type[Params]] = WithdrawConsentParams
    forgets: ClassVar[bool] = True

    def options(self, name: str, slots: Mapping[str, str], ctx: Context) -> Sequence[Option]:
        given = [
            Option(one.kind, line(LABEL, what=NAMES[one.kind], at=Day(one.at)), SAY[one.kind])
            for one in ctx.bank.consents(ctx.customer.id)
            if one.kind in NAMES
        ]
        return or_refuse(given, "no_consent", NONE)

    def check(self, params: WithdrawConsentParams, ctx: Context) -> None:
        if all(one.kind != params.consent for one in ctx.bank.consents(ctx.customer.id)):
            raise Refused("no_consent", Line(NONE))

    def shown(self, params: WithdrawConsentParams, ctx: Context) -> Sequence[Row]:
        return [Row("consent", Text("授权", "Consent"), NAMES[params.consent])]

    def preview(self, params: WithdrawConsentParams, ctx: Context) -> Sequence[Line]:
        return [line(WHAT, what=NAMES[params.consent]), Line(DELETED), Line(AFTER)]

    def execute(self, params: WithdrawConsentParams, ctx: Context, key: str) -> Result:
        words = render(line(WORDS, what=NAMES[params.consent]), ctx.customer.locale).text
        return Result(facts={"withdrawal": ctx.bank.withdraw_consent(ctx.customer.id, params.consent, words, key=key)})

    def follow_up(self, params: WithdrawConsentParams, result: Result, ctx: Context) -> FollowUp:
        return FollowUp(
            said=[line(DONE, what=NAMES[params.consent])],
            rows=self.shown(params, ctx),
            next=[Line(AFTER)],
            undo=Line(UNDO),
            tip=Line(TIP),
        )
