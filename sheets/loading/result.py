"""What a load did, or would do, as plain data; and what a person may decide about it in the preview.

A Result may be encoded by who computed it and shown by another, in another language: its words are Messages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Literal

import msgspec

from display.message import Words
from display.text import normalise
from matrices.reading.rows import Remark
from matrices.workbook.grid import Place
from records import files
from records.models import StoredFile

KINDS = ("phases", "lines", "dependencies", "groups", "activities", "sessions", "metrics", "commitments")
ALL_KINDS = (
    "plan",
    *KINDS[:2],
    "chapters",
    *KINDS[2:6],
    "attendance",
    *KINDS[6:],
    "follow_ups",
)  # an exported plan has these besides
State = Literal["created", "changed", "unchanged"]
CREATE = "create"
EXTRA, OUT = "extra", "out"  # of a row: a space that nobody programmed; or it is left out


def choice_key(words: str) -> str:
    """What a form calls a name or a note, whatever its accents and case: twelve letters and digits."""
    return sha1(normalise(words).encode(), usedforsecurity=False).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Change:
    """A field's label with its value before and after, in words only when they are shown; "" when there was none."""

    label: Words
    before: Words
    after: Words


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the database that the file names."""

    kind: str
    state: State
    label: Words
    place: Place | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that the entity does not have: `nearest` are (id, name) best first, `taken` is what this load did with it.

    `taken` is an id, CREATE, or "" when nobody decided; `cell` is all that its first cell says, "" when it is the name;
    `inside` are names that the entity has among its words.
    """

    key: str
    name: str
    places: tuple[Place, ...]
    nearest: tuple[tuple[int, str], ...]
    taken: str
    cell: str = ""
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineOrDependency:
    """A value of the column «Línea o dependencia» that is no known dependency: taken as a line or as a dependency."""

    key: str
    name: str
    place: Place
    taken: Literal["line", "dependency"]


@dataclass(frozen=True, slots=True)
class LooseNote:
    """A note that names no session by itself: `options` are (key, label) of the sessions that it may explain."""

    key: str
    text: str
    place: Place
    options: tuple[tuple[str, Words], ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Which:
    """A row of a sheet of execution of which nobody knows the space: `options` are (value, label), OUT among them."""

    key: str
    name: str  # what the row says of itself
    place: Place
    options: tuple[tuple[str, Words], ...]
    taken: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided in the preview, by the keys above."""

    dependencies: dict[str, str] = field(default_factory=dict)  # an id, or CREATE
    groups: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)  # "line" or "dependency"
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # keys of sessions
    spaces: dict[str, str] = field(default_factory=dict)  # of rows: an id, EXTRA or OUT
    repair: bool = False  # rows whose values are shifted are read in their order


@dataclass(slots=True)
class Result:
    """What was loaded, or would be; nothing was when there are errors."""

    plan: str
    items: list[Item] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    not_understood: list[Remark] = field(default_factory=list)
    dependencies: list[Unknown] = field(default_factory=list)
    groups: list[Unknown] = field(default_factory=list)
    blocks: list[LineOrDependency] = field(default_factory=list)
    notes: list[LooseNote] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # notes that join those of the plan
    spaces: list[Which] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)  # of each space that changes, the revision that was compared
    n_shifted: int = 0  # rows in error that could be read in their order

    @property
    def is_needed(self) -> bool:
        """Whether the load does anything."""
        return bool(self.kept) or any(item.state != "unchanged" for item in self.items)

    @property
    def kinds(self) -> list[str]:
        """Those that every file may have, and what this one has besides."""
        here = {item.kind for item in self.items}
        return [kind for kind in ALL_KINDS if kind in KINDS or kind in here]

    def counts(self, state: State) -> dict[str, int]:
        """How many rows of each kind are in this state."""
        counter = Counter(item.kind for item in self.items if item.state == state)
        return {kind: counter[kind] for kind in self.kinds}

    def as_dict(self) -> dict:
        """The JSON of `import_plan`: with errors nothing was stored, and the counts say so."""
        nothing = dict.fromkeys(self.kinds, 0)
        states = ("created", "changed", "unchanged")
        remarks = ("errors", "warnings", "left_out", "not_understood")
        return {
            "plan": self.plan,
            **{state: nothing if self.errors else self.counts(state) for state in states},
            **{name: [remark_as_dict(remark) for remark in getattr(self, name)] for name in remarks},
        }


def keep(result: Result) -> StoredFile:
    return files.keep(msgspec.msgpack.encode(result))


def result_of(file: StoredFile) -> Result:
    """The Result that a job kept. Raises files.Damaged, and msgspec.ValidationError for one of an older release."""
    return msgspec.msgpack.decode(files.read(file), type=Result)


def remark_as_dict(remark: Remark) -> dict:
    """A remark's sheet, row and column; null where a message is about the whole file."""
    place = remark.place
    return {
        "sheet": place.sheet or None,
        "row": place.row or None,
        "column": place.column or None,
        "message": str(remark.message),
    }


def in_order(remarks: list[Remark]) -> list[Remark]:
    """By sheet, row and column; the sheets as the file has them."""
    sheets = list(dict.fromkeys(remark.place.sheet for remark in remarks))

    def key(remark: Remark):
        place = remark.place
        return sheets.index(place.sheet), place.row, len(place.column), place.column

    return sorted(remarks, key=key)
