"""The MCP server over stdio, driven by the official client against the emulator.

The session is recorded as a text that a person can read: in the test's folder, and on its output.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client, types
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.sdk import TOKEN, Sdk
from ..._support.toolboxes import EDITOR, PAINTER, submits, until

DOG = {"prompt": "a dog"}


class Session:
    """A session with the server, and its recording."""

    def __init__(self, client: Client, pid_file: Path, recording: Recording) -> None:
        self._client, self._pid_file, self._recording = client, pid_file, recording

    async def tools(self) -> list[types.Tool]:
        tools = (await self._client.list_tools()).tools
        self._recording.note("tools/list", "\n".join(tool.name for tool in tools))
        return tools

    async def call(self, name: str, arguments: dict[str, Any], **options: Any) -> Any:
        self._recording.note(f"tools/call {name}", json.dumps(arguments))
        result = await self._client.call_tool(name, arguments, **options)
        shown = [
            block.text if isinstance(block, types.TextContent) else f"[{block.type}]"
            for block in result.content
        ]
        self._recording.answer("\n".join(shown), is_error=result.is_error)
        return result

    def kill(self) -> None:
        """End the server as a crash would."""
        self._recording.note("kill -9", "of the server")
        os.kill(int(self._pid_file.read_text("utf-8")), signal.SIGKILL)


class Recording:
    """The messages for people."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def note(self, what: str, text: str) -> None:
        self._lines += [f"> {what}", textwrap.indent(text, "    ")]

    def answer(self, text: str, *, is_error: bool) -> None:
        self._lines += ["< error" if is_error else "< answer", textwrap.indent(text, "    "), ""]

    def __str__(self) -> str:
        return "\n".join(self._lines)


class Servers:
    """Starts servers on one journal."""

    def __init__(self, sdk: Sdk, emulator: Emulator, home: Path) -> None:
        self.sdk, self.emulator, self.home = sdk, emulator, home
        self.recording = Recording()
        self.log = home / "server.log"

    def command(self, *options: str) -> StdioServerParameters:
        """Return the command. The shell writes the server's id, and is the server after that."""
        words = [sys.executable, "-m", self.sdk.package, "mcp", "--only", "acme/painter/*"]
        words += ["--journal", str(self.home / "agent.sqlite"), "-o", str(self.home / "out")]
        return StdioServerParameters(
            command="sh",
            args=["-c", f'echo $$ > "{self.home}/pid"; exec "$@"', "sh", *words, *options],
            env={
                "PYTHONPATH": str(self.sdk.folder),
                "RUNCOMFY_API_TOKEN": TOKEN,
                "RUNCOMFY_MODEL_API_BASE": self.emulator.base_url,
            },
        )

    @asynccontextmanager
    async def session(self, *options: str) -> AsyncIterator[Session]:
        with self.log.open("a", encoding="utf-8") as log:
            transport = stdio_client(self.command(*options), errlog=log)
            async with Client(transport) as client:
                yield Session(client, self.home / "pid", self.recording)


@pytest.fixture
def servers(sdk: Sdk, emulator: Emulator, tmp_path: Path) -> Servers:
    return Servers(sdk, emulator, tmp_path)


def text_of(result: Any) -> str:
    text: str = result.content[0].text
    return text


async def test_a_session_pays_once(servers: Servers, emulator: Emulator) -> None:
    """Listed, wrong, good, repeated, over the budget, killed in the middle of a job, started again."""
    async with servers.session("--max-cost-usd", "0.10") as session:
        tools = await session.tools()
        assert [tool.name for tool in tools][:2] == [EDITOR, PAINTER]
        wrong = await session.call(PAINTER, {"num_images": 9, "size": "8k"})
        assert wrong.is_error
        assert text_of(wrong).startswith("acme/painter/text-to-image: 3 problems, nothing was sent")
        assert submits(emulator) == []
        good = await session.call(PAINTER, DOG)
        assert not good.is_error
        assert [block.type for block in good.content] == ["text", "image"]
        [file] = good.structured_content["files"]
        assert await anyio.Path(file).is_file()
        repeated = await session.call(PAINTER, DOG)
        assert "was not paid again" in text_of(repeated)
        assert len(submits(emulator)) == 1
        over = await session.call(PAINTER, {"prompt": "four dogs", "num_images": 4})
        assert over.is_error
        assert "$0.04 of $0.10" in text_of(over)
        assert "$0.16" in text_of(over)
        assert len(submits(emulator)) == 1
        emulator.behaviour = replace(emulator.behaviour, statuses=("in_progress",))
        with contextlib.suppress(Exception):
            async with anyio.create_task_group() as group:
                group.start_soon(session.call, PAINTER, {"prompt": "a cat"})
                await until(lambda: len(emulator.received) > 8 and len(submits(emulator)) == 2)
                session.kill()
    job = [*emulator.jobs.values()][-1]
    job.move_to("completed")
    async with servers.session("--max-cost-usd", "0.10") as session:
        again = await session.call(PAINTER, {"prompt": "a cat"})
        assert not again.is_error
        assert again.structured_content["request_id"] == job.request_id
        assert "2 calls so far" in text_of(await session.call("job_status", {}))
        balance = await session.call("balance", {})
        assert text_of(balance) == "balance: $5.00\nall calls so far: $0.08 of $0.10"
    assert len(submits(emulator)) == 2
    (servers.home / "session.txt").write_text(str(servers.recording), "utf-8")
    print(servers.recording)


async def test_killed_while_posting_is_told_and_not_repeated(
    servers: Servers, emulator: Emulator
) -> None:
    emulator.behaviour = replace(emulator.behaviour, delay=30)
    with contextlib.suppress(Exception):
        async with (
            servers.session("--allow-spending") as session,
            anyio.create_task_group() as group,
        ):
            group.start_soon(session.call, PAINTER, DOG)
            await until(lambda: submits(emulator))
            session.kill()
    emulator.behaviour = replace(emulator.behaviour, delay=0)
    async with servers.session("--allow-spending") as session:
        answer = await session.call(PAINTER, DOG)
        assert answer.is_error
        assert text_of(answer).startswith("unknown: ")
        assert "It was not sent again." in text_of(answer)
        assert len(submits(emulator)) == 1
        another = await session.call(PAINTER, {**DOG, "again": True})
        assert not another.is_error
    assert len(submits(emulator)) == 2


async def test_a_client_that_gives_up_finds_its_job(servers: Servers, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, delay=1.0)
    async with servers.session("--allow-spending") as session:
        with pytest.raises(Exception, match=r"(?i)timed out|timeout"):
            await session.call(PAINTER, DOG, read_timeout_seconds=0.3)
        emulator.behaviour = replace(emulator.behaviour, delay=0)
        answer = await session.call(PAINTER, DOG)
        assert not answer.is_error
    assert len(submits(emulator)) == 1


async def test_two_servers_share_a_journal(servers: Servers, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, delay=0.3)
    async with (
        servers.session("--allow-spending") as one,
        servers.session("--allow-spending") as other,
    ):
        results: list[Any] = []

        async def call(session: Session) -> None:
            results.append(await session.call(PAINTER, DOG))

        async with anyio.create_task_group() as group:
            group.start_soon(call, one)
            group.start_soon(call, other)
    assert len({result.structured_content["request_id"] for result in results}) == 1
    assert len(submits(emulator)) == 1


async def test_progress_is_reported_to_who_asks(servers: Servers) -> None:
    seen: list[str | None] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        seen.append(message)

    async with servers.session("--allow-spending") as session:
        await session.call(PAINTER, DOG, progress_callback=on_progress)
    assert [message for message in seen if message and "in_queue" in message]


async def test_without_leave_nothing_is_spent(servers: Servers, emulator: Emulator) -> None:
    async with servers.session() as session:
        answer = await session.call(PAINTER, DOG)
    assert "--max-cost-usd" in text_of(answer)
    assert submits(emulator) == []


async def test_files_outside_the_folders_stay(servers: Servers, emulator: Emulator) -> None:
    secret = servers.home / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    async with servers.session("--allow-spending") as session:
        answer = await session.call(EDITOR, {"prompt": "a", "image": str(secret)})
    assert answer.is_error
    assert submits(emulator) == []


async def test_stdout_carries_only_the_protocol(servers: Servers, emulator: Emulator) -> None:
    """Also while the SDK logs retries, and a caller breaks the protocol."""
    emulator.behaviour = replace(emulator.behaviour, submit_fault="rate_limited", fault_count=1)
    parameters = servers.command("--allow-spending")
    about = {"protocolVersion": "2025-06-18", "capabilities": {}}
    hello = {**about, "clientInfo": {"name": "a test", "version": "1"}}
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        "this is no JSON",
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": PAINTER, "arguments": DOG}},
    ]  # fmt: skip
    process = await anyio.open_process(
        [parameters.command, *parameters.args], env={**os.environ, **(parameters.env or {})}
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    replies: dict[int, Any] = {}
    with anyio.fail_after(60):
        for message in messages:
            text = message if isinstance(message, str) else json.dumps(message)
            await process.stdin.send(f"{text}\n".encode())
        pending = b""
        while 2 not in replies:
            pending += await process.stdout.receive()
            *lines, pending = pending.split(b"\n")
            for line in lines:
                reply = json.loads(line)
                assert reply["jsonrpc"] == "2.0"
                replies[reply.get("id", 0)] = reply
        await process.stdin.aclose()
        logged = await process.stderr.receive()
        assert await process.wait() == 0
    assert replies[2]["result"]["structuredContent"]["state"] == "completed"
    assert b"HTTP 429" in logged
    assert TOKEN.encode() not in logged


@pytest.mark.parametrize(
    ("options", "message", "code"),
    [
        (["--journal", "no-such-folder/j.sqlite"], "the journal cannot be written", 1),
        (["--journal", "j.sqlite", "--only", "acme/nothing"], "--only: must match a model id", 64),
        (["--journal", "j.sqlite", "--media", "no-such-folder"], "--media: ", 64),
        (["--journal", "j.sqlite", "--wait", "0"], "--wait: must be a finite number above 0", 64),
        (["--journal", "j.sqlite", "--max-cost-usd", "-1"], "--max-cost-usd", 64),
        ([], "Missing option '--journal'", 64),
    ],
)
def test_a_wrong_start_is_told_on_stderr(
    sdk: Sdk, tmp_path: Path, options: list[str], message: str, code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", sdk.package, "mcp", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(sdk.folder), "RUNCOMFY_API_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert done.stdout == ""
    assert message in done.stderr
    assert done.returncode == code
