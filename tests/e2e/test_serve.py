"""`runcomfy-codegen serve` as another program uses it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from runcomfy import RunComfy

from .test_readmes import ROOT


def test_serve_prints_where_it_is_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "runcomfy_codegen",
        "serve",
        "--schemas",
        str(ROOT / "schemas"),
        "--site",
        str(tmp_path / "site"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            with RunComfy("emulator-token", base_url=url) as client:
                result = client.openai.gpt_image_2.edit.run(
                    prompt="x", images=["https://example.com/a.png"]
                )
            assert result.urls
            server.send_signal(signal.SIGINT)
            _, said = server.communicate(timeout=10)
        finally:
            server.kill()
    assert server.returncode == 0
    assert "Traceback" not in said
    assert f"RUNCOMFY_MODEL_API_BASE={url}" in said
    assert "RUNCOMFY_API_TOKEN=emulator-token" in said
    assert "runcomfy-codegen site builds it" in said
