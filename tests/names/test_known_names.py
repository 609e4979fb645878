"""Names that were published stay as they were."""

from __future__ import annotations

import json

import pytest
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.schemas.folder import read_schemas

from .._support.generator import SCHEMAS
from .._support.known_names import CATALOGUE, LIST, catalogue_sources, digests_of


def test_the_endpoints_of_the_repository_keep_their_names() -> None:
    found = digests_of(generate(Project(read_schemas(SCHEMAS)[0])))
    assert found == json.loads(LIST.read_text("utf-8"))["repository"]


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the saved catalogue is not here")
def test_the_endpoints_of_the_catalogue_keep_their_names() -> None:
    found = digests_of(generate(Project(catalogue_sources())))
    assert found == json.loads(LIST.read_text("utf-8"))["catalogue"]
