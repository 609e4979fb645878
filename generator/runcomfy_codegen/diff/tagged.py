"""Compare an SDK with the one that was tagged with its version, as no two wheels may share a name."""

from __future__ import annotations

from pathlib import Path

from ..disk import git


def tag_with_another_sdk(schemas: Path, package: Path, version: str, only: tuple[str, ...]) -> str:
    """Return the tag of this version if the SDK in it differs from the one at hand; else an empty text.

    Where the tag holds no generated package, its schemas are compared.

    Args:
        schemas: The folder of the captured schemas.
        package: The folder of the generated package, which is up to date.
        version: The version of the SDK.
        only: Globs of the model ids that the SDK has; empty for all.
    """
    try:
        place = git.place_of(package)
        tag = _tag_of(place.folder, version)
        if not tag:
            return ""
        ref = f"refs/tags/{tag}"
        if git.line(place.folder, "rev-parse", "--verify", "--quiet", f"{ref}:{place.path}"):
            return tag if _files_differ(package, ref) else ""
        return tag if _schemas_differ(schemas, ref, only) else ""
    except git.GitError:
        return ""  # no repository, or no schemas in that tag: nothing to compare with


def _tag_of(folder: Path, version: str) -> str:
    tags = git.line(folder, "tag", "--list", f"v{version}", version).splitlines()
    return tags[0] if tags else ""


def _files_differ(package: Path, tag: str) -> bool:
    changed = git.run(package, "diff", "--quiet", "--ignore-cr-at-eol", tag, "--", ".")
    added = git.line(package, "ls-files", "--others", "--exclude-standard", "--", ".")
    return changed.returncode == 1 or bool(added)


def _schemas_differ(schemas: Path, tag: str, only: tuple[str, ...]) -> bool:
    # Imported here: most runs have no tag to compare with.
    from .compare import compare
    from .revisions import open_folder, open_tree

    difference = compare(open_tree(tag, schemas), open_folder(schemas), only)
    return bool(difference.changes)
