"""Which language model the settings mean."""

from __future__ import annotations

from agent.llm.embedded import EmbeddedModel
from agent.llm.endpoint import EndpointModel
from agent.llm.off import NoModel
from agent.llm.port import LanguageModel
from agent.models import ModelStore
from agent.settings import Settings


def language_model(settings: Settings, store: ModelStore) -> LanguageModel:
    """The model, not started yet."""
    if settings.llm == "off":
        return NoModel()
    if settings.llm_base_url is not None:
        key = settings.llm_api_key.get_secret_value() if settings.llm_api_key is not None else ""
        return EndpointModel(settings.llm_base_url, key, settings.llm_model)
    return EmbeddedModel(store, threads=settings.llm_threads, context=settings.llm_context)
