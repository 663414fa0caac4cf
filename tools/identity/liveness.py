"""Whether a row of frames shows a living person who does what was asked, in the order that was asked, just now.

A challenge's steps follow from its id, which is drawn by lot and good for one try. What is looked for in the frames:
every step in its turn and held over neighbouring frames, one face throughout that moves as a head in space does, and no
frame that was shown before. What this cannot see is written down in docs/decisions/0013.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.identity import words
from tools.identity.faces import Face, FaceEngine, open_eyes
from tools.identity.pictures import Pixels, Unusable
from tools.identity.quality import brightness, sharpness
from tools.wording import Text

Step = Literal["blink", "left", "right", "mouth"]
Mark = NDArray[np.bool_]
STEPS: tuple[Step, ...] = ("blink", "left", "right", "mouth")
SAID: dict[Step, Text] = {"blink": words.BLINK, "left": words.LEFT, "right": words.RIGHT, "mouth": words.MOUTH}
FRAMES_MIN = 12
HELD_MIN = 2  # neighbouring frames that show a step
FACE_WIDTH_MIN = 70.0
TURN_MIN = 0.16  # change of Face.yaw from how the head was held
MOUTH_MIN = 0.2  # change of Face.mouth
SHUT_SHARE = 0.55  # of what the open eyes show
LIDS_SHARE = 0.62
SHUT_THROUGHOUT = 0.08  # of the dark in open eyes, which show 0.2 and more
BRIGHTNESS_MIN, SHARPNESS_MIN = 40.0, 15.0
LOST_SHARE_MAX = 0.25  # of the frames, where no face was found: a head turned too far
MARK_SIDE = 16
SAME_MARK_MAX = 16  # of 256 bits: the same frame, perhaps saved once more; another day differs in 40 and more
STILL_MARK_MAX = 1
OLD_SHARE_MAX = 0.2
PARALLAX_MIN = 0.035  # of the face's width
MOIRE_MAX = 60.0


@dataclass(frozen=True)
class Frame:
    """One frame as it was measured; ``mark`` is a hash that a saved copy shares."""

    pixels: Pixels
    face: Face
    eyes: float
    mark: Mark


@dataclass(frozen=True)
class Live:
    """A row of frames that did what was asked: those that look straight at the camera, and all their marks."""

    straight: Sequence[Frame]
    marks: Sequence[Mark]


def steps_of(challenge: str) -> tuple[Step, ...]:
    """The steps of a challenge in their order: a shuffle that its unguessable id decides."""
    lots = {step: hashlib.sha256(f"{challenge}:{step}".encode()).digest() for step in STEPS}
    return tuple(sorted(STEPS, key=lots.__getitem__))


def mark_of(pixels: Pixels) -> Mark:
    """A perceptual hash of 256 bits: whether each spot is brighter than its neighbour."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (MARK_SIDE + 1, MARK_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small[:, 1:] > small[:, :-1]).ravel()


def judge(engine: FaceEngine, challenge: str, pictures: Sequence[Pixels], used: Sequence[Mark]) -> Live:
    """The frames of a person who did what the challenge asked. ``used`` are marks of earlier frames.

    Raises:
        Unusable: with the word for the customer.
    """
    marks = [mark_of(pixels) for pixels in pictures]
    if len(marks) > 1 and all(_differ(one, other) <= STILL_MARK_MAX for one, other in pairwise(marks)):
        raise Unusable(words.STILL)
    old = sum(any(_differ(mark, before) <= SAME_MARK_MAX for before in used) for mark in marks)
    if old > OLD_SHARE_MAX * len(marks):
        raise Unusable(words.OLD_FRAMES)
    frames = _measured(engine, pictures, marks)
    _must_be_clear(frames)
    if len(frames) < FRAMES_MIN:
        raise Unusable(words.WRONG_STEPS)
    done = _labels(frames)
    if len(set(done)) == 1:
        raise Unusable(words.STILL)
    if not _in_order(done, steps_of(challenge)):
        shut = float(np.percentile([frame.eyes for frame in frames], 90)) < SHUT_THROUGHOUT
        raise Unusable(words.EYES_SHUT if shut else words.WRONG_STEPS)
    if not _in_space(frames, done) or max(moire(frame) for frame in frames[:: max(1, len(frames) // 3)]) > MOIRE_MAX:
        raise Unusable(words.SCREEN)
    return Live([frame for frame, step in zip(frames, done, strict=True) if step is None], marks)


def _measured(engine: FaceEngine, pictures: Sequence[Pixels], marks: Sequence[Mark]) -> Sequence[Frame]:
    frames, several, lost = [], 0, 0
    for pixels, mark in zip(pictures, marks, strict=True):
        faces = engine.find(pixels)
        several += len(faces) > 1
        if len(faces) != 1:
            lost += not faces
            continue
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        frames.append(Frame(pixels, faces[0], open_eyes(grey, faces[0]), mark))
    if several >= 2 or (several and not frames):
        raise Unusable(words.TWO_FACES)
    if lost > LOST_SHARE_MAX * len(pictures):
        dark = np.mean([brightness(pixels) for pixels in pictures]) < BRIGHTNESS_MIN
        raise Unusable(words.DARK if dark else words.NO_FACE)
    return frames


def _must_be_clear(frames: Sequence[Frame]) -> None:
    if not frames:
        raise Unusable(words.NO_FACE)
    if np.median([frame.face.width for frame in frames]) < FACE_WIDTH_MIN:
        raise Unusable(words.FACE_SMALL)
    crops = [_crop(frame) for frame in frames]
    if np.median([brightness(crop) for crop in crops]) < BRIGHTNESS_MIN:
        raise Unusable(words.DARK)
    if np.median([sharpness(crop) for crop in crops]) < SHARPNESS_MIN:
        raise Unusable(words.BLURRED)


def _labels(frames: Sequence[Frame]) -> Sequence[Step | None]:
    """What each frame shows against how the person holds the head and opens the eyes otherwise."""
    yaw = float(np.median([frame.face.yaw for frame in frames]))
    mouth = float(np.percentile([frame.face.mouth for frame in frames], 30))
    straight = [frame for frame in frames if abs(frame.face.yaw - yaw) < TURN_MIN / 2]
    eyes = float(np.percentile([frame.eyes for frame in straight], 70)) if straight else 0.0
    lids = float(np.percentile([frame.face.lids for frame in straight], 70)) if straight else 0.0
    if eyes < 0.04 and lids < 0.17:
        raise Unusable(words.EYES_SHUT)

    def label(frame: Frame) -> Step | None:
        turn = frame.face.yaw - yaw
        if abs(turn) >= TURN_MIN:
            return "left" if turn > 0 else "right"  # the camera sees the person's left on its right
        if frame.face.mouth - mouth >= MOUTH_MIN:
            return "mouth"
        if frame.eyes < SHUT_SHARE * eyes or frame.face.lids < LIDS_SHARE * lids:
            return "blink"
        return None

    seen = [label(frame) for frame in frames]
    # one frame that was measured wrongly does not break a step in two
    return [
        seen[i - 1] if 0 < i < len(seen) - 1 and seen[i - 1] == seen[i + 1] is not None else step
        for i, step in enumerate(seen)
    ]


def _in_order(done: Sequence[Step | None], wanted: Sequence[Step]) -> bool:
    """Each wanted step in its turn, held, and nothing else but a blink of one's own."""
    runs = [(step, len(list(run))) for step, run in groupby(done)]
    held = [step for step, length in runs if step is not None and length >= HELD_MIN]
    fleeting = [step for step, length in runs if step not in (None, "blink") and length < HELD_MIN]
    seen = [step for step, _ in groupby(held)]
    asked = wanted.index("blink")
    # a blink of one's own elsewhere is no mistake; the one that was asked for is between its neighbours
    strong = [step for step in seen if step != "blink"]
    if strong != [step for step in wanted if step != "blink"] or len(fleeting) > 2:
        return False
    places = [sum(other != "blink" for other in seen[:i]) for i, step in enumerate(seen) if step == "blink"]
    return asked in places


def _in_space(frames: Sequence[Frame], done: Sequence[Step | None]) -> bool:
    """A flat picture, however it is turned, is mapped affinely onto itself; a nose stands out of that plane."""
    still = [frame for frame, step in zip(frames, done, strict=True) if step is None]
    if not still:
        return False
    start = np.mean([frame.face.points for frame in still], axis=0)
    for side in ("left", "right"):
        turned = [frame.face for frame, step in zip(frames, done, strict=True) if step == side]
        if max((_parallax(start, face) for face in turned), default=0.0) < PARALLAX_MIN:
            return False
    return True


def _parallax(start: NDArray[np.float64], face: Face) -> float:
    """How far the tip of the nose is from where the plane of eyes and mouth would carry it, in widths of the face."""
    plane = [36, 39, 42, 45, 48, 54]
    known = np.column_stack([start[plane], np.ones(len(plane))])
    fitted, *_ = np.linalg.lstsq(known, face.points[plane], rcond=None)
    expected = np.append(start[30], 1.0) @ fitted
    return float(np.linalg.norm(face.points[30] - expected) / np.linalg.norm(start[16] - start[0]))


def moire(frame: Frame) -> float:
    """How much one fine regular pattern stands out of the face's spectrum, as a screen's grid does."""
    grey = cv2.resize(cv2.cvtColor(_crop(frame), cv2.COLOR_RGB2GRAY), (128, 128)).astype(np.float64)
    window = np.outer(np.hanning(128), np.hanning(128))
    power = np.abs(np.fft.fftshift(np.fft.fft2((grey - grey.mean()) * window)))
    rows, columns = np.mgrid[-64:64, -64:64]
    fine = power[(np.hypot(rows, columns) > 24) & (np.hypot(rows, columns) < 60)]
    return float(fine.max() / (np.median(fine) + 1e-9))


def _crop(frame: Frame) -> Pixels:
    left, top, right, bottom = frame.face.box
    height, width = frame.pixels.shape[:2]
    return frame.pixels[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]


def _differ(one: Mark, other: Mark) -> int:
    return int(np.count_nonzero(one != other))
