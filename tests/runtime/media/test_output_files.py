"""The files of a result as objects, and a result of any shape."""

from __future__ import annotations

import copy
import pickle
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._validation.base import OutputModel
from runcomfy_codegen.runtime.errors import DownloadError, InvalidRequestError

from ..._support.scripted import KINDS, call, file_server, names_in, result_at

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 500
CDN = "https://files.runcomfy.net"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_is_read_opened_and_saved(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    with file_server(**{"a.png": lambda handler, count: handler.send(PNG)}) as server:
        [file] = result_at(server.origin, ["/a.png"]).files
        assert (file.url, file.kind) == (f"{server.origin}/a.png", "image")
        assert await call(file, "read", kind) == PNG
        with await call(file, "open", kind) as opened:
            assert (opened.read(8), opened.tell()) == (PNG[:8], 8)
        (tmp_path / "out").mkdir()
        places = ["~/new/b.png", "~/new/b.png", tmp_path / "out", "~/made/"]
        paths = [await call(file, "save", kind, place) for place in places]
        again = await call(file, "save", kind, paths[0], overwrite=True)
    found = [path.relative_to(tmp_path).as_posix() for path in (*paths, again)]
    assert found == ["new/b.png", "new/b-1.png", "out/a.png", "made/a.png", "new/b.png"]
    assert {path.read_bytes() for path in paths} == {PNG}


@pytest.mark.parametrize("kind", KINDS)
async def test_names_after_a_pattern_and_overwriting(kind: str, tmp_path: Path) -> None:
    acts = {
        "a.png": lambda handler, count: handler.send(PNG),
        "b": lambda handler, count: handler.send(PNG),
    }
    with file_server(**acts) as server:
        result = result_at(server.origin, ["/a.png", "/b"])
        for _ in range(2):
            paths = await call(
                result, "download", kind, tmp_path, name="{model}-{n}{ext}", overwrite=True
            )
        [second] = await call(result, "download", kind, tmp_path, name="{n}", urls=[result.urls[1]])
        asked = len(server.seen)
        with pytest.raises(InvalidRequestError, match="request_id"):
            await call(result, "download", kind, tmp_path / "other", name="{nope}")
        assert len(server.seen) == asked
    assert [path.name for path in paths] == ["a-b-1.png", "a-b-2.png"]
    assert second.name == "2.png"
    assert names_in(tmp_path) == ["2.png", "a-b-1.png", "a-b-2.png"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_read_is_bounded_and_says_so(kind: str) -> None:
    with file_server(a=lambda handler, count: handler.send(PNG)) as server:
        [file] = result_at(server.origin, ["/a"]).files
        with pytest.raises(DownloadError, match="larger than 100 bytes") as caught:
            await call(file, "read", kind, max_bytes=100)
    assert caught.value.request_id == "r-1"
    assert caught.value.failed[0][0] == file.url


@pytest.mark.parametrize("folder", [None, 5, "", "a\0b", b"a\0b"])
def test_what_is_not_a_folder_is_refused(folder: Any) -> None:
    with pytest.raises(InvalidRequestError, match="must be a path"):
        result_at(None, []).download(folder)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({"image": f"{CDN}/a"}, [("a", "image")]),
        ({"x": {"videos": [{"url": f"{CDN}/1"}, {"path": f"{CDN}/2"}]}}, [("1", "video"), ("2", "video")]),
        ({"audio_url": f"{CDN}/1", "audios": [f"{CDN}/1", f"{CDN}/2"]}, [("1", "audio"), ("2", "audio")]),
        ([f"{CDN}/a.mp4", [f"{CDN}/b.wav"]], [("a.mp4", "video"), ("b.wav", "audio")]),
        (f"{CDN}/a.PNG?x=1", [("a.PNG?x=1", "image")]),
        ({"mesh": f"{CDN}/a.glb", "n": 3, "f": None, "t": "text"}, [("a.glb", "file")]),
        ({"": f"{CDN}/a", "\ud83d": f"{CDN}/b", "__class__": f"{CDN}/c"}, [("a", "file"), ("b", "file"), ("c", "file")]),
        ({"video": "data:image/png;base64,QUJD"}, [("data:image/png;base64,QUJD", "image")]),
        (5, []), (None, []), (True, []), ("javascript:alert(1)", []), ({}, []),
    ],
)  # fmt: skip
def test_files_are_found_in_any_shape(output: Any, expected: list[tuple[str, str]]) -> None:
    result = result_at(None, {"o": output})
    found = [(file.url.removeprefix(f"{CDN}/"), file.kind) for file in result.files]
    assert found == expected
    assert result.urls == tuple(file.url for file in result.files)


class MediaOutput(OutputModel):
    image: str | None = None


HOSTILE: dict[str, Any] = {
    "half a pair as a key": {"\ud83d": 1, "image": "x"},
    "half a pair as a value": {"image": "\ud83d", "y": "\udc00"},
    "half a pair within": {"y": {"\ud83d": ["\ud83d"]}},
    "names of pydantic": {"model_config": 1, "model_dump": 2, "parse": 3, "__dict__": 4, "": 5},
    "any type": {"image": {"a": [1.5, None, True, float("inf"), 10**400]}},
    "a list": ["\ud83d", 1],
    "a text": "\ud83d",
    "a number": 10**400,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_output_is_out_of_reach(name: str, tmp_path: Path) -> None:
    data = HOSTILE[name]
    result = result_at(None, {"o": data})
    output = MediaOutput.parse(data)
    same = pickle.loads(pickle.dumps(output))
    assert repr(same) == repr(output)
    assert repr(same).encode()
    for dumped in (output.model_dump(), output.model_dump(mode="json"), output.model_dump_json()):
        assert dumped
    for copied in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert copied == result
    assert result._repr_html_().encode()
    assert asdict(result)["raw"] == result.raw
    assert result.download(tmp_path) == []


@pytest.mark.parametrize(
    ("origin", "host"), [(None, "x{n}.example"), ("http://127.0.0.1:9", "é{n}.example")]
)
def test_any_number_of_urls_is_refused_quickly(
    origin: str | None, host: str, tmp_path: Path
) -> None:
    urls = [f"https://{host.format(n=n)}/{n}.png" for n in range(50_000)]
    result = result_at(origin, {"o": urls})
    began = time.process_time()
    assert len(result.files) == 50_000
    assert len(result._repr_html_()) < 10_000
    with pytest.raises(DownloadError) as caught:
        result.download(tmp_path / "out")
    assert time.process_time() - began < 2.5
    assert len(caught.value.failed) == 50_000
    assert len(str(caught.value)) < 20_000
    assert not (tmp_path / "out").exists()


def test_a_notebook_shows_media_and_nothing_else() -> None:
    hostile = '"><script>alert(1)</script>'
    output = {
        "images": [f"{CDN}/a.png?sig={hostile}", f"https://evil.example/{hostile}.png"],
        "video": f"{CDN}/b.mp4",
        "audio": [f"{CDN}/c.wav", "http://files.runcomfy.net/d.wav"],
        "other": [f"{CDN}/e.zip", "javascript:alert(1)", "data:text/html,<script>"],
    }
    html = result_at(None, output)._repr_html_()
    assert "r-1" in html
    assert "$0.5" in html
    sources = [part.split('"')[0] for part in html.split('src="')[1:]]
    assert [source.partition("?")[0] for source in sources] == [
        f"{CDN}/a.png", f"{CDN}/b.mp4", f"{CDN}/c.wav",
    ]  # fmt: skip
    assert "<script" not in html
    assert "javascript:" not in html
    assert all(source.startswith("https://") for source in sources)
