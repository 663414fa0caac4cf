"""Hearing: recognition, helped by what may be said now, and repair by sound."""

from voice.hearing.decode import SECONDS_MAX, decoded
from voice.hearing.port import Heard, Hints, Recognizer, Repair
from voice.hearing.recognizer import WhisperRecognizer

__all__ = ["SECONDS_MAX", "Heard", "Hints", "Recognizer", "Repair", "WhisperRecognizer", "decoded"]
