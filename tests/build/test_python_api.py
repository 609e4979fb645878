"""The Python API of `runcomfy_codegen`."""

import pytest
import runcomfy_codegen


@pytest.mark.parametrize("name", runcomfy_codegen.__all__)
def test_each_public_name_can_be_imported(name: str) -> None:
    assert getattr(runcomfy_codegen, name).__name__ == name
