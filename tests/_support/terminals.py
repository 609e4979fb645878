"""A program on a pseudo-terminal, as a person has it."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .cli import CommandLine

PATIENCE = 60.0  # seconds


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, cli: CommandLine, *arguments: object, **variables: str) -> None:
        import pty

        self._master, slave = pty.openpty()
        self._program = subprocess.Popen(
            cli.command(*arguments),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=cli.environment | variables,
            cwd=cli.folder,
            start_new_session=True,
        )
        os.close(slave)
        self.screen = ""

    def until(self, words: str) -> None:
        """Read until the words are on the screen."""
        end = time.monotonic() + PATIENCE
        while words not in self.text and time.monotonic() < end and self._read():
            pass
        assert words in self.text, self.text

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupt(self) -> None:
        """Send what the terminal sends on Ctrl-C: a signal to the program."""
        self._program.send_signal(signal.SIGINT)

    def ends(self) -> int:
        """Wait for the end and return the exit code."""
        end = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < end, self.text[-1000:]
        return self._program.wait(PATIENCE)

    @property
    def text(self) -> str:
        """The screen without its colours and cursor movements."""
        return re.sub(r"\x1b\[[?\d;]*[a-zA-Z]|\r", "", self.screen)

    def close(self) -> None:
        if self._program.poll() is None:
            self._program.kill()
            self._program.wait()
        os.close(self._master)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        try:
            data = os.read(self._master, 65536) if ready else b""
        except OSError:  # Linux: the program has closed its end
            return False
        self.screen += data.decode(errors="replace")
        return bool(data)


@contextmanager
def terminal(cli: CommandLine, *arguments: object, **variables: str) -> Iterator[Terminal]:
    """variables: of the environment."""
    opened = Terminal(cli, *arguments, **variables)
    try:
        yield opened
    finally:
        opened.close()
