"""What the scripted server says: conversation by conversation, in both languages, in the contract's own shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
CODE = "482913"
XSS = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


@dataclass
class Said:
    """One reply and where the script goes; ``request`` is the row that this turn leaves behind."""

    sentences: list[str]
    cards: list[Json] = field(default_factory=list)
    stage: str = "idle"
    service: str | None = None
    next_state: str | None = None
    citations: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    understood: list[Json] = field(default_factory=list)
    sms: str | None = None
    request: Json | None = None


def greeting(request: Json) -> Said:
    if request["locale"] == "en":
        return Said(["Hello, I'm Xiaolan, an AI digital human of Hailan Bank.", "What can I do for you?"])
    return Said(["您好，我是海岚银行的 AI 数字人小岚。", "今天想办什么业务？"])


def scripted(state: str, body: Json, request: Json, facts: dict[str, str]) -> Said:
    """The answer to ``body`` in ``state``; ``facts`` is the session's own memory (which card)."""
    text = body.get("text") or ""
    given = body.get("input") or {}
    say = _Script(request["locale"] == "en", facts)
    if "转人工" in text or "person" in text:
        return say.handoff()
    if text.startswith("展示") or text.startswith("show "):
        return say.shown(text.split()[-1])
    if text.startswith("echo "):
        return Said([text.removeprefix("echo ")])
    if "读不出来" in text or "can't be read" in text:
        return say.which()
    if state == "which" and (given.get("type") == "choice" or text.isdigit()):
        facts["card"] = str(given.get("value") or text)
        return say.otp()
    if state == "otp":
        code = given.get("value") if given.get("type") == "otp" else text
        return say.educate() if code == CODE else say.otp(wrong=True)
    if state == "educate" and given.get("type") == "acknowledge":
        return say.confirm()
    if state == "confirm":
        return say.at_confirm(text, given)
    if given.get("type") == "rating":
        return Said(
            [say.pick("谢谢您的评价。", "Thank you for your rating.")], stage="follow_up", service="card.replace"
        )
    return say.again(state)


def command(name: str, by: str, confidence: float, **more: Any) -> Json:
    return {"command": name, "by": by, "confidence": confidence, **more}


def param(name: str, label: str, value: str) -> Json:
    return {"name": name, "label": label, "value": value}


class _Script:
    def __init__(self, english: bool, facts: dict[str, str]) -> None:
        self.english, self.facts = english, facts

    def pick(self, zh: str, en: str) -> str:
        return en if self.english else zh

    def citation(self, id_: str) -> Json:
        return {
            "id": id_,
            "title": self.pick("换卡与代扣", "Replacing a card and auto-debits"),
            "quote": self.pick(
                "换卡不换号时，原卡号上的代扣协议继续有效，无需重新签约。",
                "When the number stays the same, auto-debits go on unchanged.",
            ),
            "source": self.pick(
                "《海岚银行借记卡章程》第十八条（沙箱）", "Hailan Bank Debit Card Rules, article 18 (sandbox)"
            ),
        }

    def which(self) -> Said:
        options = [
            {"id": "6688", "label": self.pick("6688 Ⅰ类卡（芯片损坏）", "6688 class Ⅰ (chip damaged)")},
            {"id": "3021", "label": self.pick("3021 Ⅱ类卡", "3021 class Ⅱ")},
        ]
        question = self.pick("要换哪一张卡？", "Which card is it?")
        return Said(
            [self.pick("好的，给您办换卡。", "I can replace your card."), question],
            [{"type": "choices", "question": question, "options": options}],
            "collect",
            "card.replace",
            "which",
            understood=[command("start_service", "examples", 0.93, service="card.replace", slots={})],
        )

    def otp(self, *, wrong: bool = False) -> Said:
        tail = self.facts.get("card", "6688")
        first = (
            self.pick("验证码不对，请再看一下。", "That code is not right.")
            if wrong
            else self.pick(f"办理尾号{tail}换卡，先核实身份。", f"To replace card {tail} I first check it is you.")
        )
        return Said(
            [first, self.pick("验证码已发到您的手机。", "A code was sent to your phone.")],
            [{"type": "otp", "sent_to": "100****0001", "expires_in_s": 300}],
            "identity",
            "card.replace",
            "otp",
            sms=None
            if wrong
            else self.pick(
                f"【海岚银行】您正在办理换卡（尾号{tail}），验证码{CODE}，5分钟内有效。请勿告诉任何人。",
                f"[Hailan Bank] Replace card {tail}: code {CODE}, valid 5 minutes. Tell nobody.",
            ),
            understood=[command("set_slots", "input", 1.0, slots={"card": tail})],
        )

    def educate(self) -> Said:
        entries = [
            {
                "id": "e1",
                "title": self.pick("卡号不变", "Same number"),
                "text": self.pick(
                    "新卡与旧卡卡号相同，代扣和工资入账不受影响。",
                    "The new card keeps its number; auto-debits and salary go on.",
                ),
            },
            {
                "id": "e2",
                "title": self.pick("旧卡先别扔", "Keep the old card"),
                "text": self.pick(
                    "新卡激活前旧卡仍可用，激活后请剪断芯片再丢弃。",
                    "The old card works until the new one is activated; then cut its chip.",
                ),
            },
        ]
        return Said(
            [self.pick("身份核实好了。办理前请了解两件事。", "Thank you, that is done. Two things before we go on.")],
            [{"type": "education", "entries": entries, "mode": "acknowledge"}],
            "educate",
            "card.replace",
            "educate",
            [self.citation("k1")],
        )

    def confirm(self, first: str = "") -> Said:
        tail = self.facts.get("card", "6688")
        card: Json = {
            "type": "confirm",
            "id": f"c-{tail}",
            "service": "card.replace",
            "params": [
                param("card", self.pick("卡片", "Card"), tail),
                param("fee", self.pick("工本费", "Fee"), "¥0.00"),
                param("address", self.pick("寄送地址", "Sent to"), self.pick("预留地址", "Address on file")),
            ],
            "lines": [
                self.pick("新卡 5 个工作日内寄出。", "The new card is posted within 5 working days."),
                self.pick("寄出前可以撤销。", "It can be undone until then."),
            ],
        }
        ask = self.pick(f"为尾号{tail}换卡，确认办理吗？", f"Replace card {tail}: shall I do it?")
        return Said([*([first] if first else []), ask], [card], "confirm", "card.replace", "confirm")

    def at_confirm(self, text: str, given: Json) -> Said:
        if "代扣" in text or "自动扣款" in text or "auto-debit" in text:
            said = self.confirm(self.pick("卡号不变，代扣照常，不用重新签约。", "The number stays, auto-debits go on."))
            said.citations = [self.citation("k2")]
            said.understood = [command("ask_knowledge", "examples", 0.91, query=text)]
            return said
        if "3021" in text:
            self.facts["card"] = "3021"
            return self.confirm(self.pick("好的，换成3021。", "All right, 3021 then."))
        if given.get("type") == "deny":
            return Said([self.pick("好的，不办了。", "All right, nothing is done.")], next_state="start")
        tail = self.facts.get("card", "6688")
        if (given.get("type") == "confirm" and given.get("value") == f"c-{tail}") or text in ("确认", "confirm"):
            return self.receipt(tail)
        return self.again("confirm")

    def receipt(self, tail: str) -> Said:
        card: Json = {
            "type": "receipt",
            "action": "a-1",
            "service": "card.replace",
            "status": "done",
            "title": self.pick("换卡已受理", "Card replacement ordered"),
            "rows": [
                param("card", self.pick("卡片", "Card"), tail),
                param("order", self.pick("受理编号", "Order"), "HL20250601-0007"),
            ],
            "undo": self.pick("6月2日 18:00 前说“撤销换卡”即可。", "Say “undo” before 2 June 18:00."),
            "tip": self.pick(
                "收到新卡前，有人索要验证码都是诈骗。", "Whoever asks for a code meanwhile is a fraudster."
            ),
        }
        return Said(
            [self.pick("办好了，新卡 5 个工作日内寄出。", "Done. The new card is posted within 5 working days.")],
            [card],
            "follow_up",
            "card.replace",
            "done",
            actions=[{"id": "a-1", "service": "card.replace", "status": "done", "reason": [], "receipt": {}}],
            request={"service": "card.replace", "params": {"card": tail}, "status": "done"},
        )

    def handoff(self) -> Said:
        card: Json = {
            "type": "handoff",
            "queue": 2,
            "summary": self.pick(
                "李婉清女士要换尾号6688的卡，身份已核实，尚未确认。",
                "Customer wants to replace card 6688; not confirmed yet.",
            ),
        }
        return Said(
            [self.pick("马上为您转接人工。", "I'm getting you a person now.")],
            [card],
            "handoff",
            "human.handoff",
            "handoff",
            understood=[command("handoff", "exact", 1.0)],
        )

    def again(self, state: str) -> Said:
        if state == "which":
            return self.which()
        if state == "confirm":
            return self.confirm(self.pick("我们接着说。", "Let's go on."))
        if state == "educate":
            return self.educate()
        return Said(
            [self.pick("我还在学习这个，您可以说“换卡”。", "I don't know that yet. You can say “replace card”.")],
            understood=[command("out_of_scope", "examples", 0.71)],
        )

    def shown(self, kind: str) -> Said:
        """One card of a kind that the conversation above does not have."""
        cards: dict[str, Json] = {
            "consent": {
                "type": "consent",
                "id": "face-1",
                "title": self.pick("人脸信息授权", "Use of your face"),
                "text": self.pick("仅用于本次核验，办完即删。", "Only for this check; deleted afterwards."),
                "version": "2025-06",
                "alternative": self.pick(
                    "可改为出示证件并由人工视频核验。", "An ID document and a video call with staff."
                ),
            },
            "document": {
                "type": "document",
                "challenge": "d-1",
                "steps": [
                    self.pick("拍摄身份证正面", "Front of the document"),
                    self.pick("拍摄身份证反面", "Back of the document"),
                ],
            },
            "face": {
                "type": "face",
                "challenge": "f-1",
                "steps": [self.pick("正对屏幕", "Face the screen"), self.pick("眨眨眼", "Blink")],
            },
            "quiz": {
                "type": "quiz",
                "question": self.pick("有人让您把激活的卡借给他用，您会？", "Someone asks to borrow your card. You…"),
                "options": [
                    {"id": "q1", "label": self.pick("借给他", "lend it")},
                    {"id": "q2", "label": self.pick("拒绝，出借账户违法", "refuse: lending an account is illegal")},
                    {"id": "q3", "label": self.pick("收费后借给他", "lend it for a fee")},
                ],
            },
            "citations": {"type": "citations", "citations": [self.citation("k1"), self.citation("k2")]},
            "xss": {
                "type": "confirm",
                "id": "x-1",
                "service": "transfer.create",
                "params": [param("payee", XSS, XSS), param("amount", "金额", "1234567.00")],
                "lines": [XSS],
            },
            "shortotp": {"type": "otp", "sent_to": "100****0001", "expires_in_s": 2},
            "delayed": {
                "type": "receipt",
                "action": "a-9",
                "service": "transfer.create",
                "status": "delayed",
                "title": XSS,
                "rows": [param("payee", "收款人", "张伟")],
                "undo": None,
                "tip": None,
            },
        }
        stages = {
            "consent": "identity",
            "document": "identity",
            "face": "identity",
            "quiz": "educate",
            "xss": "confirm",
            "shortotp": "identity",
            "delayed": "follow_up",
        }
        if kind == "long":
            return Said(["很长的回答。" * 200])
        sentences = [XSS] if kind == "xss" else [self.pick("请看这张卡片。", "Please look at this card.")]
        return Said(
            sentences, [cards[kind]], stages.get(kind, "idle"), "account.activate_dormant" if kind in stages else None
        )
