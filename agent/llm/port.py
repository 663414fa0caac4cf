"""The language model as its users see it: an OpenAI-compatible address, and whether it answers."""

from __future__ import annotations

from typing import Literal, Protocol

Readiness = Literal["ready", "loading", "missing", "off"]


class ModelUnavailable(Exception):
    """The language model did not give an answer; go on without it. The message says why and holds no content."""


class LanguageModel(Protocol):
    """Where the language model is. Thread-safe; nothing here waits for the model.

    ``ready()`` is ``ready`` once it answers, ``loading`` before, ``missing`` when it cannot be used (``why`` says what to
    do about it) and ``off`` when the settings want none.
    """

    why: str
    on_this_machine: bool  # the address is a loopback address: proxies of the environment do not apply

    def ready(self) -> Readiness: ...

    @property
    def base_url(self) -> str:
        """The OpenAI-compatible address, ending in ``/v1``.

        Raises:
            ModelUnavailable: it is not ready.
        """
        ...

    @property
    def api_key(self) -> str: ...

    @property
    def model(self) -> str: ...

    def start(self) -> None:
        """Begin to load it, behind everything else."""
        ...

    def stop(self) -> None:
        """Give back what it holds; it is ``off`` afterwards."""
        ...
