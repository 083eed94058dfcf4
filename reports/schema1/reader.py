"""Reads the snapshots of schema 1."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from reports.schema1.facts import Snapshot


def load(data: dict) -> Snapshot:
    """The snapshot in `Report.snapshot`. Raises ValueError for anything else."""
    return msgspec.json.decode(msgspec.json.encode(data), type=Snapshot, dec_hook=_read)


def _read(kind: type, value: object) -> Fraction:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value)
    raise NotImplementedError(kind)
