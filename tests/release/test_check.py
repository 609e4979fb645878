"""`generate --check` after a release: two SDKs of different content never have one version."""

from __future__ import annotations

import pytest

from .support import SETTINGS, TEXT, Repository

COMPLAINT = "version: must be raised, as v0.3.1 has another SDK; got 0.3.1"


def test_the_tagged_sdk_is_fine(repository: Repository) -> None:
    result = repository.run("generate", "--check")
    assert result.exit_code == 0
    assert "must be raised" not in result.stderr


@pytest.mark.parametrize("is_committed", [True, False])
def test_another_sdk_needs_another_version(repository: Repository, is_committed: bool) -> None:
    repository.write("acme/paint", {"x": TEXT, "y": TEXT})
    assert repository.run("generate").exit_code == 0
    if is_committed:
        repository.commit()
    for _ in range(2):  # the second run remembers the first
        result = repository.run("generate", "--check")
        assert COMPLAINT in result.stderr
        assert result.exit_code == 1
    settings = SETTINGS.replace("0.3.1", "0.3.2")
    repository.settings.write_text(settings, "utf-8")
    assert repository.run("generate", "--check").exit_code == 1, "the SDK has the old version"
    assert repository.run("generate").exit_code == 0
    assert repository.run("generate", "--check").exit_code == 0


def test_where_the_sdk_is_not_committed_the_schemas_are_compared(repository: Repository) -> None:
    (repository.root / ".gitignore").write_text("/sdk\n", "utf-8")
    repository.git("rm", "-r", "--quiet", "--cached", "sdk")
    repository.commit()
    repository.git("tag", "--force", "v0.3.1")
    assert repository.run("generate", "--check").exit_code == 0
    repository.write("other/model")
    assert repository.run("generate", "--check").exit_code == 0, "`only` leaves it out"
    repository.write("acme/paint", {"x": TEXT, "y": TEXT})
    assert repository.run("generate").exit_code == 0
    result = repository.run("generate", "--check")
    assert COMPLAINT in result.stderr
    assert result.exit_code == 1


def test_a_generate_that_writes_says_nothing_about_it(repository: Repository) -> None:
    repository.write("acme/paint", {"y": TEXT})
    result = repository.run("generate")
    assert result.exit_code == 0
    assert "must be raised" not in result.stderr
