"""What can go wrong with the voice."""

from __future__ import annotations


class EngineUnavailable(Exception):
    """A speech engine cannot work: ``engine`` names it, ``why`` says what is wrong, ``remedy`` what to do."""

    def __init__(self, engine: str, why: str, remedy: str) -> None:
        super().__init__(f"{engine}: {why}; {remedy}")
        self.engine, self.why, self.remedy = engine, why, remedy


class BadSound(Exception):
    """What was sent is not sound that can be heard; ``code`` is stable, the message says what to send instead."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
