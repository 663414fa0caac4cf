"""The faces of the sandbox's customers: one made-up person each, far enough apart for the comparison to tell them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import cv2
import numpy as np

from tools.bank.stories import StoryCustomer
from tools.identity.liveness import Step, steps_of
from tools.identity.pictures import Pixels
from tools.identity.specimens.features import Pose
from tools.identity.specimens.looks import Look, look
from tools.identity.specimens.portrait import portrait

_SEEDS = {
    "C1001": 50, "C1002": 4, "C1003": 38, "C1004": 12, "C1005": 48, "C1006": 9, "C1007": 11, "C1008": 35,
}  # fmt: skip
_OLD_BORN_BEFORE = 1960
FRAME_SIZE = (320, 384)
_STRAIGHT = Pose()
_POSES: dict[Step, Pose] = {
    "blink": Pose(shut=1.0), "left": Pose(yaw=20), "right": Pose(yaw=-20), "mouth": Pose(mouth=1.25),
}  # fmt: skip


def face_of(story: StoryCustomer) -> Look:
    """The face of a customer; one whom nobody chose a face for gets one by lot, always the same."""
    seed = _SEEDS.get(story.id)
    if seed is None:
        seed = 1000 + int.from_bytes(hashlib.sha256(story.id.encode()).digest()[:3], "big")
    return look(seed, story.gender, old=story.born.year < _OLD_BORN_BEFORE)


def sequence(person: Look, challenge: str, steps: Sequence[Step] | None = None, *, take: int = 0) -> Sequence[Pixels]:
    """Frames of the person doing a challenge's steps (or others) before a camera held in the hand; each take is held
    another way."""
    poses = [_STRAIGHT, _STRAIGHT]
    for step in steps_of(challenge) if steps is None else steps:
        poses += [_POSES[step]] * 3 + [_STRAIGHT]
    rng = np.random.default_rng(list(hashlib.sha256(f"{challenge}{take or ''}".encode()).digest()))
    hand = _Hand(rng)
    return [hand.take(portrait(person, pose)) for pose in (*poses, _STRAIGHT)]


class _Hand:
    """A camera that is held a little differently each time and never quite still."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._angle, self._scale = rng.uniform(-7, 7), rng.uniform(0.68, 0.88)
        self._shift = rng.uniform(-22, 22, 2)
        across, down = np.meshgrid(np.linspace(-1, 1, FRAME_SIZE[0]), np.linspace(-1, 1, FRAME_SIZE[1]))
        lean = rng.uniform(-0.18, 0.18, 2)  # a lamp somewhere in the room
        self._light = (rng.uniform(0.88, 1.05) + lean[0] * across + lean[1] * down)[..., None]

    def take(self, picture: Pixels) -> Pixels:
        rng = self._rng
        width, height = FRAME_SIZE
        middle = (picture.shape[1] / 2, picture.shape[0] / 2)
        placed = cv2.getRotationMatrix2D(middle, self._angle + rng.normal(0, 0.6), self._scale + rng.normal(0, 0.006))
        placed[:, 2] += np.array([width / 2, height / 2]) - middle + self._shift + rng.normal(0, 1.2, 2)
        taken = cv2.warpAffine(picture, placed, FRAME_SIZE, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
        lit = np.clip(taken * self._light + rng.normal(0, 3, taken.shape), 0, 255)
        return np.asarray(lit, dtype=np.uint8)
