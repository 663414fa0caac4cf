"""Settings: read once from the environment at start, typed, frozen, passed in.

``load()`` gives a :class:`Settings` or raises :class:`BadSettings` with one line for each thing that is wrong;
``load_or_exit()`` prints these lines and ends the process with 2. Nothing else in the product reads the environment.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from knowledge.settings import PREFIX, KnowledgeSettings
from tools.clock import SHANGHAI
from tools.tariff import Tariff, load_tariff

SECRET_CHARS_MIN = 32
_ORIGIN = re.compile(r"(?:https://[a-z0-9.-]+|http://(?:localhost|127\.0\.0\.1))(?::\d{1,5})?\Z")
_SILENT = {  # may hold a password: their value is never shown
    "secret", "llm_api_key", "embeddings_api_key", "reranker_api_key", "database_url", "verifier_token",
}  # fmt: skip


class BadSettings(Exception):
    """The settings cannot be used; ``lines`` says for each what is wrong and what would do."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def _database_url(so_far: dict[str, Any]) -> str:
    return f"sqlite:///{so_far['data'] / 'skyteller.db'}"


def _llm(so_far: dict[str, Any]) -> Literal["embedded", "endpoint"]:
    return "endpoint" if so_far["llm_base_url"] else "embedded"


class Settings(KnowledgeSettings):
    """Every setting is the variable ``SKYTELLER_<NAME>``; an empty one counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="forbid", hide_input_in_errors=False
    )

    mode: Literal["sandbox", "production"] = Field(
        "sandbox", description="production: no sandbox routes, signed host tokens required, no default secrets"
    )
    host: str = Field("127.0.0.1", min_length=1, description="address it listens on")
    port: int = Field(7860, ge=0, le=65535, description="port it listens on; 0 takes any free one")
    data: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("skyteller", appauthor=False)),
        description="folder of database, checkpoints, audit log and sandbox secrets",
    )
    documents: Path | None = Field(
        None, description="folder of the bank's own documents: citations then show the words of the articles"
    )
    database_url: str = Field(default_factory=_database_url, description="SQLAlchemy URL; SQLite in SKYTELLER_DATA")
    llm_base_url: str | None = Field(
        None, pattern=r"^https?://", description="an OpenAI-compatible endpoint (…/v1) in place of the embedded model"
    )
    llm_api_key: SecretStr | None = Field(None, description="the endpoint's key")
    llm_model: str = Field("skyteller", min_length=1, description="the model's name at the endpoint")
    llm: Literal["embedded", "endpoint", "off"] = Field(
        default_factory=_llm, description="where the language model is; endpoint when SKYTELLER_LLM_BASE_URL is set"
    )
    llm_file: Path | None = Field(None, description="a local copy of the language model's file (GGUF)")
    asr_dir: Path | None = Field(None, description="a folder with a local copy of the recognition model's files")
    tts_dir: Path | None = Field(None, description="a folder with a local copy of the speaking model's files")
    tts_voices_dir: Path | None = Field(None, description="a folder with a local copy of the voices' files")
    llm_tools: bool = Field(False, description="the endpoint's model gives commands by native tool calls")
    rephrase: bool = Field(
        False, description="the language model may reword an approved answer; what cannot be traced to it is not said"
    )
    llm_threads: int = Field(2, ge=1, le=256, description="CPU threads of the embedded model")
    llm_context: int = Field(4096, ge=1024, le=32768, description="context of the embedded model in tokens")
    tts: str = Field(
        "kokoro,espeak",
        pattern=r"^(kokoro|edge|espeak)(,(kokoro|edge|espeak))*$",
        description="engines that speak, in the order they are tried: kokoro (here), edge (a cloud: replies leave the house), espeak",
    )
    tts_threads: int = Field(2, ge=1, le=256, description="CPU threads of speech synthesis")
    rehearse: bool = Field(
        True,
        description="make the sound of fixed phrases ready while nobody is served, once; they are kept with the models",
    )
    ai_producer: str = Field(
        "海岚银行",
        min_length=1,
        max_length=100,
        description="who makes the content, a name or a registered code, in the mark of generated sound files",
    )
    voice_sessions: int = Field(
        4, ge=1, le=1000, description="voice conversations at once; who comes later waits in line with a word"
    )
    now: datetime | None = Field(
        None, description="the sandbox clock's start (ISO 8601; without an offset it is Asia/Shanghai)"
    )
    secret: SecretStr | None = Field(
        None, description="signs session tokens and hashes codes; the sandbox makes its own and keeps it"
    )
    staff: Path | None = Field(
        None, description="file of the colleagues at the desk (TOML); the sandbox has two of its own"
    )
    ice_servers: list[dict[str, str | list[str]]] = Field(
        default_factory=list,
        description="STUN and TURN servers of video calls, as WebRTC's JSON list; none in one network",
    )
    host_token_keys: Path | None = Field(
        None, description="file with the host app's public keys (PEM, one or several) that sign customer tokens"
    )
    host_token_issuer: str | None = Field(None, description="`iss` of the host app's tokens")
    host_token_audience: str | None = Field(None, description="`aud` of the host app's tokens")
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="pages that may frame /embed, as origins (https://app.bank.example), separated by commas or blanks",
    )
    verifier_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="the bank's own verifier of documents and faces (tools/identity/remote.py)",
    )
    verifier_token: SecretStr | None = Field(None, description="bearer token for the bank's verifier")
    builtin_verifier: Literal["sandbox-only", "accept-unproven"] = Field(
        "sandbox-only", description="accept-unproven: production checks documents and faces by the built-in models"
    )
    keep_sound_days: int = Field(
        0,
        ge=0,
        le=365,
        description="days that what customers say is kept, if they agree; 0: nobody is asked, nothing is kept",
    )
    evidence_days: int | None = Field(
        None, ge=0, le=3650, description="days that pictures of checks are kept, encrypted; the tariff's where not set"
    )
    request_bytes_max: int = Field(
        16 * 2**20, ge=2**10, le=2**30, description="largest request body in bytes; a larger one gets 413"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what is logged from")

    @field_validator(
        "data", "documents", "llm_file", "asr_dir", "tts_dir", "tts_voices_dir", "host_token_keys", "staff"
    )
    @classmethod
    def _from_home(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path is not None else None

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _origins(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        origins = [origin.rstrip("/").lower() for origin in given.replace(",", " ").split()]
        for origin in origins:
            if _ORIGIN.match(origin) is None:
                raise ValueError(
                    f"{origin} is no origin: https://, a host and perhaps a port (http:// only for localhost)"
                )
        return tuple(dict.fromkeys(origins))

    @field_validator("ice_servers", mode="before")
    @classmethod
    def _json(cls, servers: object) -> object:
        return json.loads(servers) if isinstance(servers, str) else servers

    @field_validator("now")
    @classmethod
    def _aware(cls, now: datetime | None) -> datetime | None:
        if now is None:
            return None
        return (now if now.tzinfo is not None else now.replace(tzinfo=SHANGHAI)).astimezone(UTC)

    @property
    def sandbox(self) -> bool:
        """Whether this is the fictional bank."""
        return self.mode == "sandbox"

    def tariff(self) -> Tariff:
        """The tariff, with the figures that are a setting as they are set: what is said and what is done are one."""
        return load_tariff().with_figure("privacy.evidence_days", self.evidence_days)

    def prepare(self) -> None:
        """Make the data folder (only its owner can look into it).

        Raises:
            BadSettings: it cannot be made or written.
        """
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.data / f".probe-{os.getpid()}"
            probe.write_bytes(b"1")
            probe.unlink()
        except OSError as error:
            raise BadSettings(
                [f"{PREFIX}DATA={str(self.data)!r}: cannot be written ({error.strerror}); name another folder"]
            ) from error

    def signing_secret(self) -> bytes:
        """The secret that signs and hashes; in the sandbox generated once and kept in ``data`` (mode 0600)."""
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        if not self.sandbox:
            raise BadSettings([_NO_SECRET])
        kept = self.data / "sandbox.secret"
        if not kept.exists():
            self.prepare()
            fresh = self.data / f"sandbox.secret.{secrets.token_hex(4)}"
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            try:
                os.link(fresh, kept)  # whole or not at all, and the first of two processes wins
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return kept.read_bytes()


_NO_SECRET = (
    f"{PREFIX}SECRET: production needs a secret of its own, at least {SECRET_CHARS_MIN} characters from a random source"
)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    ``environ`` stands in for the process environment (for tests).

    Raises:
        BadSettings: a value cannot be used, a name is not known, or production lacks what it needs; all at once.
    """
    given = {
        name[len(PREFIX) :].lower(): value
        for name, value in (os.environ if environ is None else environ).items()
        if name.upper().startswith(PREFIX) and not name.upper().startswith(f"{PREFIX}TEST_") and value
    }
    wrong = [_unknown(name) for name in given if name not in Settings.model_fields]
    known = {name: value for name, value in given.items() if name in Settings.model_fields}
    try:
        settings = Settings(**known)  # type: ignore[arg-type]  # strings, validated here
    except ValidationError as error:
        raise BadSettings([*wrong, *_invalid(error)]) from None
    wrong += _contradictions(settings)
    if not settings.sandbox:
        wrong += _production_lacks(settings)
    if wrong:
        raise BadSettings(wrong)
    return settings


def load_or_exit() -> Settings:
    """``load()``, or the lines that say what is wrong and exit code 2."""
    try:
        settings = load()
        settings.prepare()
    except BadSettings as bad:
        print(*bad.lines, sep="\n", file=sys.stderr)
        sys.exit(2)
    return settings


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, list(Settings.model_fields), n=1)
    hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""
    return f"{PREFIX}{name.upper()}: there is no such setting{hint}"


def _invalid(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors():
        if problem["type"] == "default_factory_not_called":  # follows from another value that is wrong
            continue
        name = str(problem["loc"][0])
        value = "" if name in _SILENT else f"={problem['input']!r}"
        lines.append(f"{PREFIX}{name.upper()}{value}: {problem['msg']} ({Settings.model_fields[name].description})")
    return lines


def _contradictions(settings: Settings) -> list[str]:
    if lines := settings.contradictions():
        return lines
    if settings.documents is not None and not settings.documents.is_dir():
        return [f"{PREFIX}DOCUMENTS={str(settings.documents)!r}: there is no such folder"]
    if settings.llm == "endpoint" and settings.llm_base_url is None:
        return [f"{PREFIX}LLM='endpoint': needs {PREFIX}LLM_BASE_URL"]
    if settings.llm == "embedded" and settings.llm_base_url is not None:
        return [f"{PREFIX}LLM='embedded': contradicts {PREFIX}LLM_BASE_URL; unset one of them"]
    return []


def _production_lacks(settings: Settings) -> list[str]:
    """Everything that keeps production from starting, as a checklist."""
    wrong = []
    secret = settings.secret.get_secret_value() if settings.secret is not None else ""
    sandboxs = settings.data / "sandbox.secret"
    if len(secret) < SECRET_CHARS_MIN:
        wrong.append(_NO_SECRET)
    elif sandboxs.exists() and secrets.compare_digest(sandboxs.read_bytes().strip(), secret.encode()):
        wrong.append(f"{PREFIX}SECRET: this is the sandbox's; production needs one of its own")
    if sandboxs.exists():
        wrong.append(f"{PREFIX}DATA={str(settings.data)!r}: holds a sandbox; production needs a folder of its own")
    if settings.now is not None:
        wrong.append(f"{PREFIX}NOW: only the sandbox can set its clock; unset it")
    if settings.verifier_url is None and settings.builtin_verifier != "accept-unproven":
        wrong.append(
            f"{PREFIX}VERIFIER_URL: production needs the bank's own verifier of documents and faces; the built-in one "
            f"proves less (docs/decisions/0013) and starts only with {PREFIX}BUILTIN_VERIFIER=accept-unproven"
        )
    wrong += _host_keys_lack(settings.host_token_keys)
    if settings.host_token_issuer is None:
        wrong.append(f"{PREFIX}HOST_TOKEN_ISSUER: production needs the `iss` of the host app's tokens")
    if settings.host_token_audience is None:
        wrong.append(f"{PREFIX}HOST_TOKEN_AUDIENCE: production needs the `aud` of the host app's tokens")
    return wrong


def _host_keys_lack(path: Path | None) -> list[str]:
    name = f"{PREFIX}HOST_TOKEN_KEYS"
    if path is None:
        return [f"{name}: production needs the file of the host app's public keys (PEM, EC P-256 or Ed25519)"]
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        return [f"{name}={str(path)!r}: cannot be read as PEM ({type(error).__name__})"]
    if "PRIVATE KEY" in text:
        return [f"{name}={str(path)!r}: holds a private key; only the host app may have that, give its public key"]
    if "BEGIN PUBLIC KEY" not in text:
        return [f"{name}={str(path)!r}: holds no PEM public key"]
    return []
