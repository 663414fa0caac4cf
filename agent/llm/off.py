"""No language model: everything that does not need one works."""

from __future__ import annotations

from agent.llm.port import ModelUnavailable, Readiness


class NoModel:
    """What ``SKYTELLER_LLM=off`` means."""

    why = "switched off by SKYTELLER_LLM"
    on_this_machine = True
    api_key = ""
    model = ""

    def ready(self) -> Readiness:
        return "off"

    @property
    def base_url(self) -> str:
        raise ModelUnavailable(self.why)

    def start(self) -> None:
        """Nothing to load."""

    def stop(self) -> None:
        """Nothing to give back."""
