"""What hears that there is a voice, and that it has finished: pipecat's silero and smart-turn, loaded once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer
from pipecat.audio.turn.smart_turn.base_smart_turn import BaseSmartTurn
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADParams

from voice.sound import HEARD_RATE

# a voice is noticed after 160 ms, so that she can be silent within 300; softer voices than pipecat's default count
VOICE = VADParams(confidence=0.6, start_secs=0.16, stop_secs=0.25, min_volume=0.4)


class _SharedSmartTurn(BaseSmartTurn):
    """One customer's sound before the one model; predictions of all customers queue behind each other."""

    def __init__(self, model: LocalSmartTurnAnalyzerV3, thread: ThreadPoolExecutor) -> None:
        super().__init__()
        self._model, self._thread = model, thread

    @property
    def _model_executor(self) -> ThreadPoolExecutor:
        return self._thread

    def _predict_endpoint(self, audio_array: NDArray[np.float32]) -> dict[str, Any]:
        return self._model._predict_endpoint(audio_array)


class Senses(Protocol):
    """Made once for all customers; each has a share of his own."""

    def voice(self) -> VADAnalyzer:
        """Is there a voice?"""
        ...

    def ending(self) -> BaseTurnAnalyzer:
        """Has the voice finished?"""
        ...


class EmbeddedSenses:
    """Silero and smart-turn v3. Loading takes about 0.2 s; a customer's own share of it 0.05 s."""

    def __init__(self) -> None:
        self._turn = LocalSmartTurnAnalyzerV3(sample_rate=HEARD_RATE)
        self._turn.set_sample_rate(HEARD_RATE)
        self._thread = ThreadPoolExecutor(1, "turn-end")

    def voice(self) -> VADAnalyzer:
        """See the protocol."""
        return SileroVADAnalyzer(sample_rate=HEARD_RATE, params=VOICE)

    def ending(self) -> BaseTurnAnalyzer:
        """See the protocol."""
        return _SharedSmartTurn(self._turn, self._thread)
