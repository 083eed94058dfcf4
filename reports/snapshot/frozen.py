"""The frozen form of a report's facts: canonical JSON, its SHA-256, and back."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import msgspec

from reports.facts import READ, Snapshot


def canonical(snapshot: Snapshot) -> bytes:
    """The snapshot as JSON in UTF-8, equal for equal facts: keys sorted, fractions and decimals exact, as text."""
    return msgspec.json.encode(snapshot, order="sorted", enc_hook=_written)


def sha256(snapshot: Snapshot) -> str:
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def load_figures(data: dict) -> Snapshot:
    """Like `load` without the lists, which are most of a large plan and which pages of figures do not show."""
    long = ("participants", "metrics", "other_spaces", "upcoming", "annex")
    return load({**data, **dict.fromkeys(long, ()), "execution": {**data["execution"], "misses": ()}})


def load(data: dict | bytes) -> Snapshot:
    """The snapshot that `canonical` wrote, as bytes or as the dictionary in `Report.snapshot`.

    Raises ValueError for anything else, a schema that is not in READ included.
    """
    written = data if isinstance(data, bytes) else msgspec.json.encode(data)
    snapshot = msgspec.json.decode(written, type=Snapshot, dec_hook=_read)
    if snapshot.schema not in READ:
        raise ValueError(f"Snapshot of schema {snapshot.schema}; this program reads {READ}")
    return snapshot


def _written(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(type(value))


def _read(kind: type, value: object) -> Fraction:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value)
    raise NotImplementedError(kind)
