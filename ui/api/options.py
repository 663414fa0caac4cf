"""Limits and switches of the HTTP contract, fixed at start."""

from __future__ import annotations

from dataclasses import dataclass

from tools.clock import Clock
from ui.api.ports import UsedTokens


@dataclass(frozen=True)
class HostTokens:
    """Who may open sessions in production: the host app, by tokens signed with one of these public keys.

    ``keys`` is PEM text with one or several public keys (EC P-256 for ES256, Ed25519 for EdDSA).
    """

    keys: str
    issuer: str
    audience: str
    used: UsedTokens
    clock: Clock


@dataclass(frozen=True)
class ApiOptions:
    """``host_tokens`` is required exactly when there is no sandbox."""

    host_tokens: HostTokens | None = None
    request_bytes_max: int = 20 * 2**20  # a turn that carries pictures
    text_bytes_max: int = 256 * 2**10  # every other request
    text_chars_max: int = 2_000
    body_seconds_max: float = 60.0
    turns_parallel_max: int = 8  # worker threads
    turns_waiting_max: int = 256  # over all sessions, running ones included
    session_turns_waiting_max: int = 16
    session_turns_per_minute_max: int = 240
    address_sessions_per_minute_max: int = 60  # does not hold in the sandbox
    sound_bytes_max: int = 16 * 2**20  # a minute of uncompressed stereo fits
    recognitions_parallel_max: int = 1  # one keeps two cores busy
    recognitions_waiting_max: int = 8  # the running one included
    recognitions_per_minute_max: int = 60  # of a session; does not hold in the sandbox
    speech_chars_max: int = 600  # about two minutes of sound
    speeches_parallel_max: int = 1  # one keeps two cores busy
    speeches_waiting_max: int = 8  # the running one included
    speeches_per_minute_max: int = 60  # of a session; does not hold in the sandbox
    ai_producer: str = "Skyteller"  # who made the content, in the mark of generated files
    keep_alive_seconds: float = 15.0  # a comment line on a silent event stream
