"""Compare two classes or types of the intermediate representation, place by place.

The result is neutral: which side takes more values. The table of rules says what that means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..dialect import words as dialect
from ..ir.limits import choices_of, ends, step_narrows, takes
from ..ir.model import Field, MediaRule, ObjectType, Type
from ..runtime._base.text import cut
from .alternatives import reduced
from .changes import Delta, Path
from .combinations import Choice, lost_choice
from .rules import Aspect, Direction

Classes = Mapping[str, ObjectType]
_FAMILIES: dict[type, str] = {bool: "boolean", int: "number", float: "number", str: "string"}
_FAMILY_OF_KEYWORD = {"media": "string", "one_of": "number", "class": "object"}
_TYPES = {"integer": "number", "class": "object"}
_NAMES = {"any": "anything", "string": "text", "array": "list"}
_MAX_SHOWN = 80  # characters of a value, and values of a list


@dataclass(frozen=True)
class Comparison:
    """A comparison of two sides.

    Attributes:
        old: The nested classes of the old side.
        new: Those of the new side.
    """

    old: Classes
    new: Classes

    def objects(self, old: ObjectType, new: ObjectType, path: Path = ()) -> Iterator[Delta]:
        """Yield all differences between two classes, including nested ones."""
        olds = {field.wire: field for field in old.fields}
        news = {field.wire: field for field in new.fields}
        for wire in sorted(olds.keys() | news.keys()):
            at = (*path, wire)
            before, after = olds.get(wire), news.get(wire)
            if before and after:
                yield from self._fields(before, after, at)
            elif before:
                message = "removed"
                yield Delta(
                    Aspect.PROPERTY, Direction.NARROWER, at, message, old=wire, type=before.type
                )
            elif after and after.required:
                yield Delta(Aspect.DEMAND, Direction.NARROWER, at, "new, and required", new=wire)
            else:
                yield Delta(Aspect.PROPERTY, Direction.WIDER, at, "new", new=wire)
        lost, gained = lost_choice(old, new), lost_choice(new, old)
        if lost is not None:
            message = f"{_choice(lost)} is no longer accepted"
            yield Delta(Aspect.COMBINATION, Direction.NARROWER, path, message, old=_given(lost))
        if gained is not None:
            message = f"{_choice(gained)} is accepted"
            yield Delta(Aspect.COMBINATION, Direction.WIDER, path, message, new=_given(gained))

    def _fields(self, old: Field, new: Field, path: Path) -> Iterator[Delta]:
        if old.name != new.name:
            message = f"renamed in Python: {old.name} -> {new.name}"
            yield Delta(Aspect.NAME, Direction.CHANGED, path, message, "", old.name, new.name)
        if old.required != new.required:
            direction = Direction.NARROWER if new.required else Direction.WIDER
            message = "required now" if new.required else "optional now"
            yield Delta(
                Aspect.REQUIRED, direction, path, message, "required", old.required, new.required
            )
        yield from self.types(_nullable(old), _nullable(new), path)
        yield from _rules(old, new, path)
        if shown(old.default) != shown(new.default):
            aspect = Aspect.SAMPLE if old.required or new.required else Aspect.DEFAULT
            noun = "sample value" if aspect == Aspect.SAMPLE else "published default"
            message = f"{noun}: {brief(old.default)} -> {brief(new.default)}"
            yield Delta(
                aspect, Direction.CHANGED, path, message, "default", old.default, new.default
            )
        for word in ("title", "description"):
            was, now = getattr(old, word), getattr(new, word)
            if was != now:
                message = f"{word}: {brief(was)} -> {brief(now)}"
                yield Delta(Aspect.TEXT, Direction.CHANGED, path, message, word, was, now)

    def types(self, old: Type, new: Type, path: Path) -> Iterator[Delta]:
        """Yield the differences by family: text, numbers, booleans, arrays, objects, null, or anything."""
        olds = reduced(_families(old), Comparison(self.old, self.old).takes_all)
        news = reduced(_families(new), Comparison(self.new, self.new).takes_all)
        if "null" in olds.keys() ^ news.keys():
            direction = Direction.NARROWER if "null" in olds else Direction.WIDER
            message = "null is no longer accepted" if "null" in olds else "null is accepted"
            yield Delta(Aspect.NULL, direction, path, message, "type", type={"type": "null"})
        olds.pop("null", None)
        news.pop("null", None)
        lost: list[Type] = []
        for family in olds.keys() - news.keys():
            lost += olds[family]
        gained: list[Type] = []
        for family in news.keys() - olds.keys():
            gained += news[family]
        for family in sorted(olds.keys() & news.keys()):
            pairs, only_old, only_new = _paired(olds[family], news[family])
            for was, now in pairs:
                yield from self.alike(family, was, now, path)
            back = Comparison(self.new, self.old)
            lost += [
                type_
                for type_ in only_old
                if not any(
                    self.takes_all(family, type_, alternative) for alternative in news[family]
                )
            ]
            gained += [
                type_
                for type_ in only_new
                if not any(
                    back.takes_all(family, type_, alternative) for alternative in olds[family]
                )
            ]
        if lost or gained:
            direction = _type_direction(bool(lost), bool(gained))
            if "any" in olds.keys() ^ news.keys():
                direction = Direction.NARROWER if "any" in olds else Direction.WIDER
            before, after = _words(olds), _words(news)
            message = f"{before} -> {after}" if before != after else f"other forms of {before}"
            type_: Type = lost[0] if lost else {}
            yield Delta(
                Aspect.TYPE, direction, path, f"type: {message}", "type", before, after, type_
            )

    def takes_all(self, family: str, old: Type, new: Type) -> bool:
        """Return whether the new type of a family takes every value of the old one."""
        return all(delta.direction == Direction.WIDER for delta in self.alike(family, old, new, ()))

    def alike(self, family: str, old: Type, new: Type, path: Path) -> Iterator[Delta]:
        """Yield the differences of two types of one family."""
        kinds = old.get("media"), new.get("media")
        if kinds[0] != kinds[1]:
            was, now = (kind or "text" for kind in kinds)
            message = f"media: {was} -> {now}"
            yield Delta(Aspect.MEDIA, Direction.CHANGED, path, message, "format", *kinds, type=old)
            return
        before, after = choices_of(old, new), choices_of(new, old)
        if before is not None or after is not None:
            yield from _choices(old, new, before, after, path)
            return
        if family == "number" and old.get("type") != new.get("type"):
            was, now = old["type"], new["type"]
            direction = Direction.NARROWER if now == "integer" else Direction.WIDER
            yield Delta(
                Aspect.TYPE, direction, path, f"type: {was} -> {now}", "type", was, now, old
            )
        yield from _ends(family, old, new, path)
        if family == "array":
            yield from self.types(old["items"], new["items"], (*path, 0))
        if family == "object":
            yield from self._object(old, new, path)

    def _object(self, old: Type, new: Type, path: Path) -> Iterator[Delta]:
        if "class" in old and "class" in new:
            yield from self.objects(self.old[old["class"]], self.new[new["class"]], path)
        elif "class" in old or "class" in new:
            free = "class" in new
            message = "only the published names" if free else "any names"
            direction = Direction.NARROWER if free else Direction.WIDER
            yield Delta(
                Aspect.TYPE, direction, path, f"{message} are taken", "properties", type=old
            )
        else:
            yield from self.types(old["values"], new["values"], (*path, "*"))


def _given(choice: Choice) -> Any:
    """Return a choice as it is reported: the names alone where their values tell nothing."""
    return {**choice} if any(value is not None for value in choice.values()) else [*choice]


def _choice(choice: Choice) -> str:
    """Return which of the properties that depend on each other are given."""
    names = [
        name if value is None else f"{name}={json.dumps(value, ensure_ascii=False)}"
        for name, value in choice.items()
    ]
    return f"{' with '.join(names)} alone" if names else "a request with none of these properties"


def _type_direction(has_lost: bool, has_gained: bool) -> Direction:
    if has_lost and has_gained:
        return Direction.CHANGED
    return Direction.NARROWER if has_lost else Direction.WIDER


def _nullable(field: Field) -> Type:
    return {"anyOf": [field.type, {"type": "null"}]} if field.nullable else field.type


def _families(type_: Type) -> dict[str, list[Type]]:
    """Return the alternatives of a type, by the family of their JSON values."""
    if "anyOf" in type_:
        families: dict[str, list[Type]] = {}
        for branch in type_["anyOf"]:
            for family, members in _families(branch).items():
                families.setdefault(family, []).extend(members)
        return families
    if "enum" in type_:
        values: dict[str, list[Any]] = {}
        for value in type_["enum"]:
            values.setdefault(_FAMILIES[type(value)], []).append(value)
        return {family: [{"enum": chosen}] for family, chosen in values.items()}
    for keyword, family in _FAMILY_OF_KEYWORD.items():
        if keyword in type_:
            return {family: [type_]}
    word = str(type_.get("type", "any"))
    return {_TYPES.get(word, word): [type_]}


def _paired(
    olds: list[Type], news: list[Type]
) -> tuple[list[tuple[Type, Type]], list[Type], list[Type]]:
    """Return the alternatives that correspond to each other, and the rest of either side."""
    same = [(type_, type_) for type_ in olds if type_ in news]
    only_old = [type_ for type_ in olds if type_ not in news]
    only_new = [type_ for type_ in news if type_ not in olds]
    if len(only_old) == len(only_new) == 1:
        return [*same, (only_old[0], only_new[0])], [], []
    return same, only_old, only_new


def _words(families: Mapping[str, list[Type]]) -> str:
    """Return the names of the families."""
    return " | ".join(_word(family, families[family]) for family in sorted(families))


def _word(family: str, members: list[Type]) -> str:
    if family == "number" and all(member.get("type") == "integer" for member in members):
        return "integer"
    return _NAMES.get(family, family)


def _choices(
    old: Type, new: Type, before: list[Any] | None, after: list[Any] | None, path: Path
) -> Iterator[Delta]:
    """Yield the differences of choices.

    Args:
        old: The old type.
        new: The new type.
        before: The old choices; None if any value of the family is allowed.
        after: The new choices; None likewise.
        path: Where the types are.
    """
    if before is None:
        message = f"must be one of {_list(after or [])}; any value was allowed"
        yield Delta(Aspect.CHOICE, Direction.NARROWER, path, message, "enum", None, after, old)
        return
    lost = [
        value
        for value in before
        if (not takes(new, value) if after is None else value not in after)
    ]
    if lost:
        verb = "is" if len(lost) == 1 else "are"
        message = f"{_list(lost)} {verb} no longer allowed"
        yield Delta(
            Aspect.CHOICE, Direction.NARROWER, path, message, "enum", lost, None, {"enum": lost}
        )
    gained = [value for value in after if value not in before] if after is not None else None
    if gained is None:
        message = f"any value is allowed; it had to be one of {_list(before)}"
        yield Delta(Aspect.CHOICE, Direction.WIDER, path, message, "enum", before, None)
    elif gained:
        verb = "is" if len(gained) == 1 else "are"
        yield Delta(
            Aspect.CHOICE,
            Direction.WIDER,
            path,
            f"{_list(gained)} {verb} allowed",
            "enum",
            None,
            gained,
        )


def _ends(family: str, old: Type, new: Type, path: Path) -> Iterator[Delta]:
    """Yield the differences of ranges and steps."""
    for (aspect, was), (_, now) in zip(ends(family, old), ends(family, new), strict=True):
        if was.strictness == now.strictness:
            continue
        direction = Direction.NARROWER if now.strictness > was.strictness else Direction.WIDER
        word = now.keyword if now.value is not None else was.keyword
        from_word = f"{was.keyword} " if word != was.keyword else ""
        message = f"{word}: {from_word}{brief(was.value)} -> {brief(now.value)}"
        yield Delta(Aspect(aspect), direction, path, message, word, was.value, now.value, old)
    steps = old.get("multipleOf"), new.get("multipleOf")
    if family == "number" and steps[0] != steps[1]:
        direction = Direction.NARROWER if step_narrows(*steps) else Direction.WIDER
        message = f"multipleOf: {brief(steps[0])} -> {brief(steps[1])}"
        yield Delta(Aspect.BOUND, direction, path, message, "multipleOf", *steps, old)


def _rules(old: Field, new: Field, path: Path) -> Iterator[Delta]:
    """Yield the differences of validations. Those that the SDK does not check are reported as unread."""
    olds, news = (_by_name(field.rules) for field in (old, new))
    for key in sorted(olds.keys() | news.keys()):
        was, now = olds.get(key), news.get(key)
        if was and now and (was.rule, was.value) == (now.rule, now.value):
            if was.message != now.message:
                message = f"the text of {was.rule}: {brief(was.message)} -> {brief(now.message)}"
                yield Delta(
                    Aspect.TEXT,
                    Direction.CHANGED,
                    path,
                    message,
                    "validations",
                    was.message,
                    now.message,
                )
            continue
        checked = dialect.is_known_rule((was or now or _NO_RULE).rule) and any(
            map(_is_media, (old.type, new.type))
        )
        message = f"{_rule_text(was)} -> {_rule_text(now)}"
        details = ("validations", was and was.value, now and now.value, {**old.type, "rule": key})
        if checked:
            yield Delta(Aspect.RULE, _rule_direction(was, now), path, message, *details)
        else:
            yield Delta(Aspect.UNREAD, Direction.CHANGED, path, message, *details)


_NO_RULE = MediaRule("", 0, "")


def _by_name(rules: tuple[MediaRule, ...]) -> dict[str, MediaRule]:
    """Return the rules by what they measure and in which sense: `<` and `<=` are two strengths of one rule."""
    return {rule.rule.strip().removesuffix("="): rule for rule in rules}


def _rule_text(rule: MediaRule | None) -> str:
    return f"{rule.rule} {shown(rule.value)}" if rule else "none"


def _rule_direction(was: MediaRule | None, now: MediaRule | None) -> Direction:
    if was is None or now is None:
        return Direction.WIDER if now is None else Direction.NARROWER
    sense = {"<": -1, ">": 1}.get(was.rule.strip().removesuffix("=")[-1:])
    if sense is None:
        return Direction.NARROWER
    return (
        Direction.WIDER if _strictness(now, sense) < _strictness(was, sense) else Direction.NARROWER
    )


def _strictness(rule: MediaRule, sense: int) -> tuple[float, bool]:
    return sense * rule.value, not rule.rule.strip().endswith("=")


def _is_media(type_: Type) -> bool:
    return (
        "media" in type_
        or any(map(_is_media, type_.get("anyOf", ())))
        or (type_.get("type") == "array" and _is_media(type_["items"]))
    )


def shown(value: Any) -> str:
    """Return a value as JSON. Equal values have equal JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def brief(value: Any) -> str:
    """Return a value on one short line."""
    return cut("none" if value is None else shown(value), _MAX_SHOWN)


def _list(values: list[Any]) -> str:
    listed = ", ".join(map(brief, values[:_MAX_SHOWN]))
    return listed + (f" and {len(values) - _MAX_SHOWN} more" if values[_MAX_SHOWN:] else "")
