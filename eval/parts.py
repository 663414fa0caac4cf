"""What cases and attacks are made of."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
"""Nothing unknown, nothing converted."""


class Press(BaseModel):
    """A raw input. ``@confirm``, ``@old_confirm``, ``@wrong_otp`` and ``@otp`` stand for what was shown or sent."""

    model_config = STRICT

    type: str
    value: Any = None
