"""Speech as a file, with the mark that says by machine what it is: made by artificial intelligence.

China's measures for labelling AI-generated content (in force since 2025-09-01) and GB 45438-2025 ask for it in a file's
metadata; the field names are the standard's. It stands in WAV as the comment of the INFO list, in Ogg as the comment tag.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Literal

import numpy as np

from voice.sound import Sound

FileFormat = Literal["wav", "opus"]
MEDIA_TYPES: dict[FileFormat, str] = {"wav": "audio/wav", "opus": "audio/ogg"}


@dataclass(frozen=True)
class Label:
    """``producer``: the name or the registered code of who makes the content; ``content``: what tells it from other."""

    producer: str
    content: str

    def text(self) -> str:
        """The mark as GB 45438-2025 writes it."""
        fields = {
            "Label": "1",  # it is generated, not only perhaps
            "ContentProducer": self.producer,
            "ProduceID": self.content,
            "ReservedCode1": "",
            "ContentPropagator": self.producer,
            "PropagateID": self.content,
            "ReservedCode2": "",
        }
        return json.dumps({"AIGC": fields}, ensure_ascii=False, separators=(",", ":"))


def file_of(sound: Sound, form: FileFormat, producer: str) -> bytes:
    """The sound as a WAV (16 bit) or Ogg Opus file with its label."""
    import soundfile

    label = Label(producer, hashlib.sha256(sound.samples.tobytes()).hexdigest()[:32])
    container, coding = ("WAV", "PCM_16") if form == "wav" else ("OGG", "OPUS")
    written = io.BytesIO()
    with soundfile.SoundFile(written, "w", sound.rate, 1, format=container, subtype=coding) as file:
        file.comment = label.text()
        file.software = "Skyteller"
        file.write(np.clip(sound.samples, -1, 1))
    return written.getvalue()
