"""Rules of the other stages: what reading, correcting and normalising report, and `lint` with them."""

from __future__ import annotations

from .rule import Rule

_STRICT = "RFC 8259: two readers would see two documents"

STAGE_RULES = (
    Rule("schemas-missing", "error", "no folder of captured schemas", "nothing can be done"),
    Rule("schemas-empty", "error", "a folder without endpoints", "nothing can be done"),
    Rule("schema-link", "error", "a link that leads out of the schemas", "it is not followed"),
    Rule("schema-stray-file", "note", "a file that is not of the layout", "DESIGN.md §2"),
    Rule("schema-file-missing", "error", "an endpoint without one of its files", "DESIGN.md §2"),
    Rule(
        "schema-size", "error", "a file that is far too large", "real ones have some thousand bytes"
    ),
    Rule("model-id", "error", "an id that is no folder on every disk", "API.md §1.1, §6.6"),
    Rule("model-id-case", "error", "ids that differ in case only", "API.md §6.6: one folder"),
    Rule("encoding", "error", "a file that is not UTF-8", "RFC 8259 §8.1"),
    Rule("json-syntax", "error", "a file that is not JSON", "RFC 8259"),
    Rule("json-duplicate-key", "error", "a key that is there twice", _STRICT),
    Rule("json-number", "error", "a number that JSON or a 64-bit float has not", _STRICT),
    Rule("json-surrogate", "error", "half of a surrogate pair", "RFC 8259 §8.2: no character"),
    Rule("json-depth", "error", "nesting without end", "no published schema needs it"),
    Rule("schema-shape", "error", "a file that is no schema", "API.md §6.1"),
    Rule("overlay-shape", "error", "an entry that is none, or leaves no schema", "DESIGN.md §5"),
    Rule("overlay-target", "error", "an entry whose place is not there", "DESIGN.md §5"),
    Rule("overlay-conflict", "error", "two entries for one place", "DESIGN.md §5: one decides"),
    Rule(
        "overlay-expired",
        "error",
        "an entry whose `was` is no longer published; a warning if `now` is",
        "DESIGN.md §5: drop it, or decide again",
    ),
    Rule(
        "unreadable",
        "error",
        "a file, a type or a construct that must not be guessed",
        "API.md §6.1: $ref, allOf, unknown types and empty enums have no reading",
    ),
    Rule("names-lock", "error", "a names lock that cannot be trusted", "DESIGN.md §4: names stay"),
    Rule("names-merged", "warning", "names that two branches gave", "one of them gets a new name"),
    Rule("renamed", "note", "names of an endpoint that has another id", "`rename` keeps them"),
    Rule("planned-rename", "note", "a name that today's rules would not give", "DESIGN.md §4"),
    Rule(
        "only-unmatched",
        "error",
        "a glob of `only` that matches no endpoint; a warning unless `generate --check` reports it",
        "a typing error would leave endpoints out of the SDK",
    ),
    Rule("manifest", "error", "a manifest of the output that cannot be trusted", "DESIGN.md §2"),
)
