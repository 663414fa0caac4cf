"""The dialogue policy's numbers, read once and validated."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

POLICY_FILE = Path(__file__).with_name("policy.toml")


class Policy(BaseModel):
    """What each number means stands beside it in ``policy.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    misses_max: int = Field(ge=1, le=5)
    clarify_max: int = Field(ge=1, le=5)
    queue_max: int = Field(ge=1, le=10)
    stack_max: int = Field(ge=1, le=5)
    low_rating_max: int = Field(ge=1, le=4)

    @classmethod
    def from_file(cls, path: Path = POLICY_FILE) -> Policy:
        """Raises pydantic's ValidationError naming the field that is wrong."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
