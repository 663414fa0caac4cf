"""Speaking: text to clauses of sound with mouth shapes, by the first engine that can."""

from voice.speaking.clauses import fixed_clauses
from voice.speaking.engine import Engine, EngineState
from voice.speaking.kokoro import KokoroFiles
from voice.speaking.port import Clause, Mouth, Shape, Synthesizer
from voice.speaking.rehearsal import Rehearsed, rehearse
from voice.speaking.select import ENGINES, speaker
from voice.speaking.speaker import Speaker
from voice.speaking.store import PhraseStore

__all__ = [
    "ENGINES",
    "Clause",
    "Engine",
    "EngineState",
    "KokoroFiles",
    "Mouth",
    "PhraseStore",
    "Rehearsed",
    "Shape",
    "Speaker",
    "Synthesizer",
    "fixed_clauses",
    "rehearse",
    "speaker",
]
