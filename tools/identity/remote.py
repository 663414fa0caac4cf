"""A bank's own verifier behind the port, over HTTPS.

``POST {url}/document`` and ``POST {url}/face`` with ``{"customer","document","document_number","action","at"}`` and
``"pictures"`` (base64 by side) or ``"challenge","frames"``; the answer is ``{"passed": true}`` or ``{"passed": false,
"problem": {"zh","en"}}``. ``DELETE {url}/customers/{id}`` when consent is withdrawn. Pictures are not kept on our side.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from tools.gate.identity import Challenge, Subject, Verdict
from tools.identity import words
from tools.identity.liveness import SAID, steps_of
from tools.wording import Text, line

TIMEOUT_S = 10.0
_log = logging.getLogger(__name__)


class _Problem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    zh: str
    en: str


class _Answer(BaseModel):
    """``passed`` is a real boolean: the word "true" opens nothing."""

    model_config = ConfigDict(strict=True, extra="ignore")

    passed: bool
    problem: _Problem | None = None


class RemoteVerifier:
    """Asks the verifier at a URL; unreachable or unclear is never a pass, and never the customer's fault."""

    def __init__(self, url: str, token: str | None = None, client: httpx.Client | None = None) -> None:
        self._url = url.rstrip("/")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._client = client if client is not None else httpx.Client(timeout=TIMEOUT_S)
        self._client.headers.update(headers)

    def steps(self, challenge: str) -> Sequence[Text]:
        return [SAID[step] for step in steps_of(challenge)]

    def document(self, subject: Subject, payload: object) -> Verdict:
        pictures = dict(payload) if isinstance(payload, Mapping) else {}
        return self._ask("document", subject, {"pictures": pictures})

    def face(self, subject: Subject, challenge: Challenge, payload: object) -> Verdict:
        frames = payload.get("frames") if isinstance(payload, Mapping) else None
        steps = list(steps_of(challenge.id))
        return self._ask("face", subject, {"challenge": challenge.id, "steps": steps, "frames": frames or []})

    def forget(self, customer: str) -> bool:
        try:
            self._client.delete(f"{self._url}/customers/{customer}").raise_for_status()
        except httpx.HTTPError as error:
            _log.error("the verifier has not yet deleted a customer's data: %s", type(error).__name__)
            return False
        return True

    def _ask(self, what: str, subject: Subject, content: Mapping[str, object]) -> Verdict:
        customer = subject.customer
        body = {
            "customer": customer.id, "document": customer.document, "document_number": customer.document_number,
            "action": subject.action, "at": subject.now.isoformat(), **content,
        }  # fmt: skip
        try:
            answer = self._client.post(f"{self._url}/{what}", json=body)
            answer.raise_for_status()
            found = _Answer.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            _log.warning("the verifier could not be asked about a %s: %s", what, type(error).__name__)
            return Verdict(passed=False, problem=line(words.SYSTEM), counts=False)
        if found.passed:
            return Verdict(passed=True)
        said = words.MISMATCH if what == "document" else words.FACE_MISMATCH
        return Verdict(False, line(said if found.problem is None else Text(found.problem.zh, found.problem.en)))
