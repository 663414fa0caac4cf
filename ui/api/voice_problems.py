"""Problems of the voice socket (docs/voice-protocol.md): told in messages, since a socket has no status line."""

from __future__ import annotations

from collections.abc import Mapping

from tools.wording import Text
from ui.api.problems import Kind


def _kind(slug: str, status: int, title: tuple[str, str], detail: tuple[str, str]) -> Kind:
    return Kind(slug, status, Text(*title), Text(*detail))


VOICE_KINDS: Mapping[str, Kind] = {
    kind.slug: kind
    for kind in (
        _kind(
            "voice-hello",
            400,
            ("第一条消息不是有效的 hello", "The first message is not a valid hello"),
            (
                "请先发送 JSON 文本消息 hello，带 session_id、token 和 audio；采样率只能是 16000、24000、44100 或 48000。",
                "Send the JSON text message hello first, with session_id, token and audio; the rate is 16000, 24000, 44100 or 48000.",
            ),
        ),
        _kind(
            "voice-message",
            400,
            ("这不是约定的消息", "This is not a message of the protocol"),
            (
                "请发送带 type 的 JSON 对象，字段见 docs/voice-protocol.md，大小不超过 ready 里的上限。",
                "Send a JSON object with a type; its fields are in docs/voice-protocol.md, its size within the limits of ready.",
            ),
        ),
        _kind(
            "voice-frame",
            400,
            ("这不是约定的声音", "This is not sound as agreed"),
            (
                "请按 hello 里的采样率发送 16 位小端单声道样本，每帧 20 到 40 毫秒，最多 200 毫秒，字节数是偶数。",
                "Send 16-bit little-endian samples of one channel at the rate of hello, 20 to 40 ms a frame, at most 200 ms, an even number of bytes.",
            ),
        ),
        _kind(
            "voice-too-fast",
            429,
            ("声音来得比说话快", "Sound comes faster than speech"),
            (
                "请按录音的速度发送；超前 5 秒以上的声音没有听。",
                "Send it at the pace of recording; what came more than 5 seconds ahead was not listened to.",
            ),
        ),
        _kind(
            "voice-full",
            503,
            ("语音的队伍也满了", "Even the line for the voice is full"),
            (
                "请先用文字：POST /api/v1/sessions/{id}/turns，过几分钟再试语音。",
                "Use text for now: POST /api/v1/sessions/{id}/turns, and try the voice again in some minutes.",
            ),
        ),
    )
}
