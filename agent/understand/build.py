"""Put the cascade together: the trained classifier, the model's vote, and native tool calls where they are wanted.

The classifier that was trained from the examples of this checkout is shipped beside them, so that nobody waits for a
training; after a change of the examples ``make train`` makes it anew (``python -m agent.understand.build --cache DIR``).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.llm.port import LanguageModel
from agent.toolbox import service_tools
from agent.understand.cascade import Cascade
from agent.understand.chooser import EndpointChooser
from agent.understand.classifier import BadArtefact, Classifier, artefact, load
from agent.understand.tool_caller import ToolCaller
from agent.understand.train import key, load_or_train
from agent.understand.tuned import beside, shipped_opinion
from knowledge.embeddings import Embedder, embedded

SHIPPED = Path(__file__).with_name("trained")


def build_cascade(
    cache: Path, embedders: Sequence[Embedder], llm: LanguageModel | None, *, tools: bool = False
) -> Cascade:
    """The cascade, with the shipped classifier; trains one into ``cache`` (some minutes) when the examples changed."""
    classifier = shipped(embedders) or load_or_train(cache, embedders)
    if llm is None:
        return Cascade(classifier)
    caller = ToolCaller(_Ready(llm), service_tools()) if tools else None
    return Cascade(classifier, chooser=EndpointChooser(_Ready(llm)), caller=caller)


class _Ready:
    """The port's four states as the yes or no that the stages ask for."""

    def __init__(self, llm: LanguageModel) -> None:
        self._llm = llm

    @property
    def base_url(self) -> str:
        return self._llm.base_url

    @property
    def api_key(self) -> str:
        return self._llm.api_key

    @property
    def model(self) -> str:
        return self._llm.model

    def ready(self) -> bool:
        return self._llm.ready() == "ready"


def shipped(embedders: Sequence[Embedder]) -> Classifier | None:
    try:
        return load(SHIPPED, key(), beside(embedders), shipped_opinion())
    except BadArtefact:
        return None


def ship(cache: Path) -> Path:
    """Train where needed and put the classifier, compressed, where the checkout carries it; returns its path."""
    load_or_train(cache, embedded(), progress=print)
    made, shipped = artefact(cache, key()), artefact(SHIPPED, key())
    with np.load(made, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    SHIPPED.mkdir(exist_ok=True)
    for old in SHIPPED.glob("understanding-*.npz"):
        old.unlink()
    np.savez_compressed(shipped, **arrays)
    return shipped


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the classifier from the examples and ship it.")
    parser.add_argument("--cache", type=Path, required=True, help="folder for vectors and the uncompressed artefact")
    print(ship(parser.parse_args().cache))


if __name__ == "__main__":
    main()
