"""Faces drawn from nothing but numbers: a relief with light on it, turned in space, that detectors take for a face.

They stand for the sandbox's made-up customers; nobody's photo is needed, and none is in the repository.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.identity.pictures import Pixels
from tools.identity.specimens import features
from tools.identity.specimens.features import Map, Plane, Pose, lay, soft, spot
from tools.identity.specimens.looks import Look

HEIGHT, WIDTH = 480, 400
_PER_UNIT = 136  # points of the relief for a unit of length
_LIGHT = (-0.55, 0.8)  # from above, from the front
_BACKGROUND = np.array([225.0, 228.0, 232.0])
_DEEP = 0.45  # how far behind the nose's root the head turns
_SIZE = WIDTH / 3.9  # pixels for a unit of length
_UP = 0.47  # where the middle of the face is


@lru_cache(maxsize=128)
def portrait(look: Look, pose: Pose = Pose()) -> Pixels:  # noqa: B008 - frozen
    """A picture of the person, 400 × 480, head and shoulders before a light wall."""
    rng = np.random.default_rng(look.seed + 1)
    x, y = np.meshgrid(np.linspace(-1.7, 1.7, round(3.4 * _PER_UNIT)), np.linspace(-1.9, 1.9, round(3.8 * _PER_UNIT)))
    drop = 0.3 * pose.mouth
    plane = _plane(x, y, look, drop)
    relief = _relief(plane, look, drop)
    colours = features.complexion(plane, look, rng.normal(0, 1, x.shape))
    colours = features.eyes(plane, look, colours, pose.shut)
    colours = features.nose(plane, look, colours)
    colours = features.mouth(plane, look, colours, pose.mouth)
    colours = features.age(plane, look, colours)
    colours = features.glasses(plane, look, colours)
    colours = features.hair(plane, look, colours, rng.normal(0, 1, x.shape))
    lit = np.clip(colours * _shade(relief, look, x[0, 1] - x[0, 0])[..., None], 0, 255)
    lit = lit * (1 - 0.45 * np.clip(plane.across, 0, 1) ** 8)[..., None]
    on_face = (plane.across < 1) & (y > -1.45) & (y < look.chin + drop)
    scene = _place(_scene(look, pose), plane, relief, lit, on_face, pose)
    scene = scene + rng.normal(0, 2, scene.shape)
    return np.asarray(cv2.GaussianBlur(np.clip(scene, 0, 255).astype(np.uint8), (0, 0), 0.7), dtype=np.uint8)


def _plane(x: Map, y: Map, look: Look, drop: float) -> Plane:
    """The outline: an ellipse above, narrowing to the chin below."""
    down = np.clip((y - 0.1) / (look.chin + drop - 0.1), 0, 1)
    above = np.sqrt(np.clip(1 - (y / 1.45) ** 2, 0, 1))
    below = (1 - (1 - look.jaw) * down**1.4) * np.sqrt(np.clip(1 - down**4.5, 0, 1))
    half = look.half_width * np.where(y < 0, above, below)
    across = np.where(half > 1e-3, np.abs(x) / np.maximum(half, 1e-3), 9.0)
    return Plane(x, y, across, half)


def _relief(plane: Plane, look: Look, drop: float) -> Map:
    """How far each point stands out towards the camera."""
    x, y = plane.x, plane.y
    dome = 0.95 * np.sqrt(np.clip(1 - np.clip(plane.across, 0, 1) ** 2.3, 0, 1))
    height = dome * np.sqrt(np.clip(1 - (np.clip(y, -1.5, 1.5) / 1.7) ** 2, 0, 1))
    root, tip = look.eye_y + 0.05, look.nose_y
    down = np.clip((y - root) / (tip - root), 0, 1)
    bridge = (0.06 + 0.27 * down**1.3) * np.exp(-((x / (0.075 + 0.06 * down)) ** 2))
    height = height + bridge * soft(tip + 0.05 - y, 0.03) * soft(y - root + 0.1, 0.06)
    for side in (-1, 1):
        eye = side * look.eye_x
        height = height + 0.08 * spot(plane, side * look.nose_width * 0.85, tip, 0.07, 0.07)
        height = height - 0.10 * spot(plane, eye, look.eye_y, 0.24, 0.14)
        height = height + 0.05 * spot(plane, eye, look.brow_y + 0.03, 0.3, 0.08)
        height = height + 0.06 * spot(plane, eye, look.eye_y, 0.15, 0.09)
        height = height + 0.05 * spot(plane, side * 0.55, 0.2, 0.25, 0.25)
    height = height + 0.07 * spot(plane, 0, look.mouth_y, 0.3, 0.12)
    height = height + 0.07 * spot(plane, 0, look.chin + drop - 0.13, 0.25, 0.13)
    return np.asarray(height - 0.03 * spot(plane, 0, look.mouth_y + 0.2 + drop, 0.2, 0.05))


def _shade(relief: Map, look: Look, step: float) -> Map:
    """Light from above the camera on the relief."""
    dy, dx = np.gradient(cv2.GaussianBlur(relief, (0, 0), 3), step)
    light = np.array([look.light, *_LIGHT])
    light = light / np.linalg.norm(light)
    facing = (-dx * light[0] - dy * light[1] + light[2]) / np.sqrt(dx**2 + dy**2 + 1)
    return np.asarray(0.42 + 0.68 * np.clip(facing, 0, 1))


def _scene(look: Look, pose: Pose) -> Map:
    """Everything behind the face: wall, hair, neck, shoulders, ears."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    x, y = (columns - WIDTH / 2) / _SIZE, (rows - HEIGHT * _UP) / _SIZE
    turn = np.deg2rad(pose.yaw)
    shift = 0.25 * np.sin(turn)
    scene = np.broadcast_to(_BACKGROUND, (HEIGHT, WIDTH, 3)) * (1 - 0.05 * y[..., None])
    wide = look.half_width
    if look.gender == "f":
        mass = soft(1 - np.hypot((x + shift * 0.3) / (1.22 * wide), (y + 0.25) / 1.42))
        if look.long_hair:
            fall = soft(1.18 * wide - np.abs(x + shift * 0.2), 0.04) * soft(y + 0.2, 0.05) * soft(1.5 - y, 0.1)
            mass = np.maximum(mass, fall)
    else:
        mass = soft(1 - np.hypot((x + shift * 0.3) / (1.07 * wide), (y + 0.32) / 1.28)) * soft(0.1 - y, 0.1)
    scene = lay(scene, look.hair, mass)
    neck = soft(0.5 * look.jaw / 0.72 - np.abs(x) + 0.25 * np.clip(y - 1.45, 0, 2) ** 2) * soft(y - 0.6, 0.05)
    scene = lay(scene, look.skin * 0.62, neck)
    scene = lay(scene, look.cloth, soft(y - (1.62 + 0.12 * x**2), 0.03))
    for side in (-1, 1) if look.gender == "m" else ():
        ear = soft(1 - np.hypot((x - side * wide * 0.99 * np.cos(turn)) / 0.12, (y - 0.05) / 0.24), 0.05)
        scene = lay(scene, look.skin * 0.72, ear)
    return scene


def _place(scene: Map, plane: Plane, relief: Map, lit: Map, on_face: NDArray[np.bool_], pose: Pose) -> Map:
    """The face turned in space and put before the scene; of points that fall on one pixel the nearest count."""
    turn = np.deg2rad(pose.yaw)
    cos, sin = np.cos(turn), np.sin(turn)
    x, z = plane.x[on_face], relief[on_face] - _DEEP
    columns = np.rint((x * cos + z * sin) * _SIZE + WIDTH / 2).astype(int)
    rows = np.rint(plane.y[on_face] * _SIZE + HEIGHT * _UP).astype(int)
    depth = -x * sin + z * cos
    seen = (columns >= 0) & (columns < WIDTH) & (rows >= 0) & (rows < HEIGHT)
    columns, rows, depth, colours = columns[seen], rows[seen], depth[seen], lit[on_face][seen]
    nearest = np.full((HEIGHT, WIDTH), -9.0)
    np.maximum.at(nearest, (rows, columns), depth)
    front = depth > nearest[rows, columns] - 0.06
    total, count = np.zeros((HEIGHT, WIDTH, 3)), np.zeros((HEIGHT, WIDTH))
    np.add.at(total, (rows[front], columns[front]), colours[front])
    np.add.at(count, (rows[front], columns[front]), 1)
    hit = count > 0
    face = total / np.maximum(count, 1)[..., None]
    spread = cv2.GaussianBlur(face * hit[..., None], (0, 0), 1.2)
    weight = cv2.GaussianBlur(hit.astype(float), (0, 0), 1.2)
    face = np.where(hit[..., None], face, spread / np.maximum(weight, 1e-3)[..., None])
    closed = cv2.morphologyEx(hit.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    cover = cv2.GaussianBlur(closed.astype(np.float64), (0, 0), 0.8)
    return lay(scene, face, np.asarray(cover, dtype=np.float64))
