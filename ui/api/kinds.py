"""Every type of problem that the API can answer with, by its slug."""

from __future__ import annotations

from collections.abc import Mapping

from ui.api import problems
from ui.api.problems import Kind
from ui.api.sounds import SOUND_KINDS
from ui.api.voice_problems import VOICE_KINDS

KINDS: Mapping[str, Kind] = {**problems.KINDS, **SOUND_KINDS, **VOICE_KINDS}
