"""Identity: bring the session to the assurance that is needed, one step at a time."""

from __future__ import annotations

import secrets
from datetime import datetime
from math import ceil

from tools.errors import must
from tools.gate import phrases
from tools.gate.finish import ended_view
from tools.gate.identity import (
    CODE_DIGITS,
    OTP_LASTS,
    OTP_RESEND_AFTER,
    TRIES_HEARD_MIN,
    Challenge,
    IdentityStep,
    Verdict,
)
from tools.gate.kept import keep
from tools.gate.records import OtpRow
from tools.gate.run import Outcome, Run
from tools.gate.sessions import info, raise_level
from tools.gate.views import ConsentView, DocumentView, EndedView, FaceView, GateView, OtpView
from tools.masking import mask
from tools.rendering import render
from tools.wording import Line, Text, line


def identity(run: Run) -> GateView | None:
    """Pass when the session's level suffices and, where codes are bound, one was given for these parameters."""
    needed = max(run.service.entry.assurance, run.state.level)
    if needed >= 3 and run.session.level < needed:
        return _document_and_face(run) if needed == 3 else _to_person(run, "video_needed")
    bound = run.service.binds_otp and needed >= 2 and run.state.bound_otp_passed != run.state.digest
    if run.session.level < needed or bound:
        return _otp(run)
    run.log("identity", f"level_{run.session.level}")
    return None


def give_otp(run: Run, code: str, *, heard: bool = False) -> None:
    """Check a code: right raises the level, wrong counts, expired brings a new one.

    One of too few or too many digits, or that was ``heard`` and cannot be what the customer read or would be the last try before
    the lock, is not looked at and counts for nothing: that tells nobody anything about the code.
    """
    challenge = run.otp.current(run.row.id, _bound_to(run))
    if challenge is None or run.locks.locked_until(run.now, run.customer.id, "otp"):
        return
    if run.now >= challenge.expires:
        run.problem = line(phrases.OTP_EXPIRED)
        run.log_always("identity", "otp_expired")
        _send(run)
        return
    if not heard and code.isascii() and code.isdigit() and not _is_whole(code):
        run.problem = line(phrases.OTP_INCOMPLETE)
        run.log_always("identity", "otp_incomplete")
        return
    if heard and not _worth_a_try(run, challenge, code):
        run.state.misheard += 1
        run.problem = line(phrases.OTP_MISHEARD)
        run.log_always("identity", "otp_misheard")
        return
    if run.otp.accept(run.now, challenge, code):
        run.locks.clear(run.customer.id, "otp")
        run.state.bound_otp_passed = run.state.digest
        if _sent_to(run) == run.customer.phone:
            _raise(run, 2)
        else:
            run.log_always("identity", "number_proven")  # it proves that number, not who holds the session
        return
    left = run.locks.fail(run.now, run.customer.id, "otp")
    run.log_always("identity", "otp_wrong")
    run.problem = line(phrases.OTP_HEARD_WRONG if heard else phrases.OTP_WRONG, left=left)
    if heard:
        run.state.misheard += 1
        run.state.heard_wrong.append(run.otp.mark(challenge, code))


def _is_whole(code: str) -> bool:
    return len(code) == CODE_DIGITS and code.isascii() and code.isdigit()


def _worth_a_try(run: Run, challenge: OtpRow, code: str) -> bool:
    """Whether a spoken code may be the right one, and may be wrong without a lock."""
    again = run.otp.mark(challenge, code) in run.state.heard_wrong
    return _is_whole(code) and not again and run.locks.left(run.now, run.customer.id, "otp") >= TRIES_HEARD_MIN


def resend_otp(run: Run) -> None:
    """A new code, at most once a minute for one challenge."""
    challenge = run.otp.current(run.row.id, _bound_to(run))
    if challenge is None:
        return
    waited = run.now - challenge.sent
    if waited < OTP_RESEND_AFTER:
        run.problem = line(phrases.OTP_TOO_SOON, wait=ceil((OTP_RESEND_AFTER - waited).total_seconds()))
        return
    run.problem = line(phrases.OTP_RESENT)
    _send(run)


def give_consent(run: Run, consent_id: str | None, given: bool) -> None:
    """Consent to facial recognition; a refusal leads to a person, never around the check."""
    if run.state.consent_id is None or run.state.consent is not None or consent_id not in (None, run.state.consent_id):
        return
    run.state.consent = given
    text = render(_consent(run), run.session.locale).text
    run.bank.record_consent(run.customer.id, phrases.CONSENT_KIND, phrases.CONSENT_VERSION, given, text)
    run.log_always("identity", "consent_given" if given else "consent_refused")


def awaits_document(run: Run) -> bool:
    """Whether a document would be looked at now."""
    return _consented(run) and not run.state.document_passed and not _locked(run, "document")


def awaits_face(run: Run, challenge: str | None) -> Challenge | None:
    """The challenge that a face would be held against now; None where none would be looked at."""
    asked, since = run.state.challenge, run.state.challenge_since
    if not _consented(run) or not run.state.document_passed or asked is None or since is None or _locked(run, "face"):
        return None
    return Challenge(asked, since) if challenge in (None, asked) else None


def give_document(run: Run, verdict: Verdict | None) -> None:
    """What the verifier found in the pictures of the document; None when it was not asked."""
    if verdict is None or not awaits_document(run):
        return
    if verdict.passed:
        run.locks.clear(run.customer.id, "document")
        run.state.document_passed = True
        run.state.challenge = None
        run.log_always("identity", "document_passed")
        return
    _failed(run, "document", verdict)


def give_face(run: Run, challenge: str, verdict: Verdict | None) -> None:
    """What the verifier found in the frames, for the challenge that was set; only after the document."""
    if verdict is None or awaits_face(run, challenge) is None:
        return
    run.state.challenge = None  # each challenge serves one try
    if verdict.passed:
        run.state.document_passed = False  # the proof is used up: once the level is over, both are shown again
        run.locks.clear(run.customer.id, "face")
        run.log_always("identity", "face_passed")
        _raise(run, 3)
        return
    run.state.document_passed = not verdict.document_again
    _failed(run, "face", verdict)


def _failed(run: Run, step: IdentityStep, verdict: Verdict) -> None:
    if verdict.counts:
        run.locks.fail(run.now, run.customer.id, step)
    run.log_always("identity", f"{step}_failed" if verdict.counts else f"{step}_not_checked")
    run.problem = verdict.problem


def _otp(run: Run) -> GateView:
    until = run.locks.locked_until(run.now, run.customer.id, "otp")
    if until is not None:
        return _lock(run, "otp", until)
    challenge = run.otp.current(run.row.id, _bound_to(run))
    if challenge is None:
        if run.state.code_sent_for not in (None, run.state.digest):
            run.problem = run.problem or line(phrases.OTP_NEW_FOR_CHANGE)
        challenge = _send(run)
    return OtpView(
        run.row.id,
        run.service,
        run.problem,
        sent_to=mask(_sent_to(run)),
        expires_in_s=max(0, int((challenge.expires - run.now).total_seconds())),
        fresh=run.fresh_otp,
        misheard=run.state.misheard,
        left=run.locks.left(run.now, run.customer.id, "otp"),
    )


def _send(run: Run) -> OtpRow:
    bound_to = _bound_to(run)
    code = run.otp.send(run.now, run.row.id, run.customer.id, bound_to)
    locale = run.customer.locale
    purpose = render(run.service.otp_purpose(run.params(), run.context()), locale).text
    text = render(line(phrases.OTP_MESSAGE, code=code, purpose=purpose), locale).text
    run.bank.send_message(run.customer.id, "otp", text, code, to=_sent_to(run))
    run.log_always("identity", "otp_sent")
    run.fresh_otp = True
    run.state.code_sent_for = run.state.digest
    run.state.misheard, run.state.heard_wrong = 0, []
    challenge = run.otp.current(run.row.id, bound_to)
    must(challenge is not None and challenge.expires - run.now == OTP_LASTS, "the code just sent is the current one")
    assert challenge is not None  # noqa: S101 - for the type checker
    return challenge


def _sent_to(run: Run) -> str:
    return run.service.otp_number(run.params(), run.context())


def _bound_to(run: Run) -> str | None:
    return run.state.digest if run.service.binds_otp else None


def _document_and_face(run: Run) -> GateView:
    for step in ("document", "face"):
        until = run.locks.locked_until(run.now, run.customer.id, step)
        if until is not None:
            return _lock(run, step, until)
    if run.state.consent is False:
        return _to_person(run, "consent_refused")
    if run.state.consent is not None and not _consented(run):  # withdrawn since: what rested on it is gone
        run.state.consent = run.state.consent_id = run.state.challenge = None
        run.state.document_passed = False
    if run.state.consent is None:
        run.state.consent_id = run.state.consent_id or f"con_{secrets.token_urlsafe(9)}"
        return ConsentView(
            run.row.id, run.service, run.problem, run.state.consent_id, phrases.CONSENT_VERSION, _consent(run)
        )
    if run.state.challenge is None or run.state.challenge_since is None:
        run.state.challenge, run.state.challenge_since = f"chl_{secrets.token_urlsafe(9)}", run.now
    if not run.state.document_passed:
        return DocumentView(run.row.id, run.service, run.problem, run.state.challenge)
    steps = run.parts.verifier.steps(run.state.challenge)
    return FaceView(run.row.id, run.service, run.problem, run.state.challenge, steps)


def _consented(run: Run) -> bool:
    """Whether consent was given for this and is still in force."""
    return run.state.consent is True and any(
        consent.kind == phrases.CONSENT_KIND for consent in run.bank.consents(run.customer.id)
    )


def _consent(run: Run) -> Line:
    """What is asked, with the days that pictures are kept."""
    days = run.parts.tariff.item("privacy.evidence_days")
    return line(phrases.CONSENT_TEXT, days=Text(days.said("zh-CN"), days.said("en")))


def _lock(run: Run, step: str, until: datetime) -> EndedView:
    run.log_always("identity", f"{step}_locked")
    run.finish(Outcome(status="failed", reasons=["identity_locked"], said=keep([line(phrases.LOCKED)])))
    return ended_view(run)


def _to_person(run: Run, reason: str) -> EndedView:
    said = phrases.CONSENT_REFUSED if reason == "consent_refused" else phrases.VIDEO_NEEDED
    run.finish(Outcome(status="cancelled", reasons=[reason], handoff=True, said=keep([line(said)])))
    return ended_view(run)


def _raise(run: Run, level: int) -> None:
    raise_level(run.db, run.now, run.session.id, level)
    run.session = info(run.db, run.now, run.session.id)
    run.log_always("identity", f"raised_to_{level}")


def _locked(run: Run, step: IdentityStep) -> bool:
    return run.locks.locked_until(run.now, run.customer.id, step) is not None
