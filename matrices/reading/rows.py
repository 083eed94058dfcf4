"""The rows that a spreadsheet says, as plain data, without Django and without a database.

Everything keeps its place (sheet, row, column), so that every message can say where. `Matrix` is the one thing that
`reader.read` returns and that `load.load` takes; between a preview and its import it waits encoded
(sheets/loading/result.py).
The rules are those of "Reading matrices" in docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

import msgspec

from display.message import Message
from display.written_dates import Precision
from matrices.workbook.grid import Place

TargetKind = Literal["count", "percentage"]
_BEFOREHAND = {"modality", "place", "locality", "topics", "attendance_source"}


class Remark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A sentence about a place: an error, a doubt, or why a cell was left out."""

    place: Place
    message: Message


class Text(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Words as the sheet writes them, white space tidied, never empty."""

    value: str
    place: Place


class Number(msgspec.Struct, frozen=True, array_like=True, gc=False):
    value: Decimal
    place: Place


class When(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A date; with precision "month" it is the month's last day."""

    on: date
    precision: Precision
    place: Place


@dataclass(frozen=True, slots=True)
class Target:
    """A target as a count of units (4) or a percentage (100 for "100%")."""

    kind: TargetKind
    value: Decimal
    place: Place


@dataclass(slots=True)
class MonthCells:
    """One programmed / executed pair; `month` is the month's last day, an absent cell is None (0 is a Number)."""

    month: date
    planned: Number | None = None
    executed: Number | None = None


@dataclass(frozen=True, slots=True)
class MetricRow:
    """An indicator's value; `activity` is None when it belongs to the activity row that holds it."""

    activity: Text | None
    indicator: Text
    value: Number
    period_from: date | None  # None: the period of the activity's own dates
    period_to: date | None
    source: str = ""


@dataclass(slots=True)
class ActivityRow:
    """An activity, filled in place while its rows of the sheet are read (`activity_builder`)."""

    place: Place
    name: Text
    number: str = ""  # "1.2", from its own column or split from the name
    number_at: Place | None = None  # its own cell, when it has one
    phase: Text | None = None  # after filling merged cells; the number's prefix has not been applied yet
    phase_is_merged: bool = False  # the phase came from a merged or blank-below cell, not from this row
    block: Text | None = None  # column "Línea o dependencia": which of the two, `load` decides
    line: Text | None = None  # a column that is plainly a strategic line
    # by Activity field name: description, objective, product, unit, indicator, formula, incidence_level, mechanism,
    # channels, modality, periodicity, locality, budget (whole pesos, digits only), resources, alliances
    texts: dict[str, Text] = field(default_factory=dict)
    target: Target | None = None
    responsible: Text | None = None  # raw: several names, with or without separator, line breaks kept as "\n"
    groups: list[Text] = field(default_factory=list)
    dates: list[When] = field(default_factory=list)
    months: list[MonthCells] = field(default_factory=list)
    outside_plan: bool = False
    attendance: Number | None = None
    attendance_note: str = ""  # the words after "219 personas - "
    questions: Number | None = None
    comments: Number | None = None
    metrics: list[MetricRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    place: Place
    text: Text
    instance: Text | None
    made_on: When | None
    responsible: Text | None
    due_on: When | None
    state: Text | None
    closed_on: When | None = None
    code: str = ""


@dataclass(slots=True)
class SpaceRow:
    """What a row of a sheet of execution says of one space; its activity is found by key, number or name."""

    place: Place
    key: Text | None = None
    number: Text | None = None
    name: Text | None = None
    planned: When | None = None
    held: When | None = None
    done: Number | None = None  # how many
    answer: Text | None = None  # "yes" for all of them, "no" for none
    counts: dict[str, Number] = field(default_factory=dict)  # by Session field, whole and not negative
    texts: dict[str, Text] = field(default_factory=dict)  # by Session field
    people: dict[str, Number] = field(default_factory=dict)  # by group, its name without accents
    reasons: list[Text] = field(default_factory=list)  # of every column that says why
    is_wrong: bool = False  # an error was told of it

    @property
    def says(self) -> bool:
        """Whether it tells that something happened: where and about what, or zeros, are filled in long before."""
        counted = any(number.value for number in (*self.counts.values(), *self.people.values()))
        return bool(self.held or self.done or self.answer or counted or self.reasons or self.texts.keys() - _BEFOREHAND)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A remark under the totals ("* En diciembre no se hizo…"), its asterisk taken off."""

    text: Text


class Said(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a cell of an exported sheet holds, as text, and of which type it is; `value` is it again."""

    kind: Literal["text", "number", "date", "time", "truth"]
    text: str

    @property
    def value(self) -> str | Decimal | date | time | bool:
        match self.kind:
            case "number":
                return Decimal(self.text)
            case "date":
                return date.fromisoformat(self.text)
            case "time":
                return time.fromisoformat(self.text)
            case "truth":
                return self.text == "1"
        return self.text


class SheetRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A row of an exported sheet: what its cells that hold something say, by the name of their column."""

    row: int
    cells: dict[str, Said]


class PlanSheet(msgspec.Struct, frozen=True, array_like=True):
    """A sheet that this product wrote, perhaps edited since; `columns` are the letters of those that it has."""

    kind: str
    name: str
    columns: dict[str, str]
    rows: tuple[SheetRow, ...]

    def place(self, row: SheetRow, column: str = "") -> Place:
        return Place(self.name, row.row, self.columns.get(column, ""))


class Moment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """When an export was made, and where it says so."""

    at: datetime  # aware
    place: Place


class Repair(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A row whose values stand some columns aside, `words` as it would be read; `is_done` when it was read so."""

    place: Place
    words: str
    is_done: bool


class Heading(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A column of a table of activities or another: where its header stands, what it says and what it was taken for."""

    place: Place
    column: str  # its letter
    header: str
    meaning: str  # a Meaning; "" when nobody knows it
    is_chosen: bool  # a person said it
    kind: str  # of the table
    starts: int  # first row under the headers


@dataclass(frozen=True, slots=True)
class Matrix:
    """A whole file. `fields` + `left_out` + `not_understood` name every non-empty cell exactly once."""

    activities: tuple[ActivityRow, ...] = ()
    metrics: tuple[MetricRow, ...] = ()
    commitments: tuple[CommitmentRow, ...] = ()
    notes: tuple[NoteRow, ...] = ()
    spaces: tuple[SpaceRow, ...] = ()  # of a sheet of execution
    sheets: tuple[PlanSheet, ...] = ()  # of an exported plan: then there are no rows of other tables
    made: Moment | None = None  # of an exported plan that says it
    errors: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    fields: frozenset[Place] = frozenset()
    left_out: tuple[Remark, ...] = ()
    not_understood: tuple[Remark, ...] = ()
    repairs: tuple[Repair, ...] = ()
    headings: tuple[Heading, ...] = ()
