"""Options that several commands share, and the project that they describe."""

from __future__ import annotations

import functools
import keyword
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from ..emit.http_library import HTTP_LIBRARIES
from ..text.versions import EXPECTED, FIRST, is_version
from ..workspace import open_workspace
from .settings import FILE as SETTINGS_FILE
from .settings import FOLDERS, is_requirement

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
# Everything that an SDK and its extras import, directly or not: an SDK of such a name would hide it.
# Listed here because finding out takes longer than a run; a test compares it with the requirements.
NEEDED_PACKAGES = frozenset(
    (
        *("annotated_doc", "annotated_types", "anyio", "attr", "attrs", "certifi", "click", "h11"),
        *("h2", "hpack", "httpcore", "httpcore2", "httpx", "httpx2", "hyperframe", "idna"),
        *("imagesize", "iniconfig", "jsonschema", "jsonschema_specifications", "jwt"),
        *("markdown_it", "mcp", "mcp_types", "mdurl", "multipart", "opentelemetry", "packaging"),
        *("pil", "pluggy", "py", "pydantic", "pydantic_core", "pygments", "pytest"),
        *("python_multipart", "referencing", "rich", "rpds", "runcomfy_codegen", "shellingham"),
        *("sniffio", "sse_starlette", "starlette", "truststore", "typer", "typing_extensions"),
        *("typing_inspection", "uvicorn"),
    )
)


def settings_file(context: click.Context) -> str:
    """Return the path of the settings file in use."""
    return str(context.find_root().obj or SETTINGS_FILE)


def _package_name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    problem = _package_problem(value)
    if not problem:
        return value
    source = context.get_parameter_source(parameter.name or "")
    where = f" (in {settings_file(context)})" if source is ParameterSource.DEFAULT_MAP else ""
    raise click.BadParameter(problem + where)


def _package_problem(name: str) -> str:
    """Say why an SDK cannot have this name; empty if it can."""
    if not name.isidentifier() or not name.isascii() or keyword.iskeyword(name):
        return f"must be the name of a Python package; got {name!r}"
    if name.strip("_") != name:
        return f"must not begin or end with _, as the distribution has the same name; got {name!r}"
    # Compared in lower case, because some disks do not tell the two apart.
    if name.lower() in sys.stdlib_module_names | NEEDED_PACKAGES:
        return f"must not be a package that the SDK imports; got {name!r}"
    return ""


def _requirement(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not is_requirement(value):
        raise click.BadParameter(
            f"must be a distribution's name, a path or a URL, without extras; got {value!r}"
        )
    return value


def _version(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not is_version(value):
        raise click.BadParameter(f"must be {EXPECTED}; got {value!r}")
    return value


def _folder_option(name: str, help_text: str) -> Callable[[CommandT], CommandT]:
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option(
        f"--{name}", type=folder, default=FOLDERS[name], show_default=True, help=help_text
    )


schemas_option = _folder_option("schemas", "Folder of the captured schemas.")
site_option = _folder_option("site", "Folder of the website.")
save_option = _folder_option("save", "Folder for the results.")
only_option = click.option(
    "--only",
    multiple=True,
    metavar="GLOB",
    help="Only endpoints whose model id matches GLOB. Repeatable.",
)
_out_option = _folder_option("out", "Folder of the generated SDK.")
package_option = click.option(
    "--package",
    metavar="NAME",
    default="runcomfy",
    show_default=True,
    callback=_package_name,
    help="Import name of the SDK.",
)
_install_option = click.option(
    "--install",
    default="",
    callback=_requirement,
    hidden=True,  # a project sets it once, in its settings
)
_http_option = click.option(
    "--http",
    type=click.Choice(HTTP_LIBRARIES),
    default=HTTP_LIBRARIES[0],
    hidden=True,  # a project sets it once, in its settings
)
version_option = click.option(
    "--sdk-version",
    "version",
    default=FIRST,
    callback=_version,
    hidden=True,  # a project sets it once, in its settings
)


def schemas_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command that only reads schemas. It is called with a `workspace`."""

    @only_option
    @schemas_option
    @functools.wraps(command)
    def with_workspace(only: tuple[str, ...], schemas: Path, **options: Any) -> None:
        command(open_workspace(schemas, only=only), **options)

    return with_workspace


def sdk_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command that generates an SDK. It is called with a `workspace`."""

    @only_option
    @schemas_option
    @_out_option
    @package_option
    @_install_option
    @_http_option
    @version_option
    @functools.wraps(command)
    def with_workspace(
        only: tuple[str, ...],
        schemas: Path,
        out: Path,
        package: str,
        install: str,
        version: str,
        **options: Any,
    ) -> None:
        http: str = options.pop("http")
        workspace = open_workspace(schemas, out, package, only, install, version)
        command(replace(workspace, http=http), **options)

    return with_workspace
