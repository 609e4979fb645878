"""Python names: how they are chosen, and how they are remembered."""

from __future__ import annotations

LOCK_FILE = "names.lock.json"
