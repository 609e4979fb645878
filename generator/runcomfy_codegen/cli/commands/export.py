"""`runcomfy-codegen export`: the normalised schemas for other tools."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from ...disk.files import write_together
from ...disk.locking import sole_writer
from ...runtime._validation.schema_parts import DIALECT
from ...text.documents import dumps
from ...text.problems import counted, has_errors
from ...text.untrusted import printable
from ...workspace import Workspace
from ..console import FINDINGS, report, report_unmatched, require_readable, say
from ..options import schemas_options


@click.command(short_help="Write the schemas as OpenAPI or JSON Schema.")
@click.argument("form", type=click.Choice(["openapi", "jsonschema"]))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write. Defaults to standard output. For jsonschema, a name without .json is a folder that"
    " gets a file for each endpoint.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; list stale files, and exit with 1 if there are any.",
)
@schemas_options
def export(workspace: Workspace, form: str, output: Path | None, check: bool) -> None:
    """Write the schemas for other tools, with the corrections of overlays.

    openapi is one OpenAPI 3.1 document of the Model API: a submit operation for each endpoint, and the
    status, result and cancel of a job. jsonschema is a JSON Schema (2020-12) of the input of each endpoint: a
    file for each, or one object whose keys are model ids. Exits with 1 if an endpoint cannot be read.
    """
    from ...export.endpoints import exported
    from ...export.openapi import openapi_document

    if check and output is None:
        raise click.UsageError("--check needs -o: the file or folder to compare with")
    in_one_file = form == "openapi" or output is None or output.suffix == ".json"
    if output is not None:
        _check_output(output, in_one_file)
    require_readable(workspace)
    report_unmatched(workspace)
    project = workspace.project
    endpoints, problems = exported(project.sources, project.names)
    problems += workspace.schema_problems
    report(problems)
    schemas = {
        endpoint.model_id: {"$schema": DIALECT, **endpoint.request} for endpoint in endpoints
    }
    if form == "openapi":
        files = {"": dumps(openapi_document(endpoints, project.version))}
    elif in_one_file:
        files = {"": dumps(schemas)}
    else:
        files = {f"{model_id}.json": dumps(schema) for model_id, schema in schemas.items()}
    failed = has_errors(problems)
    if output is None:
        click.echo(files[""], nl=False)
    elif check:
        failed |= _is_stale(output, files, only_these=not workspace.only)
    else:
        _write(output, files)
        say(f"{counted(len(endpoints), 'endpoint')} written to {output}")
    sys.exit(FINDINGS if failed else 0)


def _check_output(output: Path, in_one_file: bool) -> None:
    if in_one_file and output.is_dir():
        raise click.BadParameter(f"must be a file; got the folder {output}", param_hint="--output")
    if not in_one_file and output.is_file():
        raise click.BadParameter(
            f"must be a folder or end in .json; got the file {output}", param_hint="--output"
        )


def _write(output: Path, files: Mapping[str, str]) -> None:
    if "" not in files:
        root, names = output, files
    elif output.exists() and not output.is_file():  # a pipe or a device, which must stay
        output.write_text(files[""], "utf-8", newline="")
        return
    else:
        target = output.resolve()
        root, names = target.parent, {target.name: files[""]}
    with sole_writer(say, root):
        write_together(root, {path: text.encode() for path, text in names.items()})


def _place(output: Path, path: str) -> Path:
    return output / path if path else output


def _is_stale(output: Path, files: Mapping[str, str], only_these: bool) -> bool:
    """Print what differs from the disk, and tell whether anything does."""
    expected = {_place(output, path): text for path, text in files.items()}
    stale = False
    for path, text in expected.items():
        there = path.read_text("utf-8") if path.is_file() else ""
        if there != text:
            stale = True
            say(f"{path}: {'stale' if there else 'missing'}")
            lines = difflib.unified_diff(
                there.splitlines(), text.splitlines(), str(path), "exported", lineterm=""
            )
            click.echo(printable("".join(f"{line}\n" for line in lines)), nl=False)
    if only_these and "" not in files:
        for path in sorted({*output.rglob("*.json")} - expected.keys()):
            stale = True
            say(f"{path}: belongs to no endpoint; delete it")
    say(f"{output} is {'stale' if stale else 'up to date'}")
    return stale
