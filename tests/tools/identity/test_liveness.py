"""Challenges: what a living person does about them passes, and what stands in for one does not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import pytest

from tests.tools.identity.bench import story
from tools.identity import words
from tools.identity.faces import FaceEngine
from tools.identity.liveness import STEPS, Live, Mark, judge, mark_of, steps_of
from tools.identity.pictures import Pixels, Unusable, encode, read
from tools.identity.specimens.features import Pose
from tools.identity.specimens.people import face_of, sequence
from tools.identity.specimens.portrait import portrait
from tools.wording import Text

ENGINE = FaceEngine()
CHALLENGE = "chl_of_the_tests"


@cache
def frames() -> tuple[Pixels, ...]:
    return tuple(read(encode(frame, 88)) for frame in sequence(face_of(story("C1003")), CHALLENGE))


def refused(pictures: Sequence[Pixels], challenge: str = CHALLENGE, used: Sequence[Mark] = ()) -> Text:
    with pytest.raises(Unusable) as unusable:
        judge(ENGINE, challenge, pictures, used)
    return unusable.value.said


def other_order() -> str:
    return next(id for id in map("chl_{}".format, range(100)) if steps_of(id) != steps_of(CHALLENGE))


def test_that_the_steps_follow_from_the_challenge_in_every_order() -> None:
    orders = {steps_of(f"chl_{i}") for i in range(400)}
    assert len(orders) == 24
    assert all(sorted(order) == sorted(STEPS) for order in orders)
    assert steps_of(CHALLENGE) == steps_of(CHALLENGE)


def test_that_one_who_does_what_was_asked_passes_once() -> None:
    live = judge(ENGINE, CHALLENGE, frames(), [])
    assert isinstance(live, Live)
    assert len(live.straight) >= 4
    saved_again = [read(encode(frame, 70)) for frame in frames()]
    assert refused(saved_again, used=live.marks) == words.OLD_FRAMES


def test_that_the_frames_of_another_challenge_or_in_another_order_do_not_pass() -> None:
    assert refused(frames(), other_order()) == words.WRONG_STEPS
    assert refused(frames()[::-1]) == words.WRONG_STEPS
    shuffled = list(frames())
    np.random.default_rng(3).shuffle(shuffled)  # type: ignore[arg-type]
    assert refused(shuffled) == words.WRONG_STEPS


def test_that_a_still_picture_does_not_pass() -> None:
    assert refused([frames()[0]] * 15) == words.STILL
    moved = [np.roll(frames()[0], shift, axis=1) for shift in range(0, 45, 3)]
    assert refused(moved) in (words.STILL, words.WRONG_STEPS)


def test_that_a_print_which_is_turned_is_not_taken_for_a_head() -> None:
    flat, pictures = frames()[0], []
    height, width = flat.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    for lean in (0, 0, 0, 60, 60, 60, 0, 0, -60, -60, -60, 0, 0, 0, 0):
        side = abs(lean)
        turned = corners + np.array([(side, side / 3), (-side, -side / 6), (-side, side / 6), (side, -side / 3)])
        placed = cv2.getPerspectiveTransform(corners, turned.astype(np.float32))
        pictures.append(np.asarray(cv2.warpPerspective(flat, placed, (width, height), borderValue=(99,) * 3)))
    assert refused(pictures) in (words.STILL, words.WRONG_STEPS, words.SCREEN)


def test_that_who_is_not_there_or_not_alone_is_told_so() -> None:
    assert refused([np.full_like(frame, 140) for frame in frames()]) in (words.NO_FACE, words.STILL)
    both = [np.hstack([frame, frame]) for frame in frames()]
    assert refused(both) == words.TWO_FACES
    assert refused([(frame * 0.08).astype(np.uint8) for frame in frames()]) in (words.DARK, words.NO_FACE)
    small = [cv2.copyMakeBorder(frame, 500, 500, 700, 700, cv2.BORDER_REPLICATE) for frame in frames()]
    assert refused(small) in (words.FACE_SMALL, words.NO_FACE)
    assert refused([cv2.GaussianBlur(frame, (0, 0), 6) for frame in frames()]) in (words.BLURRED, words.NO_FACE)


def test_that_a_mark_outlives_saving_but_not_another_day() -> None:
    today, tomorrow = frames(), sequence(face_of(story("C1003")), other_order())
    again = [np.count_nonzero(mark_of(a) != mark_of(read(encode(a, 75)))) for a in today]
    other = [min(np.count_nonzero(mark_of(a) != mark_of(b)) for b in tomorrow) for a in today]
    assert np.median(again) < 16 < min(other)


def test_that_eyes_that_stay_shut_are_told_so() -> None:
    shut = [
        portrait(face_of(story("C1003")), Pose(shut=1.0, yaw=yaw))
        for yaw in (0, 0, 0, 20, 20, 0, -20, -20, 0, 0, 0, 0, 0)
    ]
    assert refused(shut) == words.EYES_SHUT


@pytest.mark.parametrize("pitch", [2.6, 3.0, 4.0])
def test_that_the_grid_of_a_screen_is_seen(pitch: float) -> None:
    shown = []
    for frame in frames():
        rows, columns = np.mgrid[0 : frame.shape[0], 0 : frame.shape[1]]
        grid = 1 + 0.16 * np.sin(2 * np.pi * columns / pitch) + 0.16 * np.sin(2 * np.pi * rows / pitch)
        shown.append(np.asarray(np.clip(frame * grid[..., None], 0, 255), dtype=np.uint8))
    assert refused(shown) == words.SCREEN
