"""Painting a face's features onto the map of its skin: each function lays one of them over the colours it is given."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.identity.specimens.looks import Colour, Look

Map = NDArray[np.float64]
_DARK = np.array([28.0, 20.0, 18.0])
_FRAME = np.array([22.0, 22.0, 26.0])


@dataclass(frozen=True)
class Pose:
    """``yaw`` in degrees, positive turns the face to the right of the picture; eyes and mouth from 0 to 1."""

    yaw: float = 0.0
    shut: float = 0.0
    mouth: float = 0.0


@dataclass(frozen=True)
class Plane:
    """The map's coordinates; ``across`` is 0 in the middle of the face and 1 at its edge."""

    x: Map
    y: Map
    across: Map
    half: Map


def spot(plane: Plane, cx: float, cy: float, sx: float, sy: float) -> Map:
    """A soft spot, 1 in its middle."""
    return np.asarray(np.exp(-(((plane.x - cx) / sx) ** 2 + ((plane.y - cy) / sy) ** 2)))


def soft(value: Map, width: float = 0.02) -> Map:
    """0 where the value is negative, 1 where it is positive, over a soft edge."""
    return np.asarray(1 / (1 + np.exp(-np.clip(value / width, -50, 50))))


def lay(colours: Map, over: Map | Colour, share: Map) -> Map:
    """One colour, or map of colours, over another where ``share`` says."""
    return colours + (over - colours) * share[..., None]


def ridge(value: Map, width: float) -> Map:
    """A soft line where the value is 0."""
    return np.asarray(np.exp(-((value / width) ** 2)))


def complexion(plane: Plane, look: Look, noise: Map) -> Map:
    """Bare skin: cheeks, grain, a shaved chin."""
    colours = np.broadcast_to(look.skin, (*plane.x.shape, 3)).astype(float)
    cheeks = spot(plane, -0.52, 0.22, 0.28, 0.2) + spot(plane, 0.52, 0.22, 0.28, 0.2)
    colours = lay(colours, look.skin * np.array([1.03, 0.9, 0.88]), 0.35 * cheeks)
    grain = cv2.GaussianBlur(noise, (0, 0), 2)
    colours = colours * (1 + 0.021 * grain / grain.std())[..., None]
    if look.gender == "m":
        shaved = soft(plane.y - 0.38, 0.12) * soft(plane.across - 0.1, 0.2)
        colours = lay(colours, look.skin * 0.78, 0.35 * shaved)
    return colours


def eyes(plane: Plane, look: Look, colours: Map, shut: float) -> Map:
    """Eyes with lids, lashes and brows."""
    for side in (-1, 1):
        colours = _eye(plane, look, colours, shut, side)
    return colours


def _eye(plane: Plane, look: Look, colours: Map, shut: float, side: int) -> Map:
    width, height, skin = look.eye_width, look.eye_height, look.skin
    cx = side * look.eye_x
    along = (plane.x - cx) / width * side  # -1 at the inner corner, 1 at the outer one
    y = plane.y - look.eye_y + look.eye_tilt * 0.3 * along * width
    socket = 0.45 * spot(plane, cx, look.eye_y - 0.09, width * 1.25, 0.07)
    socket = socket + 0.28 * spot(plane, cx - side * 0.1, look.eye_y - 0.03, 0.12, 0.12)
    colours = lay(colours, skin * 0.72, socket)
    colours = lay(colours, skin * 0.82, 0.35 * spot(plane, cx, look.eye_y + 0.13, width, 0.04))
    arch = np.clip(1 - np.clip(np.abs(along), 0, 1) ** 2.2, 0, 1)
    upper = height * arch * (-1.15 * (1 - shut) + 0.75 * shut)
    lower = height * 0.75 * arch
    colours = lay(colours, skin * 1.02, 0.9 * shut * spot(plane, cx, look.eye_y - 0.03, width, 1.5 * height))
    open_part = soft(y - upper, 0.008) * soft(lower - y, 0.008) * soft(1 - np.abs(along), 0.03)
    ball = np.broadcast_to(np.array([228.0, 224.0, 220.0]), colours.shape)
    distance = np.hypot(plane.x - cx, y + 0.005)
    ball = lay(ball, np.array([62.0, 40.0, 28.0]), soft(0.088 - distance, 0.008))
    ball = lay(ball, np.array([12.0, 10.0, 10.0]), soft(0.042 - distance, 0.006))
    ball = lay(ball, np.full(3, 250.0), soft(0.016 - np.hypot(plane.x - cx + 0.03, y + 0.03), 0.004))
    ball = ball * (1 - 0.35 * ridge(y - upper, 0.03))[..., None]
    colours = lay(colours, ball, open_part)
    colours = lay(colours, _DARK, 0.92 * ridge(y - upper, 0.016) * soft(1.08 - np.abs(along), 0.04))
    rim = 0.5 * (1 - shut) * ridge(y - lower, 0.01) * soft(1.0 - np.abs(along), 0.04)
    colours = lay(colours, np.array([110.0, 70.0, 60.0]), rim)
    crease = -height * 1.15 * arch - 0.045
    colours = lay(colours, skin * 0.6, 0.55 * (1 - shut) * ridge(y - crease, 0.012) * soft(0.95 - np.abs(along), 0.06))
    along = (plane.x - cx) / (width * 1.35) * side
    brow = look.brow_y - look.brow_arch * (1 - along**2) + 0.018 * np.clip(along, -2, 2)
    thick = look.brow_thick * (1.1 - 0.45 * np.clip(along, -1, 1))
    hairs = 0.9 * soft(thick - np.abs(plane.y - brow), 0.012) * soft(1 - np.abs(along), 0.06)
    return lay(colours, look.brows, hairs)


def nose(plane: Plane, look: Look, colours: Map) -> Map:
    """Nostrils, wings and the light on the bridge."""
    tip, width, skin = look.nose_y, look.nose_width, look.skin
    bridge = (look.eye_y + 0.05 + tip) / 2

    def both(dx: float, cy: float, sx: float, sy: float) -> Map:
        return spot(plane, -dx, cy, sx, sy) + spot(plane, dx, cy, sx, sy)

    colours = lay(colours, skin * 0.62, 0.55 * both(width, tip + 0.03, 0.05, 0.05))
    colours = lay(colours, np.array([45.0, 24.0, 22.0]), 0.9 * both(width * 0.55, tip + 0.075, 0.05, 0.022))
    colours = lay(colours, skin * 0.66, 0.5 * spot(plane, 0, tip + 0.12, width * 1.1, 0.035))
    colours = lay(colours, skin * 0.75, 0.4 * both(0.1, bridge, 0.045, 0.2))
    light = 0.5 * spot(plane, 0, bridge, 0.035, 0.2) + 0.4 * spot(plane, 0, tip - 0.01, 0.05, 0.05)
    return lay(colours, skin * 1.22, light)


def mouth(plane: Plane, look: Look, colours: Map, wide: float) -> Map:
    """Lips, and teeth where they part."""
    middle, skin, y = look.mouth_y, look.skin, plane.y
    along = plane.x / look.mouth_width
    arch = np.clip(1 - np.clip(np.abs(along), 0, 1) ** 2, 0, 1)
    top = middle - look.lip * arch * (0.85 - 0.35 * ridge(along, 0.12))
    above = middle + 0.012 * arch
    below = above + wide * 0.36 * arch
    bottom = below + look.lip * 1.15 * arch
    inside = soft(1 - np.abs(along), 0.02)
    colours = lay(colours, look.lips * 0.88, 0.9 * inside * soft(y - top, 0.01) * soft(above - y, 0.01))
    colours = lay(colours, look.lips * 1.08, 0.9 * inside * soft(y - below, 0.01) * soft(bottom - y, 0.01))
    hollow = soft(y - above, 0.008) * soft(below - y, 0.008) * (wide > 0.02)
    colours = lay(colours, np.array([40.0, 12.0, 14.0]), hollow * inside)
    if wide > 0.1:
        teeth = soft(y - above - 0.005, 0.006) * soft(above + 0.055 * wide * arch - y, 0.006)
        colours = lay(colours, np.array([225.0, 218.0, 210.0]), 0.85 * teeth * soft(0.75 - np.abs(along), 0.05))
    seam = 0.8 * ridge(y - above, 0.012) * soft(1.03 - np.abs(along), 0.02) * (1 - hollow)
    colours = lay(colours, np.array([70.0, 25.0, 28.0]), seam)
    colours = lay(colours, skin * 0.68, 0.5 * spot(plane, 0, float(bottom.max()) + 0.045, 0.2, 0.035))
    fold = np.abs(plane.x) - (look.nose_width + 0.06 + (y - look.nose_y) * 0.45)
    folds = ridge(fold, 0.025) * soft(y - look.nose_y - 0.02, 0.03) * soft(middle - 0.02 - y, 0.03)
    return lay(colours, skin * 0.75, 0.4 * folds)


def age(plane: Plane, look: Look, colours: Map) -> Map:
    """Lines on an old forehead, and a beard."""
    for line in range(3) if look.old else ():
        wrinkle = plane.y - (look.hairline + 0.28 + 0.09 * line) - 0.02 * np.cos(plane.x * 3)
        colours = lay(colours, look.skin * 0.72, 0.4 * ridge(wrinkle, 0.012) * soft(0.5 - np.abs(plane.x), 0.1))
    if look.beard:
        from_mouth = np.maximum(np.abs(plane.x) / look.mouth_width / 1.15, np.abs(plane.y - look.mouth_y) / 0.13)
        hairs = soft(plane.y - (look.nose_y + 0.12), 0.05) * soft(plane.across, 0.3) * soft(from_mouth - 1, 0.08)
        hairs = hairs * soft(plane.across - (0.75 - (plane.y - look.nose_y) * 1.6), 0.12)
        colours = lay(colours, look.brows * 1.1, 0.75 * hairs)
    return colours


def glasses(plane: Plane, look: Look, colours: Map) -> Map:
    """Frames, bridge and temples."""
    if not look.glasses:
        return colours
    wide = look.eye_width * 1.35
    for side in (-1, 1):
        dx, dy = np.abs(plane.x - side * look.eye_x) / wide, np.abs(plane.y - look.eye_y) / 0.2
        rim = (dx**3.2 + dy**3.2) ** (1 / 3.2)
        colours = lay(colours, _FRAME, 0.95 * ridge(rim - 1, 3 * look.frame_thick))
    bar = ridge(plane.y - look.eye_y + 0.05, 0.022)
    colours = lay(colours, _FRAME, 0.95 * bar * soft(look.eye_x - wide - np.abs(plane.x), 0.01))
    return lay(colours, _FRAME, 0.9 * bar * soft(np.abs(plane.x) - look.eye_x - wide, 0.01))


def hair(plane: Plane, look: Look, colours: Map, noise: Map) -> Map:
    """Hair over the forehead and the temples."""
    curve = 0.10 if look.straight_hairline else -0.06
    line = look.hairline + curve * (plane.x / look.half_width) ** 2
    covered = soft(line - plane.y, 0.03)
    woman = look.gender == "f"
    sides = soft(np.abs(plane.x) - (plane.half - 0.06), 0.02) * soft((0.7 if woman else 0.0) - plane.y, 0.05)
    covered = np.maximum(covered, sides * (plane.y < (0.9 if woman else 0.05)))
    strands = np.clip(1 + 0.5 * cv2.GaussianBlur(noise, (0, 0), sigmaX=1, sigmaY=8), 0.5, 1.7)
    return lay(colours, look.hair * strands[..., None], covered)
