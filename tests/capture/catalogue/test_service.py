"""The catalogue over HTTP: its pages, the token, and services that do not page as documented."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from runcomfy_codegen.capture.catalogue.source import download
from runcomfy_codegen.runtime._api.auth import ApiToken
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.testing import Behaviour, EmulatedEndpoint, Emulator

from ..._support.page_server import Answer, serving
from ..._support.sync import SCHEMA, Folder, entry, lines, page

ENTRIES = [entry(f"acme/m{number:02}") for number in range(7)]
FAST = RetryPolicy(first_retry=0.01, longest_retry=0.02)
TOKEN = "token-0123456789"


def slice_of(offset: int, size: int = 3, **more: Any) -> dict[str, Any]:
    """Return a page of ENTRIES, from a service that has smaller pages than asked for."""
    models = ENTRIES[offset : offset + size]
    return {"models": models, "total": len(ENTRIES), "limit": size, "offset": offset} | more


def without_total(offset: int) -> dict[str, Any]:
    return {key: value for key, value in slice_of(offset).items() if key != "total"}


@pytest.fixture(scope="module")
def emulator() -> Any:
    endpoints = [
        EmulatedEndpoint(f"acme/m{number:03}", SCHEMA, {}, base_price_usd=0.0)
        for number in range(501)
    ]
    special = EmulatedEndpoint("minimax/Hailuo Video 01 Live", SCHEMA, {}, display_name="Hailuo")
    with Emulator([*endpoints, special]) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "total"), [("", True), ("/v1/", True), ("/v1/models", True), ("/v1/models/", False)]
)
def test_the_emulators_catalogue(
    folder: Folder, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, path: str, total: bool
) -> None:
    emulator.reset()
    emulator.behaviour = Behaviour(catalogue_total=total)
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", emulator.token)
    result = folder.run("--from", emulator.base_url + path)
    assert (result.exit_code, len(lines(result))) == (0, 502)
    queries = [request.query for request in emulator.received]
    expected = [f"include_schema=true&limit=500&offset={offset}" for offset in (0, 500, 502)]
    assert queries == expected[: 2 if total else 3]
    assert {request.path for request in emulator.received} == {"/v1/models"}
    info = folder.info("minimax/Hailuo Video 01 Live")
    assert (info["display_name"], info["source"]) == ("Hailuo", "catalogue")
    assert folder.info("acme/m000")["base_price_usd"] == 0
    assert folder.read("acme/m000", "input") == SCHEMA
    emulator.reset()
    result = folder.run("--from", emulator.base_url)
    assert result.stdout == ""
    assert "502 unchanged" in result.stderr


def test_the_base_url_of_the_environment(
    folder: Folder, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.reset()
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", emulator.token)
    monkeypatch.setenv("RUNCOMFY_MODEL_API_BASE", emulator.base_url + "/v1")
    assert folder.run("--only", "minimax/*").stdout == "new minimax/Hailuo Video 01 Live\n"
    assert len(folder.files()) == 3


def test_a_token_that_is_missing_or_refused(
    folder: Folder, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.reset()
    missing = folder.run("--from", emulator.base_url)
    assert missing.exit_code == 2
    assert "no token was found: export RUNCOMFY_API_TOKEN=" in missing.stderr
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    refused = folder.run("--from", emulator.base_url)
    assert refused.exit_code == 2
    assert "HTTP 401, error_code 400004" in refused.stderr
    assert len(emulator.received) == 2, "a refusal is not repeated"
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", "Bearer x")
    malformed = folder.run("--from", emulator.base_url)
    assert malformed.exit_code == 2
    assert 'without "Bearer "' in malformed.stderr
    assert len(emulator.received) == 2
    assert folder.files() == {}


@pytest.mark.parametrize("token", [TOKEN, ""])
def test_the_token_is_sent_if_there_is_one(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", token)
    with serving(slice_of) as service:
        assert folder.run("--from", service.url).exit_code == 0
    sent = [headers.get("authorization") for _, headers in service.requests]
    assert sent == [f"Bearer {token}" if token else None] * 3
    assert service.offsets == [0, 3, 6]


def test_a_redirect_is_not_followed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    with serving(slice_of) as other:
        moved = Answer(b"", 307, {"Location": f"{other.url}/v1/models?offset=0"})
        with serving(lambda _: moved) as service:
            result = folder.run("--from", service.url)
    assert result.exit_code == 2
    assert "a redirect, which is not followed" in result.stderr
    assert (len(service.requests), other.requests) == (1, [])


def test_a_token_in_an_error_is_not_shown(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    echo = Answer({"error_code": 400004, "error_message": f"token {TOKEN} was revoked"}, 401)
    with serving(lambda _: echo) as service:
        result = folder.run("--from", service.url)
    assert result.exit_code == 2
    assert TOKEN not in result.output + result.stderr
    assert "[token] was revoked" in result.stderr


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/v1/models",
        "ftp://127.0.0.1/v1",
        "https://user:secret@127.0.0.1/v1",
        "https://127.0.0.1/v1/models?limit=1",
        "https://127.0.0.1:x/v1",
        "https://",
    ],
)
def test_urls_that_are_refused(folder: Folder, url: str) -> None:
    result = folder.run("--from", url)
    assert (result.exit_code, result.stdout, folder.files()) == (2, "", {})
    assert "secret" not in result.stderr


def changed_total(offset: int) -> Any:
    return slice_of(offset, total=8 if offset else 7)


def ends_early(offset: int) -> Any:
    return slice_of(offset) if offset < 6 else slice_of(offset, models=[])


def never_ends(_: int) -> Any:
    return {"models": ENTRIES[:3]}


def more_than_announced(offset: int) -> Any:
    return slice_of(offset, total=2)


def ignores_the_offset(_: int) -> Any:
    return slice_of(0)


def says_nothing_of_the_offset(_: int) -> Any:
    return {"models": ENTRIES[:3], "total": 7}


BROKEN: dict[str, tuple[Any, str]] = {
    "the total changes": (changed_total, "it held 7 and then 8 endpoints"),
    "it ends early": (ends_early, "nothing new is on this page, 7 are announced"),
    "it never ends": (never_ends, "nothing new is on this page, no total is given"),
    "it has too much": (more_than_announced, "says that it holds 2 endpoints, and lists 3"),
    "it starts again": (ignores_the_offset, "offset 3 was asked for, 0 is served"),
    "it repeats itself": (says_nothing_of_the_offset, "nothing new is on this page"),
    "it is empty": (lambda _: page(), "lists no endpoint at all"),
    "a strange total": (
        lambda offset: slice_of(offset, total=True),
        "total must be the number of endpoints; got true",
    ),
    "a negative total": (lambda offset: slice_of(offset, total=-1), "it holds -1 endpoints"),
    "no page": (lambda _: {"data": []}, "must be a page of the catalogue"),
    "a bare list": (lambda _: ENTRIES, "it sent an unexpected reply"),
    "not JSON": (lambda _: b"<html>", "it sent an unexpected reply"),
    "a key twice": (lambda _: b'{"models": [], "total": 1, "total": 2}', "json-duplicate-key"),
    "deep": (
        lambda _: b'{"models": [1], "more": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        "nested deeper than 100 levels",
    ),
    "not found": (lambda _: Answer({"error_code": 404001}, 404), "HTTP 404, error_code 404001"),
    "an error in a 200": (lambda _: {"error_code": 403003}, "error_code 403003"),
    "a later page fails": (
        lambda offset: slice_of(0) if not offset else Answer(b"", 403),
        "HTTP 403",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_page_that_fails_leaves_everything_as_it_was(case: str) -> None:
    answer, said = BROKEN[case]
    with serving(answer) as service:
        pages, problems = download(f"{service.url}/v1", ApiToken(TOKEN), lambda _: None, FAST)
    assert pages == []
    assert said in "\n".join(map(str, problems))
    assert len(service.requests) <= 4


def test_the_command_then_says_so_and_touches_nothing(folder: Folder) -> None:
    folder.sync(page(ENTRIES[0], entry("acme/gone")))
    before = folder.files()
    with serving(ends_early) as service:
        result = folder.run("--from", service.url, "--prune")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the catalogue cannot be read" in result.stderr
    assert folder.files() == before


@pytest.mark.parametrize(
    "fault",
    [
        Answer(b"<html>bad gateway", 502),
        Answer(b"", 503, {"Retry-After": "0"}),
        Answer({"error_code": 429001}, 429),
        Answer({"error_code": 500001}, 200),
        Answer(b"", 408),
        Answer(b'{"models": ', cut=True),
    ],
)
def test_transient_failures_are_repeated(fault: Answer) -> None:
    failures = iter([fault] * 3)
    with serving(lambda offset: next(failures, None) or slice_of(offset)) as service:
        pages, problems = download(f"{service.url}/v1", None, lambda _: None, FAST)
    assert problems == []
    assert [entry for page in pages for entry in page.entries] == ENTRIES
    assert service.offsets == [0, 0, 0, 0, 3, 6]


def test_but_not_for_ever() -> None:
    with serving(lambda _: Answer(b"", 503)) as service:
        _, problems = download(f"{service.url}/v1", None, lambda _: None, FAST)
    assert "HTTP 503" in str(problems[0])
    assert len(service.requests) == 4


def test_a_service_that_is_not_there(folder: Folder) -> None:
    with serving(slice_of) as service:
        pass
    _, problems = download(f"{service.url}/v1", None, lambda _: None, FAST)
    assert "GET 127.0.0.1: " in str(problems[0])


def test_progress(folder: Folder) -> None:
    with serving(slice_of) as service:
        result = folder.run("--from", service.url)
    assert "3 endpoints read, 7 are announced" in result.stderr
    assert len(lines(result)) == 7


def test_a_list_that_moves_while_it_is_read(folder: Folder) -> None:
    """An entry that slid from one page to the next stands on both; another may be on neither."""
    folder.sync(page(*ENTRIES))
    moved = [*ENTRIES[:4], *ENTRIES[3:6]]
    with serving(lambda offset: slice_of(offset, models=moved[offset : offset + 3])) as service:
        result = folder.run("--from", service.url, "--prune")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "6 endpoints listed, 7 announced: no endpoint is marked as gone" in result.stderr
    assert len(folder.files()) == 3 * len(ENTRIES)


@pytest.mark.parametrize(
    "reply",
    [page(*ENTRIES), [page(*ENTRIES)], [slice_of(0), slice_of(3), slice_of(6)], ENTRIES],
    ids=["a reply", "a list of one", "a list of pages", "a list of entries"],
)
def test_saved_replies(folder: Folder, reply: Any) -> None:
    result = folder.sync(reply)
    assert (result.exit_code, len(lines(result))) == (0, 7)
    assert ("no endpoint is marked as gone" in result.stderr) == (reply is ENTRIES)


def test_one_of_several_pages_marks_nothing_as_gone(folder: Folder) -> None:
    folder.sync(page(*ENTRIES))
    result = folder.sync(slice_of(0), "--prune")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 endpoints listed, 7 announced" in result.stderr


def test_standard_input(folder: Folder) -> None:
    result = folder.run("--from", "-", stdin=b"\xef\xbb\xbf" + json.dumps(page(*ENTRIES)).encode())
    assert (result.exit_code, len(lines(result))) == (0, 7)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "saved.json:1:1: error: expected a value"),
        ("{", "saved.json:1:2"),
        ("[]", "lists no endpoint at all"),
        ("3", "expected a reply of GET /v1/models"),
        ('{"models": {}}', "expected a reply of GET /v1/models"),
        ('[{"models": []}, {"model_id": "a/b"}]', "(at /1)"),
        ('{"models": [], "models": []}', "json-duplicate-key"),
        ('{"error_code": 500001}', "must be a page"),
        ('{"models": [1], "more": ' + "[" * 300 + "]" * 300 + "}", "json-depth"),
        ('{"models": [], "total": ' + "9" * 5000 + "}", "too long"),
    ],
)
def test_saved_replies_that_cannot_be_read(folder: Folder, content: str, said: str) -> None:
    result = folder.sync(content)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert folder.files() == {}


def test_a_file_that_is_not_there_or_no_text(folder: Folder) -> None:
    assert folder.run("--from", str(folder.root / "none.json")).exit_code == 2
    assert folder.run("--from", str(folder.root)).exit_code == 2
    folder.saved.write_bytes(b'{"models": "\xff"}')
    result = folder.run("--from", str(folder.saved))
    assert result.exit_code == 2
    assert "byte 0xff is not UTF-8" in result.stderr
    folder.saved.write_bytes(b"\xff\xfe{\0}\0")
    result = folder.run("--from", str(folder.saved))
    assert result.exit_code == 2
    assert "it is not UTF-8 text" in result.stderr


LONG = "rc-Abc.123_xyz-secret/+=token"


def in_escapes(token: str, spelled: str) -> str:
    return "".join(spelled.format(ord(char), char=char) for char in token)


ECHOES = {
    "plain": LONG,
    "upper case": LONG.upper(),
    "percent": in_escapes(LONG, "%{:02X}"),
    "percent twice": in_escapes(LONG, "%25{:02x}"),
    "URL": quote(LONG, safe=""),
    "JSON": in_escapes(LONG, "\\u{:04x}"),
    "HTML": in_escapes(LONG, "&#{};"),
    "base64": base64.b64encode(LONG.encode()).decode(),
    "base64 of a header": base64.b64encode(f"Bearer {LONG}".encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(b"x" + LONG.encode()).decode(),
    "hex": LONG.encode().hex(),
}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize(
    "place", ["id", "title", "total", "text", "error", "redirect", "header", "not JSON"]
)
def test_no_echo_makes_it_print_the_token(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, echo: str, place: str
) -> None:
    said = ECHOES[echo]
    answers: dict[str, Any] = {
        "id": page(entry(f"acme/{said}")),
        "title": page(entry("acme/a", display_name=said), entry("acme/a", display_name="b")),
        "total": page(entry("acme/a"), total=said),
        "text": page(entry("acme/a", base_price_usd=f"{'x' * 60}{said}")),
        "error": Answer({"error_code": 400004, "error_message": f"{'x' * 190} {said}"}, 401),
        "redirect": Answer(b"", 302, {"Location": f"/v1/{said}"}),
        "header": Answer({"error_code": 429001}, 403, {"X-Request-Id": said, "Retry-After": said}),
        "not JSON": f"{said} {{".encode(),
    }
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", LONG)
    with serving(lambda _: answers[place]) as service:
        result = folder.run("--from", service.url)
    assert result.exit_code == 2
    shown = (result.stdout + result.stderr).lower()
    for spelled in ECHOES.values():
        # Not even the part that is left after a cut.
        assert spelled.lower()[:12] not in shown
    assert folder.files() == {}


def test_a_short_token_changes_no_data(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", "image")
    with serving(lambda _: page(entry("acme/image-1", display_name="An image"))) as service:
        result = folder.run("--from", service.url)
    assert result.exit_code == 0
    assert folder.info("acme/image-1")["display_name"] == "An image"


def test_the_help_and_a_run_without_a_token_ask_for_it(folder: Folder) -> None:
    assert "The Model API requires an API token" in " ".join(folder.run("--help").stdout.split())
    with serving(lambda _: Answer({"error_code": 400004}, 401)) as service:
        result = folder.run("--from", service.url)
    assert result.stderr.startswith(
        "the Model API requires an API token, and none was found: export"
    )
