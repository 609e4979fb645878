"""The token comes from one of several places, and is never shown."""

from __future__ import annotations

import base64
import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._api.auth import VARIABLES, ApiToken, find_token
from runcomfy_codegen.runtime.errors import ConfigurationError, MissingTokenError


def token(argument: str | None = None, platform: str = "linux", **environ: str) -> str:
    return find_token(argument, environ, platform).reveal()


def token_file(folder: Path, content: object = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "token.json"
    file.write_text(json.dumps(content or {"access_token": "from-file", "refresh_token": None}))
    return file


def test_argument_then_variables_in_order_then_file(tmp_path: Path) -> None:
    token_file(tmp_path)
    environ = {name: f"from-{name}" for name in VARIABLES} | {"RUNCOMFY_CONFIG_DIR": str(tmp_path)}
    assert token("given", **environ) == "given"
    for name in VARIABLES:
        assert token(**environ) == f"from-{name}"
        del environ[name]
    assert token(**environ) == "from-file"


def test_an_empty_variable_counts_as_unset() -> None:
    assert token(RUNCOMFY_API_TOKEN=" ", RUNCOMFY_TOKEN="t\n") == "t"


@pytest.mark.parametrize(
    ("place", "platform", "environ"),
    [
        ("config", "linux", {"RUNCOMFY_CONFIG_DIR": "config", "XDG_CONFIG_HOME": "xdg"}),
        ("xdg/runcomfy", "linux", {"XDG_CONFIG_HOME": "xdg"}),
        (".config/runcomfy", "linux", {}),
        (".config/runcomfy", "darwin", {}),
        ("Library/Application Support/runcomfy", "darwin", {}),
    ],
)
def test_places_of_the_token_file(
    place: str, platform: str, environ: dict[str, str], tmp_path: Path
) -> None:
    token_file(tmp_path / place)
    found = {name: str(tmp_path / folder) for name, folder in environ.items()}
    assert token(platform=platform, HOME=str(tmp_path), **found) == "from-file"


def test_a_missing_token_names_every_place_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MissingTokenError) as caught:
        token(platform="darwin", HOME=str(tmp_path))
    text = str(caught.value)
    for place in ("api_token=", *VARIABLES, ".config/runcomfy", "Application Support", "export "):
        assert place in text


def test_a_logged_out_cli_counts_as_no_token(tmp_path: Path) -> None:
    token_file(tmp_path, {"access_token": None})
    with pytest.raises(MissingTokenError):
        token(RUNCOMFY_CONFIG_DIR=str(tmp_path))


def test_a_managed_machine_without_a_token_fails_closed(tmp_path: Path) -> None:
    token_file(tmp_path)
    managed = {"RUNCOMFY_API_TOKEN_FILE": "/x", "RUNCOMFY_CONFIG_DIR": str(tmp_path)}
    with pytest.raises(MissingTokenError, match="RUNCOMFY_API_TOKEN_FILE is set"):
        token(**managed)
    assert token(RUNCOMFY_TOKEN="t", **managed) == "t"


@pytest.mark.parametrize(
    "bad", ["Bearer secret-1", "bearer secret-1", "sec ret", "sécret", "s" * 4097, "a\x00b"]
)
def test_a_malformed_token_is_refused_without_showing_it(bad: str) -> None:
    for source, argument, environ in (
        ("api_token", bad, {}),
        ("RUNCOMFY_API_TOKEN", None, {"RUNCOMFY_API_TOKEN": bad}),
    ):
        with pytest.raises(ConfigurationError) as caught:
            token(argument, **environ)
        assert source in str(caught.value)
        assert bad not in str(caught.value)


def test_an_empty_argument_is_not_replaced_by_the_environment() -> None:
    with pytest.raises(MissingTokenError, match="api_token is empty"):
        token("", RUNCOMFY_API_TOKEN="t")


def test_a_broken_token_file_is_named_but_not_shown(tmp_path: Path) -> None:
    file = token_file(tmp_path)
    file.write_text('{"access_token": "secret-1"')
    with pytest.raises(ConfigurationError) as caught:
        token(RUNCOMFY_CONFIG_DIR=str(tmp_path))
    assert str(file) in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_secret_hides_itself() -> None:
    secret = ApiToken("s3cret")
    assert "s3cret" not in f"{secret} {secret!r} {[secret]}"
    assert copy.deepcopy(secret) is secret
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(secret)


def test_redaction_of_every_form() -> None:
    secret = ApiToken('a"b/c')
    forms = ['a"b/c', 'a\\"b/c', 'a\\"b\\/c', "a%22b%2Fc"]
    assert secret.redact(" ".join(forms)) == " ".join(["[token]"] * 4)
    assert secret.redact("a&quot;b/c") == "[token]"
    nested = secret.redact_json({'a"b/c': ['a"b/c', 1, None, {"k": 'x a"b/c'}]})
    assert nested == {"[token]": ["[token]", 1, None, {"k": "x [token]"}]}


@pytest.mark.parametrize("before", ["", "Bearer ", "u:", "me:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, bytes.hex])
def test_redaction_of_encoded_tokens(encode: Any, before: str) -> None:
    token = "s3cr3t/t?ok~en>ABCDEFGH"
    encoded = encode(f"{before}{token}".encode())
    text = encoded if isinstance(encoded, str) else encoded.decode()
    shown = ApiToken(token).redact(f"Basic {text} was refused")
    assert "[token]" in shown
    assert len(shown) < len("Basic [token] was refused") + 2 * len(before) + 8


def test_a_short_token_is_not_looked_for_in_other_alphabets() -> None:
    assert ApiToken("test").redact("dGVzdA== 74657374") == "dGVzdA== 74657374"
