"""Say: what the gate asks and how an action ended, as sentences and cards. One question at a time, and it comes last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from agent import phrases
from agent.commands import Command, SetSlots
from agent.state import Work
from agent.turn import (
    ActionResult,
    ChoicesCard,
    Citation,
    CitationsCard,
    ConfirmCard,
    ConsentCard,
    DocumentCard,
    EducationCard,
    FaceCard,
    NamedValue,
    Option,
    OtpCard,
    QuizCard,
    ReceiptCard,
    Reply,
    Stage,
    TaughtEntry,
    Turn,
)
from knowledge.port import Answer
from tools.gate import phrases as gate_phrases
from tools.gate.lessons import Lesson
from tools.gate.service import Row
from tools.gate.views import (
    CollectView,
    ConfirmView,
    ConsentView,
    DocumentView,
    EndedView,
    FaceView,
    GateView,
    LessonView,
    OtpView,
)
from tools.rendering import raw, render, written
from tools.wording import Code, Line, Locale, Rendered, Text

MARKS = "。！？，、；：.!?,;:"
REPLY_LINES_MAX = 4  # sentences that an end is told in; the receipt has the rest
MISHEARD_MAX = 2  # spoken codes; after them it is asked for in writing
CLOSING = '"”）)'


def turn_of(work: Work) -> Turn:
    """The turn as it is answered and kept. A one-time code is in neither."""
    reply = joined(work.pieces, work.locale)
    coded = any(_has_code(command) for command in work.understood)
    return Turn(
        turn_id=work.number,
        heard="******" if coded else work.heard,
        understood=[_without_code(command) for command in work.understood],
        reply=Reply(text=reply.text, speech=reply.speech, cards=work.cards),
        citations=work.citations,
        stage=work.stage,
        service=work.service,
        actions=work.actions,
        timings_ms=work.timings.model_copy(
            update={name: round(value, 1) for name, value in work.timings.model_dump().items()}
        ),
    )


def ask(work: Work, view: GateView) -> None:
    """Put the question of a view; an ended one is told by :func:`tell_end`."""
    if view.problem is not None:
        work.say_line(view.problem)
    match view:
        case CollectView():
            _ask_param(work, view)
        case OtpView():
            work.say(_code_ask(work, view), phone=Code(view.sent_to))
            work.cards.append(OtpCard(sent_to=view.sent_to, expires_in_s=view.expires_in_s))
        case ConsentView():
            _ask_consent(work, view)
        case DocumentView():
            if view.problem is None:  # which says what to do already
                work.say(phrases.DOCUMENT_ASK)
            work.cards.append(DocumentCard(challenge=view.challenge, steps=_steps(work, gate_phrases.DOCUMENT_STEPS)))
        case FaceView():
            if view.problem is None:
                work.say(phrases.FACE_ASK)
            work.cards.append(FaceCard(challenge=view.challenge, steps=_steps(work, view.steps)))
        case LessonView():
            _teach(work, view)
        case ConfirmView():
            _read_back(work, view)
        case EndedView():
            raise AssertionError("an ended action asks nothing")
        case _:
            assert_never(view)
    work.stage, work.service, work.asked_now = stage_of(view), view.service.id, True


def stage_of(view: GateView) -> Stage:
    """The step that the next turn is expected to answer."""
    match view:
        case CollectView():
            return "collect"
        case OtpView() | ConsentView() | DocumentView() | FaceView():
            return "identity"
        case LessonView():
            return "educate"
        case ConfirmView():
            return "confirm"
        case EndedView():
            return "follow_up"
        case _:
            assert_never(view)


def tell_end(work: Work, view: EndedView, *, waits: bool = False) -> None:
    """How an action ended: what was done, what next, how to undo it, one tip, and the receipt.

    Of several things to do next only so many are said as one can keep in mind. With ``waits`` something else goes on in this reply, and only the end itself is told; in elder mode what to do next is
    left to the receipt. Nothing is lost with either: the receipt has all of it.
    """
    if view.problem is not None:
        work.say_line(view.problem)
    work.say_lines(view.said)
    shortly = waits and view.recorded
    if not shortly and (work.session.mode != "elder" or not view.recorded):
        room = REPLY_LINES_MAX - len(view.said) - (view.undo is not None) - (view.tip is not None)
        work.say_lines(view.next[: max(1, room)])
    if view.undo is not None and not shortly:
        work.say_line(view.undo)
    if view.tip is not None and not shortly:
        work.say_line(view.tip)
    rows = _named(work, view.rows)
    if view.status != "cancelled" or view.recorded:
        receipt = {row.name: raw(row.value) for row in view.rows}
        work.actions.append(
            ActionResult(
                id=view.action,
                service=view.service.id,
                status=view.status,
                reason=list(view.reasons),
                receipt={**receipt, **dict(view.facts)},
            )
        )
    else:
        work.actions.append(
            ActionResult(id=view.action, service=view.service.id, status="cancelled", reason=list(view.reasons))
        )
    if rows:
        work.cards.append(
            ReceiptCard(
                action=view.action,
                service=view.service.id,
                status=view.status,
                title=f"{work.words(view.service.entry.name)} · {work.words(gate_phrases.STATUS[view.status])}",
                rows=rows,
                next=[work.words(said) for said in view.next],
                undo=None if view.undo is None else work.words(view.undo),
                tip=None if view.tip is None else work.words(view.tip),
            )
        )


def note_end(work: Work, view: GateView) -> None:
    """An action that ended with something else: reported, not told."""
    if isinstance(view, EndedView):
        work.actions.append(
            ActionResult(id=view.action, service=view.service.id, status=view.status, reason=list(view.reasons))
        )


def tell_answer(work: Work, found: Answer, *, brief: bool = False) -> None:
    """An approved answer with its citations; ``brief`` where it is one of two."""
    work.pieces.append(Rendered(text=found.short if brief else found.long, speech=found.short))
    cite(work, found)


def cite(work: Work, found: Answer) -> None:
    """Where an answer comes from; what was cited already is not cited again."""
    cited = [Citation(id=c.id, title=c.title, quote=c.quote, source=c.source) for c in found.citations]
    cited = [citation for citation in cited if citation not in work.citations]
    work.citations += cited
    if cited:
        work.cards.append(CitationsCard(citations=cited))


def shown_as(view: GateView) -> str | None:
    """What a yes or a "got it" must have been put to: the read-back, the consent or the lesson, and none other."""
    match view:
        case ConfirmView(id=shown) | ConsentView(id=shown):
            return shown
        case LessonView(action=action, lessons=lessons, question=None):
            return ":".join([action, *(lesson.id for lesson in lessons)])
        case _:
            return f"{view.action}:{stage_of(view)}"


def joined(pieces: Sequence[Rendered], locale: str) -> Rendered:
    """Sentences into one reply, each closed by a full stop where it has none."""
    stop, gap = ("。", "") if locale == "zh-CN" else (".", " ")
    spoken = [piece for piece in pieces if piece.speech]  # a formula is for the eye alone

    def close(sentence: str) -> str:
        sentence = sentence.strip()
        return sentence if sentence.rstrip(CLOSING).endswith(tuple(MARKS)) else f"{sentence}{stop}"

    return Rendered(
        text=gap.join(close(piece.text) for piece in pieces), speech=gap.join(close(piece.speech) for piece in spoken)
    )


def sentences(reply: str) -> list[str]:
    """Parted after what ends a sentence; the point in "12,000.00" does not."""
    return [part for part in re.split(r"(?<=[。！？])(?![。！？”」）])\s*|(?<=[.!?])\s+", reply.strip()) if part] or [
        reply
    ]


def _ask_param(work: Work, view: CollectView) -> None:
    work.say_line(view.question)
    if view.options is None:
        return
    labels = [render(option.label, work.locale) for option in view.options]
    work.cards.append(
        ChoicesCard(
            question=work.words(view.question),
            options=[Option(id=o.value, label=label.text) for o, label in zip(view.options, labels, strict=True)],
        )
    )
    gap = "、" if work.locale == "zh-CN" else ", "
    joined_labels = Rendered(gap.join(label.text for label in labels), gap.join(label.speech for label in labels))
    head = phrases.CHOOSE_FROM.of(work.locale)
    work.pieces.append(
        Rendered(head.replace("{options}", joined_labels.text), head.replace("{options}", joined_labels.speech))
    )


def _code_ask(work: Work, view: OtpView) -> Text:
    """Whom she misheard twice, or who speaks with one try left, is asked to type."""
    if view.misheard >= MISHEARD_MAX or (view.by_hand and (work.spoken or view.misheard)):
        return phrases.OTP_TYPE
    if view.misheard:
        return phrases.OTP_SLOWLY
    return phrases.OTP_SENT if view.fresh else phrases.OTP_WAITING


def _ask_consent(work: Work, view: ConsentView) -> None:
    asked = render(view.text, work.locale)
    work.pieces.append(asked)
    work.say(phrases.CONSENT_ASK)
    work.cards.append(
        ConsentCard(
            id=view.id,
            title=work.words(gate_phrases.CONSENT_TITLE),
            text=asked.text,
            version=view.version,
            alternative=work.words(gate_phrases.CONSENT_ALTERNATIVE),
        )
    )


def _teach(work: Work, view: LessonView) -> None:
    if view.problem is None:
        _tell_lessons(work, view.lessons, quiz=view.question is not None)
    if view.question is None:
        work.say(phrases.ACKNOWLEDGE_ASK)
        return
    question = Text(view.question.question, view.question.question)
    work.say(phrases.QUIZ_ASK, question=question)
    for n, (_, label) in enumerate(view.options, start=1):
        work.say(phrases.OPTION, n=n, label=label)
    work.cards.append(
        QuizCard(question=view.question.question, options=[Option(id=i, label=label) for i, label in view.options])
    )


def _tell_lessons(work: Work, lessons: Sequence[Lesson], *, quiz: bool = False) -> None:
    if not lessons:
        return
    fresh = [lesson for lesson in lessons if lesson.id not in work.told or lesson.mode != "inform"]
    if fresh:
        work.say(phrases.BEFORE)
    for lesson in fresh:
        work.say_line(Line(Text(lesson.text, lesson.text)))
    work.told += [lesson.id for lesson in fresh]
    for lesson in lessons:
        cited = lesson.citation
        work.citations.append(Citation(id=cited.id, title=cited.title, quote=cited.quote, source=cited.source))
    if quiz and work.session.mode == "elder":
        return  # one thing to look at at a time: the question
    work.cards.append(
        EducationCard(
            entries=[TaughtEntry(id=lesson.id, title=lesson.title, text=lesson.text) for lesson in lessons],
            mode=lessons[0].mode,
        )
    )


def _read_back(work: Work, view: ConfirmView) -> None:
    if view.fresh:
        _tell_lessons(work, view.lessons)
    work.say_lines(view.lines)
    work.say(phrases.CONFIRM_ASK)
    work.cards.append(
        ConfirmCard(
            id=view.id,
            service=view.service.id,
            params=[
                NamedValue(name=row.name, label=row.label.of(work.locale), value=_exact(row, work.locale))
                for row in view.rows
            ],
            lines=[work.words(said) for said in view.lines],
        )
    )


def _named(work: Work, rows: Sequence[Row]) -> list[NamedValue]:
    return [
        NamedValue(name=row.name, label=row.label.of(work.locale), value=written(row.value, work.locale))
        for row in rows
    ]


def _has_code(command: Command) -> bool:
    return isinstance(command, SetSlots) and "otp" in command.slots


def _without_code(command: Command) -> Command:
    if isinstance(command, SetSlots) and _has_code(command):
        return command.model_copy(update={"slots": {**command.slots, "otp": "******"}})
    return command


def _exact(row: Row, locale: Locale) -> str:
    """Parameters are read back in the contract's own form ("500.00", "6688")."""
    return written(row.value, locale) if isinstance(row.value, Text) else raw(row.value)


def _steps(work: Work, steps: Sequence[Text]) -> list[str]:
    return [step.of(work.locale) for step in steps]
