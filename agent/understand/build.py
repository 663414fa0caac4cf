"""Put the cascade together: the trained classifier, the model's vote, and native tool calls where they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent.llm.port import LanguageModel
from agent.toolbox import service_tools
from agent.understand.cascade import Cascade
from agent.understand.chooser import EndpointChooser
from agent.understand.tool_caller import ToolCaller
from agent.understand.train import load_or_train
from knowledge.embeddings import Embedder


def build_cascade(
    cache: Path, embedders: Sequence[Embedder], llm: LanguageModel | None, *, tools: bool = False
) -> Cascade:
    """The cascade; trains the classifier (some minutes) when ``cache`` does not hold this version's."""
    classifier = load_or_train(cache, embedders)
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
