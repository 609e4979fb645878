"""The API token: where it is looked for, and a wrapper that never shows it."""

from __future__ import annotations

import json
import os
import re
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from .._base.json_values import as_object, is_array, is_object
from ..errors import ConfigurationError, MissingTokenError

VARIABLES = (
    "RUNCOMFY_API_TOKEN",
    "RUNCOMFY_TOKEN",
    "RUNCOMFY_API_KEY",
)  # what the official tools read
_MANAGED = "RUNCOMFY_API_TOKEN_FILE"
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")
_HIDDEN = "[token]"
_TELLING = 8  # characters: a field name does not hold a longer token by accident


class ApiToken:
    """A token whose repr, str and pickle do not contain it."""

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        in_json = json.dumps(value)[1:-1]
        forms = {value, in_json, in_json.replace("/", "\\/"), json.dumps(in_json)[1:-1]}
        forms |= {quote(value, safe=""), escape(value)}
        if len(value) >= _TELLING:
            forms.update((value.encode().hex(), *base64_cores(value)))
        lower = {form.lower() for form in forms}
        self._forms = tuple(sorted(lower, key=len, reverse=True))

    def reveal(self) -> str:
        """Return the token itself, for the Authorization header only."""
        return self._value

    def redact(self, text: str) -> str:
        """Take the token out of a text: plain, as JSON, in a URL or encoded, in any letter case."""
        lower = text.lower()
        for form in self._forms:
            if form in lower:  # far faster than the search itself, which rarely finds it
                text = re.sub(re.escape(form), _HIDDEN, text, flags=re.IGNORECASE)
        return text

    def redact_name(self, name: str) -> str:
        """Take the token out of a field name, unless a short token such as "image" is a part of it."""
        return self.redact(name) if len(self._value) >= _TELLING else name

    def redact_json(self, value: Any) -> Any:
        """Take the token out of a JSON value and its keys."""
        if isinstance(value, str):
            return self.redact(value)
        if is_object(value):
            return {self.redact(key): self.redact_json(item) for key, item in value.items()}
        if is_array(value):
            return [self.redact_json(item) for item in value]
        return value

    def __repr__(self) -> str:
        return "ApiToken(***)"

    def __deepcopy__(self, memo: dict[int, Any]) -> ApiToken:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API token cannot be pickled")


def base64_cores(text: str) -> Iterator[str]:
    """Yield what of a text is the same in base64 wherever it begins, in both alphabets."""
    content = text.encode()
    for encode in (b64encode, urlsafe_b64encode):
        for shift, begin in enumerate((0, 2, 3)):  # where it begins within three bytes
            whole = encode(bytes(shift) + content).decode()
            yield whole[begin : (shift + len(content)) * 8 // 6]


def find_token(
    argument: str | None,
    environ: Mapping[str, str] | None = None,
    platform: str = sys.platform,
) -> ApiToken:
    """Find the API token: the argument, else `VARIABLES`, else the token file of the RunComfy CLI.

    Raises:
        MissingTokenError: If there is no token.
        ConfigurationError: If the first one found is malformed.
    """
    try:
        return _find(argument, os.environ if environ is None else environ, platform)
    except ConfigurationError as error:
        # No traceback shows the token, or the environment that it is in, among its variables.
        argument = environ = None
        raise error.with_traceback(None) from None


def _find(argument: str | None, environ: Mapping[str, str], platform: str) -> ApiToken:
    if argument is not None:
        return _checked(argument, "api_token")
    for variable in VARIABLES:
        if value := environ.get(variable, "").strip():
            return _checked(value, variable)
    if environ.get(_MANAGED):
        # A managed machine hands out its own token: another account's must not stand in for it.
        raise MissingTokenError(
            f"{_MANAGED} is set, so the official CLI's token file was not read, and no token was given",
            advice=f"Pass api_token=, or set {VARIABLES[0]}.",
        )
    files = tuple(_token_files(environ, platform))
    for file in files:
        if value := _read(file):
            return _checked(value, str(file))
    places = "".join(f"\n  {place}" for place in (*VARIABLES, *map(str, files)))
    raise MissingTokenError(
        f"no RunComfy API token was found; looked in{places}",
        advice="Pass api_token=, or make a token on the Profile page of runcomfy.com and set it: "
        f"export {VARIABLES[0]}=...",
    )


def _checked(value: object, source: str) -> ApiToken:
    if not isinstance(value, str):
        raise ConfigurationError(f"{source}: must be a str; got {type(value).__name__}")
    value = value.strip()
    if not value:
        raise MissingTokenError(f"{source} is empty: give a token, or leave it out")
    if value[:7].lower() == "bearer ":
        raise ConfigurationError(f'{source}: give the token alone, without "Bearer "')
    if not _TOKEN.fullmatch(value):
        raise ConfigurationError(
            f"{source}: must be 1 to 4096 printable ASCII characters without spaces"
        )
    return ApiToken(value)


def _token_files(environ: Mapping[str, str], platform: str) -> Iterator[Path]:
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if folder := environ.get("RUNCOMFY_CONFIG_DIR"):
        yield Path(folder, "token.json")
    elif folder := environ.get("XDG_CONFIG_HOME"):
        yield Path(folder, "runcomfy", "token.json")
    elif home:
        yield Path(home, ".config", "runcomfy", "token.json")
    if platform == "darwin" and home:
        yield Path(home, "Library", "Application Support", "runcomfy", "token.json")


def _read(file: Path) -> str:
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        # Not chained: a JSON error holds the whole text of the file.
        raise ConfigurationError(
            f"{file}: the official CLI's token file cannot be read ({type(error).__name__}); "
            f"log in again with that CLI, or set {VARIABLES[0]}"
        ) from None
    token = as_object(content).get("access_token")
    return token.strip() if isinstance(token, str) else ""
