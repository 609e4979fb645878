"""Validation of request bodies by an independent JSON Schema library, and its findings as the API words them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import islice
from math import ulp
from typing import Any, cast

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]

from .._base.json_values import is_array
from .._base.text import cut
from ..media import MediaItem, Rule
from ..media._data_uri import is_data_uri, parse_data_uri
from ..media._implausible import is_blank, takes_file_names
from ..media._measure import check_text, measure_data_uri, violations
from ..media._mime import UnusableMediaError
from ._dialect import MEDIA, NOT_BLANK

Detail = dict[str, Any]

_MAX_PROBLEMS = 100
_SHOWN = 300  # characters of a published value in a message
_MESSAGES = {
    "additionalProperties": "has a property that is not allowed",
    "anyOf": "fits none of the published alternatives",
    "enum": "must be one of {value}",
    "exclusiveMaximum": "must be less than {value}",
    "exclusiveMinimum": "must be greater than {value}",
    "maxItems": "must have at most {value} items",
    "maxLength": "must have at most {value} characters",
    "maximum": "must be at most {value}",
    "minItems": "must have at least {value} items",
    "minLength": "must have at least {value} characters",
    "minimum": "must be at least {value}",
    "multipleOf": "must be a multiple of {value}",
    "oneOf": "must fit exactly one of the published alternatives",
    "dependentRequired": "lacks a name that another one needs: {value}",
    "type": "must be of type {value}",
}


def _multiple_of(
    validator: Any, step: float, value: Any, _schema: Any
) -> Iterator[ValidationError]:
    """Divide decimals, as the schema's author does: the library divides floats, where 4.02 / 0.01 is 401.99."""
    if not validator.is_type(value, "number"):
        return
    exact = Fraction(str(step))
    is_whole = value % 1 == 0
    left = Fraction(value if is_whole else str(value)) % exact
    # 0.1 * 3 is 0.30000000000000004 in a float.
    may_be_rounded = not is_whole and exact.denominator > 1
    if left and not (may_be_rounded and min(left, exact - left) <= 4 * ulp(value)):
        yield ValidationError("")


def _any_of(
    validator: Any, branches: list[Any], value: Any, _schema: Any
) -> Iterator[ValidationError]:
    """Stop at the first problem of a branch: the library would collect all of each."""
    if not any(validator.evolve(schema=branch).is_valid(value) for branch in branches):
        yield ValidationError("")


def _media(
    _validator: Any,
    medium: dict[str, Any],
    value: Any,
    _schema: Any,
    *,
    may_be_name: bool = False,
) -> Iterator[ValidationError]:
    """Refuse what cannot be meant, as the SDK does before it sends anything."""
    if isinstance(value, str):
        try:
            rules = tuple(Rule(name, limit) for name, limit in medium["rules"])
            optional = medium["may_be_blank"]
            item = MediaItem("", medium["kind"], value, rules, optional, may_be_name)
            check_text(item, value)
            measures = measure_data_uri(item, parse_data_uri(value)) if is_data_uri(value) else None
        except UnusableMediaError as error:
            yield ValidationError(str(error))
        else:
            broken = violations(rules, measures, strict=False) if measures else ()
            yield from map(ValidationError, broken)


def _not_blank(_validator: Any, _is: bool, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and is_blank(value):
        yield ValidationError("must not be blank")


_OWN_WORDS = {MEDIA, NOT_BLANK}
_KEYWORDS: dict[str, Any] = {
    "multipleOf": _multiple_of,
    "anyOf": _any_of,
    MEDIA: _media,
    NOT_BLANK: _not_blank,
}
_Validator = cast("type[Any]", extend(Draft202012Validator, _KEYWORDS))
_NamesValidator = cast("type[Any]", extend(_Validator, {MEDIA: partial(_media, may_be_name=True)}))


class InputValidator:
    """A check of the request bodies of one endpoint.

    schema: as `read_input` gives it; model_id: the endpoint, as some take names of files.
    """

    def __init__(self, schema: Mapping[str, Any], model_id: str = "") -> None:
        validator = _NamesValidator if takes_file_names(model_id) else _Validator
        self._validator = validator(schema)

    def problems(self, body: Any) -> list[Detail]:
        """Find what is wrong, as `{"loc": ["body", ...], "msg": ...}`; the first hundred of many."""
        errors = islice(self._validator.iter_errors(body), _MAX_PROBLEMS)
        details = {str(detail["loc"]) + detail["msg"]: detail for detail in _details(errors)}
        return sorted(details.values(), key=lambda detail: str(detail["loc"]))


def _details(errors: Iterable[Any]) -> Iterator[Detail]:
    for error in errors:
        loc = ["body", *error.absolute_path]
        if error.validator == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield from ({"loc": [*loc, name], "msg": "field required"} for name in missing)
        elif error.validator in _OWN_WORDS:
            yield {"loc": loc, "msg": error.message}
        elif error.validator == "not":
            is_null = error.validator_value == {"type": "null"}
            message = "must not be null" if is_null else "has names that exclude each other"
            yield {"loc": loc, "msg": message}
        else:
            # Never the library's own text: it repeats the value, which may be megabytes of media.
            message = _MESSAGES.get(error.validator, "does not satisfy {keyword}: {value}")
            text = message.format(keyword=error.validator, value=_readable(error.validator_value))
            yield {"loc": loc, "msg": text}


def _readable(value: Any) -> str:
    listed: list[Any] = value if is_array(value) else [value]
    text = ", ".join(value if isinstance(value, str) else json.dumps(value) for value in listed)
    return cut(text, _SHOWN)
