"""The shipped classifier is the one that the examples of this checkout give."""

from __future__ import annotations

from agent.understand.build import SHIPPED, shipped
from agent.understand.classifier import artefact
from agent.understand.labels import labels
from agent.understand.train import key
from knowledge.embeddings import embedded


def test_that_the_shipped_classifier_was_trained_from_these_examples() -> None:
    assert [file.name for file in SHIPPED.glob("understanding-*.npz")] == [artefact(SHIPPED, key()).name], (
        "run: make train"
    )
    classifier = shipped(embedded())
    assert classifier is not None
    assert classifier.labels == labels()
    assert classifier.calibration.trust
