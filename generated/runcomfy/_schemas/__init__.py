# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""One normal form of a published schema, for both of its readers: the generator and the emulator."""

from __future__ import annotations

from .joins import choices_of, is_annotation
from .normal import NormalForm, normal_form, origin_of
from .references import Fault

__all__ = ["Fault", "NormalForm", "choices_of", "is_annotation", "normal_form", "origin_of"]
