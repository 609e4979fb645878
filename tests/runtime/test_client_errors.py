"""The error tree: attributes, pickles, and the mapping of replies."""

from __future__ import annotations

import copy
import inspect
import pickle
import time
from email.utils import formatdate
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.replies import error_class, server_text
from runcomfy_codegen.runtime._transport import effects as _effects
from runcomfy_codegen.runtime._transport.effects import Reply
from runcomfy_codegen.runtime._transport.retry_after import retry_after

KINDS = [
    kind
    for module in (errors, _effects)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, errors.RunComfyError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_survives_pickle_and_deepcopy(kind: Any) -> None:
    error = kind("what", model_id="a/b", request_id="r-1", http_status=400, error_code=7)
    error.retry_safe = True
    for same in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(same) is kind
        assert str(same) == "what"
        assert same.args == error.args
        assert vars(same) == vars(error)


def test_invalid_request_lists_all_problems() -> None:
    problems = [errors.FieldProblem("a", "is missing"), errors.FieldProblem("", "too much")]
    error = errors.InvalidRequestError.from_problems(problems, "a/b")
    assert str(error) == "a/b: 2 problems, nothing was sent\n  a: is missing\n  too much"
    assert isinstance(error, ValueError)
    assert pickle.loads(pickle.dumps(error)).problems == tuple(problems)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 400002, errors.InsufficientBalanceError),
        (200, 429001, errors.RateLimitError),
        (200, 503009, errors.ServerError),
        (200, 7, errors.APIError),
        (401, 400099, errors.AuthenticationError),
        (599, None, errors.ServerError),
        (418, None, errors.APIError),
    ],
)
def test_error_code_decides_before_status_and_family(
    status: int, code: int | None, kind: type[errors.APIError]
) -> None:
    assert error_class(status, code) is kind


def test_retry_after_forms() -> None:
    def read(value: str) -> float | None:
        return retry_after(Reply(429, {"retry-after": value}))

    assert read("3") == 3.0
    assert read("-3") == 0.0
    assert 50 < (read(formatdate(time.time() + 60, usegmt=True)) or 0) < 70
    assert read(formatdate(0)) == 0.0
    for nonsense in ("", "soon", "nan", "inf"):
        assert read(nonsense) is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error_message": "a", "message": "b"}, "a"),
        ({"error_message": "", "message": "b"}, "b"),
        ({"error": {"type": "x", "message": "c"}}, "c"),
        ({"detail": "d"}, "d"),
        ("e", "e"),
        (["f"], '["f"]'),
        ({"other": 1}, ""),
        (None, ""),
    ],
)
def test_the_servers_own_words(body: Any, text: str) -> None:
    assert server_text(body) == text
