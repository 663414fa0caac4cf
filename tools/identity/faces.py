"""Faces in a picture: found, measured by 68 landmarks, and turned into 128 numbers that are close for the same person.

The models are dlib's, from the files of ``face_recognition_models``; the distance of two encodings is Euclidean.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.identity.pictures import Pixels

Points = NDArray[np.float64]
Template = NDArray[np.float64]
FOUND_MIN = 0.0  # the detector's score
DETECT_SIDE = 480  # pictures are scaled to this to look for faces: a face of 80 pixels is found in it
_PACKAGE = "face_recognition_models"
_LANDMARKS, _ENCODER = "shape_predictor_68_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat"
_EYES = (36, 42)  # first landmark of each eye
_PATCH = (48, 32)


@dataclass(frozen=True)
class Face:
    """``points`` are 68 landmarks in pixels, ``box`` left, top, right, bottom."""

    box: tuple[int, int, int, int]
    points: Points

    @property
    def width(self) -> float:
        """From ear to ear, in pixels."""
        return float(np.linalg.norm(self.points[16] - self.points[0]))

    @property
    def yaw(self) -> float:
        """How far the nose is from the middle between the ears: -1 to 1, positive towards the right of the picture.

        A flat picture keeps it whichever way it is turned, but for perspective: only a head in space changes it.
        """
        left = np.linalg.norm(self.points[30] - self.points[0])
        right = np.linalg.norm(self.points[16] - self.points[30])
        return float((left - right) / (left + right))

    @property
    def mouth(self) -> float:
        """The gap between the lips as a share of the mouth's width."""
        gap = np.linalg.norm(self.points[62] - self.points[66])
        return float(gap / max(1.0, float(np.linalg.norm(self.points[60] - self.points[64]))))

    @property
    def lids(self) -> float:
        """The gap between the lids as a share of the eye's width (the eye aspect ratio), both eyes."""
        ratios = []
        for first in _EYES:
            eye = self.points[first : first + 6]
            gap = np.linalg.norm(eye[1] - eye[5]) + np.linalg.norm(eye[2] - eye[4])
            ratios.append(gap / 2 / max(1.0, float(np.linalg.norm(eye[0] - eye[3]))))
        return float(np.mean(ratios))


class FaceEngine:
    """Detector, landmarks and encoder, loaded at first use; safe to share between threads."""

    def __init__(self) -> None:
        self._loaded: tuple[Any, Any, Any] | None = None
        self._one_at_a_time = Lock()

    def warm_up(self) -> None:
        """Load the models now, so that no customer waits for them."""
        self._models()

    def find(self, pixels: Pixels, side: int = DETECT_SIDE) -> Sequence[Face]:
        """The faces in a picture, largest first; one of more pixels than ``side`` is looked at smaller."""
        scale = min(1.0, side / max(pixels.shape[:2]))
        small = pixels
        if scale < 1:
            size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
            small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        small = np.ascontiguousarray(small)
        detector, landmarks, _ = self._models()
        with self._one_at_a_time:
            boxes, scores, _ = detector.run(small, 0, FOUND_MIN)
            found = []
            for box, _ in zip(boxes, scores, strict=True):
                shape = landmarks(small, box)
                points = np.array([(part.x, part.y) for part in shape.parts()], np.float64) / scale
                edges = (box.left(), box.top(), box.right(), box.bottom())
                left, top, right, bottom = (round(edge / scale) for edge in edges)
                found.append(Face((left, top, right, bottom), points))
        return sorted(found, key=lambda face: face.box[0] - face.box[2])

    def encode(self, pixels: Pixels, face: Face) -> Template:
        """128 numbers of the face; they never leave the server."""
        import dlib

        _, _, encoder = self._models()
        points = [dlib.point(round(x), round(y)) for x, y in face.points]
        shape = dlib.full_object_detection(dlib.rectangle(*face.box), points)
        with self._one_at_a_time:
            return np.asarray(encoder.compute_face_descriptor(np.ascontiguousarray(pixels), shape), np.float64)

    def _models(self) -> tuple[Any, Any, Any]:
        with self._one_at_a_time:
            if self._loaded is None:
                import dlib  # and 120 MB of models: half a second

                # the package's own finder wants pkg_resources, which setuptools no longer brings
                spec = importlib.util.find_spec(_PACKAGE)
                if spec is None or spec.origin is None:
                    raise FileNotFoundError(f"the package {_PACKAGE} is missing")
                folder = Path(spec.origin).parent / "models"
                self._loaded = (
                    dlib.get_frontal_face_detector(),
                    dlib.shape_predictor(str(folder / _LANDMARKS)),
                    dlib.face_recognition_model_v1(str(folder / _ENCODER)),
                )
            return self._loaded


def open_eyes(grey: Pixels, face: Face) -> float:
    """The share of the space between the lids that is dark, as an iris is: near 0 when both eyes are shut."""
    shares = []
    width, height = _PATCH
    rows, columns = np.mgrid[0:height, 0:width]
    between = ((columns - width / 2) / 17) ** 2 + ((rows - height / 2) / 11) ** 2 < 1
    for first in _EYES:
        inner, outer = face.points[first], face.points[first + 3]
        centre, along = (inner + outer) / 2, outer - inner
        angle = float(np.degrees(np.arctan2(along[1], along[0])))
        scale = width / max(1.0, float(np.linalg.norm(along)))
        placed = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), angle, scale)
        placed[:, 2] += np.array([width / 2, height / 2]) - centre
        patch = cv2.warpAffine(grey, placed, _PATCH, borderMode=cv2.BORDER_REPLICATE)
        shares.append(float((patch[between] < 0.55 * np.percentile(patch, 70)).mean()))
    return float(np.mean(shares))


def distance(one: Template, other: Template) -> float:
    """How unlike two faces are: about 0.2 to 0.4 for one person, more for two."""
    return float(np.linalg.norm(one - other))
