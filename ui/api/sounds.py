"""Problem types of sound and speech."""

from __future__ import annotations

from collections.abc import Mapping

from tools.wording import Text
from ui.api.problems import Kind

_TAKEN = Text(zh="WAV、Opus、MP3、WebM、M4A、AAC 或 FLAC", en="WAV, Opus, MP3, WebM, M4A, AAC or FLAC")


def _kind(slug: str, status: int, title: tuple[str, str], detail: tuple[str, str]) -> Kind:
    return Kind(slug, status, Text(*title), Text(*detail))


SOUND_EMPTY = _kind(
    "empty-sound",
    422,
    ("没有声音", "There is no sound"),
    (
        "内容是空的，或者里面没有声音。请录好后再发送。",
        "The body is empty or holds no sound. Record it and send it again.",
    ),
)
SOUND_UNKNOWN = _kind(
    "not-a-sound",
    415,
    ("这不是声音文件", "This is no sound file"),
    (f"请以请求内容直接发送 {_TAKEN.zh}。", f"Send {_TAKEN.en} as the body itself."),
)
SOUND_VIDEO = _kind(
    "video-not-taken",
    415,
    ("这是视频，不是声音", "This is a video, not a sound"),
    (
        "不能从视频里取声音。请只录声音后发送。",
        "The sound is not taken out of a video. Record and send the sound alone.",
    ),
)
SOUND_TORN = _kind(
    "sound-damaged",
    422,
    ("声音文件不完整", "The sound file is damaged"),
    ("文件损坏了，或者缺了后面一段。请重新录一次。", "It is damaged or its end is missing. Record it again."),
)
SOUND_RATE = _kind(
    "sound-format",
    422,
    ("声音格式不合适", "The sound's format is not usable"),
    (
        "采样率须为 4 到 192 kHz，最多 8 个声道。请用常见的录音设置。",
        "Sample rates from 4 to 192 kHz and up to 8 channels are taken. Use ordinary recording settings.",
    ),
)
SOUND_LONG = _kind(
    "sound-too-long",
    422,
    ("录音太长", "The recording is too long"),
    ("一次最多 {limit} 秒，请分几次说。", "At most {limit} seconds at a time; say it in several recordings."),
)
SOUND_LARGE = _kind(
    "sound-too-large",
    413,
    ("声音文件太大", "The sound file is too large"),
    (
        "最多 {limit} 字节。请录短一些，或用 Opus 等压缩格式。",
        "At most {limit} bytes. Record less, or compress it (Opus).",
    ),
)
TOO_MANY_SOUNDS = _kind(
    "too-many-sounds",
    429,
    ("发送得太快了", "Too many recordings"),
    ("请等待 Retry-After 指出的秒数再继续。", "Wait for as many seconds as Retry-After says, then go on."),
)
HEARING_LOADING = _kind(
    "hearing-not-ready",
    503,
    ("语音识别还没准备好", "Speech recognition is not ready"),
    (
        "请稍后再试，或改用文字。/healthz 的 models.asr 说明它的状态。",
        "Try again soon, or use text. models.asr at /healthz says how it stands.",
    ),
)
NOTHING_TO_SAY = _kind(
    "nothing-to-say",
    422,
    ("没有可以念的字", "There is nothing to say"),
    ("请写至少一个能念出来的字；标点和表情念不出来。", "Send at least one word; punctuation and emoji have no sound."),
)
TOO_MANY_TEXTS = _kind(
    "too-many-texts",
    429,
    ("要念的太多了", "Too many texts"),
    ("请等待 Retry-After 指出的秒数再继续。", "Wait for as many seconds as Retry-After says, then go on."),
)
SPEAKING_AWAY = _kind(
    "speaking-not-ready",
    503,
    ("语音合成还没准备好", "Speech synthesis is not ready"),
    (
        "请稍后再试，或只显示文字。/healthz 的 models.tts 说明它的状态。",
        "Try again soon, or show the text alone. models.tts at /healthz says how it stands.",
    ),
)
VOICE_NAMES = Text(zh="可用的声音：{0}。", en="Send one of {0}.")
OF_BAD_SOUND: Mapping[str, Kind] = {
    "empty": SOUND_EMPTY,
    "no-sound": SOUND_EMPTY,
    "not-audio": SOUND_UNKNOWN,
    "video": SOUND_VIDEO,
    "torn": SOUND_TORN,
    "bad-rate": SOUND_RATE,
    "too-long": SOUND_LONG,
}
SOUND_KINDS: Mapping[str, Kind] = {
    kind.slug: kind
    for kind in (
        *OF_BAD_SOUND.values(),
        SOUND_LARGE,
        TOO_MANY_SOUNDS,
        HEARING_LOADING,
        NOTHING_TO_SAY,
        TOO_MANY_TEXTS,
        SPEAKING_AWAY,
    )
}
