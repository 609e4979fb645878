"""One normal form of a published schema, for both of its readers: the generator and the emulator."""

from __future__ import annotations

from .normal import NormalForm, normal_form
from .references import Fault

__all__ = ["Fault", "NormalForm", "normal_form"]
