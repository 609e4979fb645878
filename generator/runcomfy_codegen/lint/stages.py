"""Rules of the other stages: what reading, correcting and normalising report, and `lint` with them."""

from __future__ import annotations

from .rule import Rule

_STRICT = "RFC 8259: two readers would see two documents"

STAGE_RULES = (
    Rule("schemas-missing", "error", "no folder of captured schemas", "nothing can be done"),
    Rule("schemas-empty", "error", "a folder without endpoints", "nothing can be done"),
    Rule("schema-link", "error", "a link that leads out of the schemas", "it is not followed"),
    Rule("schema-stray-file", "note", "a file that is not of the layout", "it is not read"),
    Rule(
        "schema-file-missing",
        "error",
        "an endpoint without one of its files",
        "each endpoint has three",
    ),
    Rule(
        "schema-size", "error", "a file that is far too large", "real ones have some thousand bytes"
    ),
    Rule(
        "model-id",
        "error",
        "an id that cannot be a folder on every disk",
        "the id is the path of the endpoint",
    ),
    Rule(
        "model-id-case",
        "error",
        "ids that differ in case only",
        "on some disks they are one folder",
    ),
    Rule("encoding", "error", "a file that is not UTF-8", "RFC 8259 §8.1"),
    Rule("json-syntax", "error", "a file that is not JSON", "RFC 8259"),
    Rule("json-duplicate-key", "error", "a key that is there twice", _STRICT),
    Rule("json-number", "error", "a number that JSON or a 64-bit float has not", _STRICT),
    Rule("json-surrogate", "error", "half of a surrogate pair", "RFC 8259 §8.2: no character"),
    Rule("json-depth", "error", "nesting without end", "no published schema needs it"),
    Rule(
        "schema-shape",
        "error",
        "a file that is not a schema",
        "an object with properties is expected",
    ),
    Rule(
        "overlay-shape",
        "error",
        "a malformed entry, or one that leaves no schema",
        "it cannot be applied",
    ),
    Rule("overlay-target", "error", "an entry whose place does not exist", "it corrects nothing"),
    Rule("overlay-conflict", "error", "two entries for one place", "only one of them can be right"),
    Rule(
        "overlay-expired",
        "error",
        "an entry whose `was` is no longer published; a warning if `now` is",
        "drop the entry, or decide again",
    ),
    Rule(
        "unreadable",
        "error",
        "a file, a type or a construct that must not be guessed",
        "unknown types, empty enums and references that lead nowhere have no reading",
    ),
    Rule(
        "names-lock", "error", "a names lock that cannot be trusted", "a name once published stays"
    ),
    Rule("names-merged", "warning", "names that two branches gave", "one of them gets a new name"),
    Rule("renamed", "note", "names of an endpoint that has another id", "`rename` keeps them"),
    Rule(
        "planned-rename",
        "note",
        "a name that today's rules would not give",
        "it stays, as code may use it",
    ),
    Rule(
        "only-unmatched",
        "error",
        "a glob of `only` that matches no endpoint; a warning unless `generate --check` reports it",
        "a typing error would leave endpoints out of the SDK",
    ),
    Rule(
        "manifest",
        "error",
        "a manifest of the output that cannot be trusted",
        "files might be overwritten",
    ),
)
