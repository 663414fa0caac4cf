"""Which embeddings and which reranker the settings name."""

from __future__ import annotations

from knowledge.embeddings import Embedder, embedded
from knowledge.endpoints import EndpointEmbedder, EndpointReranker
from knowledge.hf import HfEmbedder, HfReranker
from knowledge.rerank import Reranker
from knowledge.settings import KnowledgeSettings


def embedders_of(settings: KnowledgeSettings) -> tuple[Embedder, ...]:
    """The embedded pair, or the one model that takes its place. Nothing is loaded or asked yet."""
    if settings.embeddings == "endpoint" and settings.embeddings_base_url is not None:
        key = settings.embeddings_api_key
        secret = key.get_secret_value() if key is not None else None
        return (EndpointEmbedder(settings.embeddings_base_url, settings.embeddings_model, secret),)
    if settings.embeddings == "hf":
        return (HfEmbedder(settings.embeddings_model, hub=settings.hub),)
    return embedded()


def reranker_of(settings: KnowledgeSettings) -> Reranker | None:
    """None where nothing reranks. Nothing is loaded or asked yet."""
    if settings.reranker == "endpoint" and settings.reranker_base_url is not None:
        key = settings.reranker_api_key
        secret = key.get_secret_value() if key is not None else None
        return EndpointReranker(settings.reranker_base_url, settings.reranker_model, secret)
    if settings.reranker == "hf":
        return HfReranker(settings.reranker_model, hub=settings.hub)
    return None
