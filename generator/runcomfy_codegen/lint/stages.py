"""Rules of other stages: what reading, correcting and normalising report."""

from __future__ import annotations

from .rule import LintRule

_STRICT = "JSON readers disagree about its meaning (RFC 8259)"

STAGE_RULES = (
    LintRule(
        id="schemas-missing",
        severity="error",
        what="no folder of captured schemas",
        why="there is nothing to generate from",
    ),
    LintRule(
        id="schemas-empty",
        severity="error",
        what="a folder without endpoints",
        why="there is nothing to generate from",
    ),
    LintRule(
        id="schema-link",
        severity="error",
        what="a link that leads out of the schemas",
        why="it is not followed",
    ),
    LintRule(
        id="schema-stray-file",
        severity="note",
        what="a file that is not part of the layout",
        why="it is not read",
    ),
    LintRule(
        id="schema-file-missing",
        severity="error",
        what="an endpoint without one of its files",
        why="each endpoint has endpoint.json, input.json and output.json",
    ),
    LintRule(
        id="schema-size",
        severity="error",
        what="a file that is far too large",
        why="published ones have a few thousand bytes",
    ),
    LintRule(
        id="model-id",
        severity="error",
        what="an id that cannot be a folder on every disk",
        why="the id is the path of the endpoint",
    ),
    LintRule(
        id="model-id-case",
        severity="error",
        what="ids that differ in case only",
        why="on some disks they are one folder",
    ),
    LintRule(
        id="encoding",
        severity="error",
        what="a file that is not UTF-8",
        why="JSON is UTF-8 (RFC 8259, section 8.1)",
    ),
    LintRule(
        id="json-syntax",
        severity="error",
        what="a file that is not JSON",
        why="it cannot be read (RFC 8259)",
    ),
    LintRule(
        id="json-duplicate-key",
        severity="error",
        what="a key that an object holds twice",
        why=_STRICT,
    ),
    LintRule(
        id="json-number",
        severity="error",
        what="a number that JSON or a 64-bit float cannot hold",
        why=_STRICT,
    ),
    LintRule(
        id="json-surrogate",
        severity="error",
        what="half of a surrogate pair",
        why="it is not a character (RFC 8259, section 8.2)",
    ),
    LintRule(
        id="json-depth",
        severity="error",
        what="nesting that is too deep",
        why="no published schema needs it",
    ),
    LintRule(
        id="schema-shape",
        severity="error",
        what="a file that is not a schema",
        why="an object with properties is expected",
    ),
    LintRule(
        id="overlay-shape",
        severity="error",
        what="a malformed entry, or one whose result is not a schema",
        why="it cannot be applied",
    ),
    LintRule(
        id="overlay-target",
        severity="error",
        what="an entry whose place does not exist",
        why="it corrects nothing",
    ),
    LintRule(
        id="overlay-conflict",
        severity="error",
        what="two entries for one place",
        why="only one of them can be right",
    ),
    LintRule(
        id="overlay-expired",
        severity="error",
        what="an entry whose `was` is no longer published (a warning if `now` is published)",
        why="drop the entry, or decide again",
    ),
    LintRule(
        id="unreadable",
        severity="error",
        what="a file, type or construct that cannot be read safely",
        why="unknown types, empty enums and dangling references are not guessed",
    ),
    LintRule(
        id="names-lock",
        severity="error",
        what="a names lock that cannot be trusted",
        why="published names must not change",
    ),
    LintRule(
        id="names-merged",
        severity="warning",
        what="a name that two branches gave to different things",
        why="one of the two gets a new name",
    ),
    LintRule(
        id="renamed",
        severity="note",
        what="an endpoint whose model id changed",
        why="`rename` keeps its names",
    ),
    LintRule(
        id="planned-rename",
        severity="note",
        what="a locked name that differs from the current naming rules",
        why="it is kept, because code may use it",
    ),
    LintRule(
        id="only-unmatched",
        severity="error",
        what="a glob of `only` that matches no endpoint (an error in `generate --check`, else a warning)",
        why="a typing error would silently leave endpoints out of the SDK",
    ),
    LintRule(
        id="manifest",
        severity="error",
        what="a manifest of the output that cannot be trusted",
        why="files might be overwritten",
    ),
)
