"""The search for tokens finds each leak that is planted, and nothing where there is none."""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ._support import runtime as support
from ._support import sdk as sdk_support
from ._support.token_search import TOKENS, TokenSearch, forms

HERE = Path(__file__).parent
PLANTED = "planted/token-1"

# name: the body of a test that shows the token, and where the search has to find it
LEAKS: dict[str, tuple[str, str]] = {
    "log": ("logging.getLogger('httpx').debug('sent %s', TOKEN)", "log of httpx DEBUG"),
    "log_in_other_case": ("logging.getLogger('x').info(TOKEN.upper())", "log of x INFO"),
    "log_of_an_error": (
        "try:\n        raise ValueError(TOKEN)\n"
        "    except ValueError:\n        logging.exception('it failed')",
        "log of root ERROR",
    ),
    "error": (
        "with pytest.raises(errors.ServerError) as caught:\n"
        "        raise errors.ServerError('echo: ' + TOKEN)",
        "repr of ServerError",
    ),
    "cause": (
        "with pytest.raises(errors.ReplyLost) as caught:\n        try:\n"
        "            raise ValueError(TOKEN)\n        except ValueError as error:\n"
        "            raise errors.ReplyLost('lost') from error",
        "traceback of ReplyLost",
    ),
    "repr": ("kept = job(request_id=TOKEN)\n    allocate()", "repr of JobStatus"),
    "pickle": ("kept = job(raw={'echo': TOKEN})\n    allocate()", "pickle of JobStatus"),
    "gone_at_once": ("seen(job(request_id=TOKEN))", "repr of JobStatus"),
    "token_of_a_client": (
        "client = SyncClient('a-token-of-its-own')\n    allocate()\n"
        "    seen(job(request_id='a-token-of-its-own'))",
        "repr of JobStatus",
    ),
    "other_host": ("ask('http://127.0.0.1:%d/x')", "request to another host"),
    "url_of_the_own_host": (
        "ask('http://127.0.0.1:%d/x?token=' + TOKEN, own=True)",
        "request to the API beside its authorization",
    ),
    "failed_test": ("raise ValueError(TOKEN)", "traceback of ValueError"),
}
CLEAN = {
    "own_host": "ask('http://127.0.0.1:%d/x', own=True)",
    "nothing": "seen(job(request_id='r-1'))",
    "suppressed": (
        "with pytest.raises(errors.ReplyLost):\n        try:\n"
        "            raise ValueError(TOKEN)\n        except ValueError:\n"
        "            raise errors.ReplyLost('lost') from None"
    ),
}

HEAD = f"""
import gc, httpx, logging, pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._client import SyncClient
from runcomfy_codegen.runtime._api.states import JobStatus
from tests._support.fault_server import FaultServer, reply
TOKEN = "{PLANTED}"

def job(request_id="r-1", **more):
    return JobStatus(request_id, "in_queue", "in_queue", **more)

def allocate():
    return [[n] for n in range(100)]

def seen(value):
    gc.collect(0)

def ask(url, own=False):
    with FaultServer([reply(200, {{}})]).running() as server:
        port = int(server.url.rpartition(":")[2])
        client = SyncClient(TOKEN, base_url=f"http://127.0.0.1:{{port}}") if own else None
        with httpx.Client() as http:
            http.get(url.replace("%d", str(port)), headers={{"Authorization": "Bearer " + TOKEN}})
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what pytest says of tests that leak and of tests that do not."""
    folder = tmp_path_factory.mktemp("planted")
    bodies = {name: body for name, (body, _) in LEAKS.items()} | CLEAN
    tests = (f"\ndef test_{name}():\n    {body}\n" for name, body in bodies.items())
    (folder / "test_planted.py").write_text(HEAD + "".join(tests), encoding="utf-8")
    (folder / "conftest.py").write_text(
        "from tests._support.token_search import TokenSearch\n\n\ndef pytest_configure(config):\n"
        f"    config.pluginmanager.register(TokenSearch(({PLANTED!r},)))\n",
        encoding="utf-8",
    )
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "--tb=short"]
    path = os.pathsep.join([str(HERE.parent), str(HERE.parent / "generator")])
    ran = subprocess.run(
        [*command, str(folder)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_found(name: str, report: str) -> None:
    said = re.search(rf"ERROR at teardown of test_{name} _(.*?)\n(?=___|===)", report, re.DOTALL)
    assert said, report
    assert LEAKS[name][1] in said[1]


@pytest.mark.parametrize("name", CLEAN)
def test_what_shows_nothing_passes(name: str, report: str) -> None:
    assert f"ERROR at teardown of test_{name} " not in report
    assert f"PASSED test_planted.py::test_{name}\n" in report


@pytest.mark.parametrize("token", [*TOKENS, 'a"b/c+d\\e&f'])
def test_every_form_is_found(token: str) -> None:
    basic = (base64.b64encode(f"{user}:{token}".encode()) for user in ("u", "us", "use"))
    written = [
        token,
        token.upper(),
        json.dumps({"x": token}),
        json.dumps(token).replace("/", "\\/"),
        quote(token),
        quote(token, safe="").lower(),
        repr(token.encode()),
        *(each.decode() for each in basic),
    ]
    for text in written:
        assert any(form in text.lower().encode() for form in forms(token)), text
    assert not any(form in b"tok-3f9c emulator other planted" for form in forms(token))


def test_the_tokens_of_the_tests_are_searched_for() -> None:
    assert {support.TOKEN, sdk_support.TOKEN, Emulator([]).token} <= set(TOKENS)


def test_this_run_is_watched(pytestconfig: pytest.Config) -> None:
    search = pytestconfig.pluginmanager.get_plugin("token-search")
    assert isinstance(search, TokenSearch)
    before = search.searched["log"]
    logging.getLogger("httpcore").debug("a record")
    assert search.searched["log"] == before + 1
