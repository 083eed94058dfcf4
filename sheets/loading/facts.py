"""A file's rows made ready for the tables: values by the models' field names, each with the cell that said it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sheets.reading.matrix import ActivityRow
from sheets.workbook.grid import Place

Row = Any  # a row of the database; this module knows no model


@dataclass(slots=True, eq=False)
class Facts:
    """A row of a sheet. A value that is not in `values` was not said, and leaves what is stored alone."""

    place: Place
    label: str
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    known: Row | None = None  # the stored row that this one is about
    row: Row | None = None  # the row once loaded; None while it is not, or when it is in error
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)  # field, before, after

    def say(self, name: str, value: Any, place: Place) -> None:
        self.values[name] = value
        self.places[name] = place

    def where(self, name: str) -> Place:
        """The cell of a field, else of the row."""
        return self.places.get(name, self.place)


@dataclass(slots=True, eq=False)
class ActivityFacts(Facts):
    source: ActivityRow | None = None  # None: an indicator named it
    outside: bool = False
    phase: int | None = None
    line: Row | None = None
    units: list[Row] | None = None  # dependencies, the first leads; None: not said
    groups: list[Row] | None = None
    days: frozenset[date] = frozenset()  # of a space outside the plan, which they tell apart


@dataclass(slots=True, eq=False)
class SessionFacts(Facts):
    activity: ActivityFacts | None = None
    units: int = 1  # planned, when it is new and the file does not say
    present: list[tuple[Row, int | None]] | None = None  # groups and how many people of each


@dataclass(slots=True, eq=False)
class MetricFacts(Facts):
    activity: ActivityFacts | None = None


@dataclass(slots=True, eq=False)
class CommitmentFacts(Facts):
    units: list[Row] | None = None
