"""System checks: wrong settings are told at start, each with an id and a way out."""

from __future__ import annotations


def register_all() -> None:
    """Stub."""
