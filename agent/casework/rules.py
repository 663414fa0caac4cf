"""The desk's rules as data: who comes first, how long a colleague may be away, how cases end."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tools.errors import must
from tools.wording import Text

RULES_FILE = Path(__file__).parent / "desk.toml"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QueueRules(_Model):
    """``absent_s`` in seconds; ``callback_from`` and ``callback_until`` are hours in Asia/Shanghai."""

    urgent: list[str]
    cases_max: int = Field(ge=1)
    absent_s: int = Field(ge=30)
    callback_days_max: int = Field(ge=1)
    callback_from: int = Field(ge=0, le=23)
    callback_until: int = Field(ge=1, le=24)


class StaffRules(_Model):
    """Sign-in: failures that lock out, and how long a sign-in lasts."""

    failures_max: int = Field(ge=1)
    lockout_minutes: int = Field(ge=1)
    idle_minutes: int = Field(ge=1)
    hours_max: int = Field(ge=1)


class OutcomeRule(_Model):
    """How a case may end."""

    code: str
    zh: str
    en: str

    @property
    def said(self) -> Text:
        """What 小岚 says about it."""
        return Text(self.zh, self.en)


class DeskRules(_Model):
    """The file, checked when it is read."""

    queue: QueueRules
    staff: StaffRules
    outcome: list[OutcomeRule] = Field(min_length=1)

    def outcome_of(self, code: str) -> OutcomeRule | None:
        """The outcome with this code."""
        return next((one for one in self.outcome if one.code == code), None)


@cache
def desk_rules() -> DeskRules:
    """``desk.toml``."""
    rules = DeskRules.model_validate(tomllib.loads(RULES_FILE.read_text(encoding="utf-8")))
    must(rules.queue.callback_from < rules.queue.callback_until, "the hours of call-backs are in order")
    return rules
