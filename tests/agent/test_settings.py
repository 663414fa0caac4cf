"""Settings: typed, frozen, and a bad one is one clear line."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.settings import BadSettings, Settings, load


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SKYTELLER_{name.upper()}", raising=False)


def lines(**environ: str) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as raised:
        load({f"SKYTELLER_{name.upper()}": value for name, value in environ.items()})
    return raised.value.lines


def test_defaults_are_a_sandbox_on_loopback_with_the_embedded_model() -> None:
    settings = load({})
    assert (settings.mode, settings.host, settings.port, settings.llm) == ("sandbox", "127.0.0.1", 7860, "embedded")
    assert settings.database_url == f"sqlite:///{settings.data / 'skyteller.db'}"
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_an_endpoint_takes_the_embedded_models_place_by_its_url() -> None:
    assert load({"SKYTELLER_LLM_BASE_URL": "http://127.0.0.1:8000/v1"}).llm == "endpoint"
    assert load({"SKYTELLER_LLM_BASE_URL": "http://127.0.0.1:8000/v1", "SKYTELLER_LLM": "off"}).llm == "off"
    assert "contradicts" in lines(llm="embedded", llm_base_url="http://127.0.0.1:8000/v1")[0]
    assert "needs SKYTELLER_LLM_BASE_URL" in lines(llm="endpoint")[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "abc"), ("port", "70000"), ("mode", "test"), ("now", "yesterday"), ("llm_base_url", "localhost:1"),
     ("request_bytes_max", "-1"), ("llm_tools", "perhaps")],
)  # fmt: skip
def test_a_bad_value_is_one_line_with_its_name_and_value(name: str, value: str) -> None:
    (line,) = lines(**{name: value})
    assert line.startswith(f"SKYTELLER_{name.upper()}={value!r}: ")
    assert "\n" not in line


def test_all_bad_values_are_told_at_once_and_what_follows_from_them_is_not() -> None:
    told = lines(port="abc", llm_base_url="x", prot="1")
    assert [line.split("=")[0].split(":")[0] for line in told] == [
        "SKYTELLER_PROT", "SKYTELLER_PORT", "SKYTELLER_LLM_BASE_URL",
    ]  # fmt: skip
    assert "did you mean SKYTELLER_PORT?" in told[0]


def test_a_moment_without_offset_is_shanghais() -> None:
    assert load({"SKYTELLER_NOW": "2026-03-01T09:30"}).now == datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert load({"SKYTELLER_NOW": "2026-03-01T09:30Z"}).now == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_the_sandbox_makes_its_secret_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "d")
    assert len(first := settings.signing_secret()) >= 32
    assert settings.signing_secret() == first == Settings(data=tmp_path / "d").signing_secret()
    assert stat.S_IMODE((tmp_path / "d" / "sandbox.secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["sandbox.secret"]


def production(tmp_path: Path, **more: str) -> dict[str, str]:
    keys = tmp_path / "keys.pem"
    keys.write_text("-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n".replace("…", "AAAA"))
    values = {
        "mode": "production", "data": str(tmp_path / "data"), "secret": "s" * 32, "host_token_keys": str(keys),
        "host_token_issuer": "app", "host_token_audience": "skyteller", "verifier_url": "https://verify.bank.example", **more,
    }  # fmt: skip
    return {f"SKYTELLER_{name.upper()}": value for name, value in values.items()}


def test_production_starts_with_everything_it_needs(tmp_path: Path) -> None:
    assert not load(production(tmp_path)).sandbox


def test_production_takes_the_built_in_verifier_only_when_told_in_as_many_words(tmp_path: Path) -> None:
    told = lines(
        **{
            name.removeprefix("SKYTELLER_").lower(): value
            for name, value in production(tmp_path, verifier_url="").items()
        }
    )
    assert len(told) == 1
    assert "accept-unproven" in told[0]
    assert not load(production(tmp_path, verifier_url="", builtin_verifier="accept-unproven")).sandbox
    assert lines(
        **{
            name.removeprefix("SKYTELLER_").lower(): value
            for name, value in production(tmp_path, verifier_url="", builtin_verifier="yes").items()
        }
    )


def test_production_says_all_that_is_missing_at_once(tmp_path: Path) -> None:
    told = lines(mode="production", now="2026-03-01T09:30", secret="short", data=str(tmp_path))
    assert {line.split(":")[0] for line in told} == {
        "SKYTELLER_SECRET", "SKYTELLER_NOW", "SKYTELLER_HOST_TOKEN_KEYS", "SKYTELLER_HOST_TOKEN_ISSUER",
        "SKYTELLER_HOST_TOKEN_AUDIENCE", "SKYTELLER_VERIFIER_URL",
    }  # fmt: skip
    assert not any("short" in line for line in told)


def test_production_refuses_the_sandboxs_secret_and_folder(tmp_path: Path) -> None:
    secret = Settings(data=tmp_path / "data").signing_secret().decode()
    with pytest.raises(BadSettings) as raised:
        load(production(tmp_path, secret=secret))
    assert ["sandbox's" in raised.value.lines[0], "holds a sandbox" in raised.value.lines[1]] == [True, True]
    assert secret not in str(raised.value)


def test_production_refuses_a_private_key(tmp_path: Path) -> None:
    (tmp_path / "private.pem").write_text("-----BEGIN PRIVATE KEY-----\n")
    with pytest.raises(BadSettings, match="holds a private key"):
        load(production(tmp_path, host_token_keys=str(tmp_path / "private.pem")))


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSettings, match="SKYTELLER_DATA="):
        Settings(data=tmp_path / "file" / "sub").prepare()


def test_a_process_with_a_bad_setting_ends_with_2_and_that_line() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from agent.settings import load_or_exit; load_or_exit()"],
        env={"SKYTELLER_PORT": "abc", "PATH": "", "HOME": "/nonexistent"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith("SKYTELLER_PORT='abc': ")
    assert ended.stderr.count("\n") == 1


def test_the_readme_lists_every_setting() -> None:
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1] for row in readme.splitlines() if row.startswith("| `SKYTELLER_")]
    told = {name.strip(" `") for row in rows for name in row.split(",")}
    assert told == {f"SKYTELLER_{name.upper()}" for name in Settings.model_fields}
