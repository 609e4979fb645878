"""`runcomfy-codegen serve` as another program uses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
from runcomfy import RunComfy

from .._support.readmes import ROOT


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
    assert "run `runcomfy-codegen site` to build it" in said


def test_serve_for_another_container(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"code": {"type": "string", "pattern": "^a"}}}
    folder = tmp_path / "schemas" / "acme" / "demo"
    folder.mkdir(parents=True)
    for name, content in (
        ("endpoint", {"model_id": "acme/demo"}),
        ("input", schema),
        ("output", {"type": "object", "properties": {}}),
    ):
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    command = [sys.executable, "-m", "runcomfy_codegen", "serve", "--schemas", "schemas"]
    options = ["--host", "0.0.0.0", "--allow-host", "emulator", "--token", "of-the-container"]
    with subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as server:
        try:
            assert server.stdout is not None
            url = httpx.URL(server.stdout.readline().strip())
            assert (url.host, url.path) == ("emulator", "/v1")
            own = f"http://127.0.0.1:{url.port}/v1/models"
            headers = {"Authorization": "Bearer of-the-container", "Host": f"emulator:{url.port}"}
            assert httpx.get(own, headers=headers).status_code == 200
            assert httpx.get(own, headers=headers | {"Host": "evil.example"}).status_code == 400
            server.send_signal(signal.SIGINT)
            _, said = server.communicate(timeout=10)
        finally:
            server.kill()
    assert "acme/demo: not checked: properties/code/pattern" in said
    assert "RUNCOMFY_API_TOKEN=of-the-container" in said
