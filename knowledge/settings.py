"""The settings that the running counter and the commands of ``python -m knowledge`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SKYTELLER_"


def _embeddings(so_far: dict[str, Any]) -> Literal["embedded", "endpoint"]:
    return "endpoint" if so_far["embeddings_base_url"] else "embedded"


def _reranker(so_far: dict[str, Any]) -> Literal["off", "endpoint"]:
    return "endpoint" if so_far["reranker_base_url"] else "off"


class BadKnowledgeSettings(Exception):
    """The settings cannot be used; one line for each thing that is wrong."""


class KnowledgeSettings(BaseSettings):
    """Where models are and which of them compare questions with answers."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="ignore")

    models: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("skyteller", appauthor=False)) / "models",
        description="folder of model files, shared by all checkouts",
    )
    hub: bool = Field(False, description="fetch model files from a model hub where packages do not give them")
    embeddings_base_url: str | None = Field(
        None, pattern=r"^https?://", description="an OpenAI-compatible endpoint (…/v1) that embeds texts"
    )
    embeddings_api_key: SecretStr | None = Field(None, description="the endpoint's key")
    embeddings_model: str = Field(
        "BAAI/bge-m3",
        min_length=1,
        description="the embedding model's name at the endpoint, or its name or folder (hf)",
    )
    embeddings: Literal["embedded", "endpoint", "hf"] = Field(
        default_factory=_embeddings, description="what embeds; endpoint when SKYTELLER_EMBEDDINGS_BASE_URL is set"
    )
    reranker_base_url: str | None = Field(
        None, pattern=r"^https?://", description="an endpoint whose /rerank orders texts by how well they answer"
    )
    reranker_api_key: SecretStr | None = Field(None, description="the endpoint's key")
    reranker_model: str = Field(
        "BAAI/bge-reranker-v2-m3",
        min_length=1,
        description="the reranker's name at the endpoint, or its name or folder (hf)",
    )
    reranker: Literal["off", "endpoint", "hf"] = Field(
        default_factory=_reranker, description="what reranks; endpoint when SKYTELLER_RERANKER_BASE_URL is set"
    )

    @field_validator("models")
    @classmethod
    def _whole(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    def contradictions(self) -> list[str]:
        """One line for each two settings that cannot be meant together."""
        lines = []
        for name, chosen, url in (
            ("EMBEDDINGS", self.embeddings, self.embeddings_base_url),
            ("RERANKER", self.reranker, self.reranker_base_url),
        ):
            if chosen == "endpoint" and url is None:
                lines.append(f"{PREFIX}{name}='endpoint': needs {PREFIX}{name}_BASE_URL")
            elif chosen != "endpoint" and url is not None:
                lines.append(f"{PREFIX}{name}={chosen!r}: contradicts {PREFIX}{name}_BASE_URL; unset one of them")
        return lines


def configured() -> KnowledgeSettings:
    """The settings of this process.

    Raises:
        BadKnowledgeSettings: a value cannot be used; all at once.
    """
    try:
        settings = KnowledgeSettings()
    except ValidationError as error:
        lines = [f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors()]
        raise BadKnowledgeSettings("\n".join(lines)) from None
    if lines := settings.contradictions():
        raise BadKnowledgeSettings("\n".join(lines))
    return settings
