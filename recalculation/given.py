"""The rows and the printed figures of a snapshot, read as plain JSON that anybody may have written.

Nothing here knows the tables, nor the program that counted: only the names of the keys. Sizes are bounded.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import replace

MOST_BYTES = 32 * 1024 * 1024
Count = Annotated[int, Meta(ge=0, le=10**12)]
Text = Annotated[str, Meta(max_length=25_000)]
Id = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class NotOurs(ValueError):
    """No snapshot that can be counted again; its text says so to whoever brought it."""


def _checked(goal: Decimal | None) -> None:
    """Raises ValueError for what nobody can compare with: no number, or one of a million digits."""
    if goal is not None and not (goal.is_finite() and abs(goal.adjusted()) < 20 and len(goal.as_tuple().digits) < 20):
        raise ValueError("no goal")


class Plan(msgspec.Struct, frozen=True):
    title: Text
    slug: Text
    starts_on: date
    ends_on: date


class Entity(msgspec.Struct, frozen=True):
    name: Text
    slug: Text


class Edition(msgspec.Struct, frozen=True):
    kind: Text
    title: Text
    period: Text
    starts_on: date
    ends_on: date
    cutoff: date
    version: Count
    number: Text
    draft: bool
    taken_on: date | None = None  # when the cut-off was still to come
    dependency: Text = ""

    @property
    def today(self) -> date:
        return self.taken_on or self.cutoff


class Activity(msgspec.Struct, frozen=True, gc=False):
    number: Text
    name: Text
    block: Text
    phase: Text
    kind: Text
    goal: Decimal | None

    def __post_init__(self):
        _checked(self.goal)

    @property
    def label(self) -> str:
        return f"{self.number} {self.name}".strip()

    @property
    def is_percentage(self) -> bool:
        return self.kind == "percentage"


class Session(msgspec.Struct, frozen=True, gc=False):
    id: Id
    activity: Annotated[int, Meta(ge=1)]  # place in the list of activities, from 1
    planned_on: date
    precision: Text
    planned: Count
    in_force_from: date | None
    withdrawn_on: date | None
    held_on: date | None
    executed: Count | None
    attended: Count | None
    received: Count | None
    reason: Text
    carried_to_year: Annotated[int, Meta(ge=0, le=9999)] | None
    people: Count | None
    reported_on: date | None
    source: Text


class Commitment(msgspec.Struct, frozen=True, gc=False):
    id: Id
    code: Text
    text: Text
    made_on: date | None
    made_precision: Text
    due_on: date
    closed_on: date | None
    closed_until: date | None
    state: Text
    reported_on: date | None
    source: Text
    promised_for: date | None = None  # the first deadline, where another one is in force


Activities = Annotated[tuple[Activity, ...], Meta(max_length=20_000)]
Sessions = Annotated[tuple[Session, ...], Meta(max_length=200_000)]
Commitments = Annotated[tuple[Commitment, ...], Meta(max_length=50_000)]


class Rows(msgspec.Struct, frozen=True):
    activities: Activities
    sessions: Sessions
    commitments: Commitments

    def __post_init__(self):
        if any(row.activity > len(self.activities) for row in self.sessions):
            raise ValueError("a row of no activity")


# --- Figures as printed -----------------------------------------------------------------------------------------------


class Units(msgspec.Struct, frozen=True):
    planned: Count
    executed: Count
    unexplained: Count = 0
    excess: Count = 0


class Missing(msgspec.Struct, frozen=True):
    explained: Count = 0
    silent: Count = 0
    unreported: Count = 0
    to_come: Count = 0


class Targets(msgspec.Struct, frozen=True):
    met: Count = 0
    counted: Count = 0
    unexplained: Count = 0
    total: Count = 0


class Block(msgspec.Struct, frozen=True):
    name: Text
    figure: Units
    period: Units | None
    targets: Targets
    missing: Missing


class Phase(msgspec.Struct, frozen=True):
    name: Text
    figure: Units
    targets: Targets


class Month(msgspec.Struct, frozen=True):
    month: date
    figure: Units


class Percentage(msgspec.Struct, frozen=True):
    activity: Text
    goal: Decimal
    due: Count
    reported: Count
    attended: Count
    received: Count
    state: Text
    reason: Text

    def __post_init__(self):
        _checked(self.goal)


class Execution(msgspec.Struct, frozen=True):
    total: Units
    period: Units | None
    missing: Missing
    missing_in_period: Missing | None
    targets: Targets
    blocks: Annotated[tuple[Block, ...], Meta(max_length=500)]
    phases: Annotated[tuple[Phase, ...], Meta(max_length=500)]
    months: Annotated[tuple[Month, ...], Meta(max_length=600)]
    percentages: Annotated[tuple[Percentage, ...], Meta(max_length=5000)]
    carried_over: Count
    baseline: Count
    added: Count
    withdrawn: Count
    scheduled_after: Count


class Counts(msgspec.Struct, frozen=True):
    made: Count
    fulfilled: Count
    overdue: Count
    open: Count
    undated: Count
    closed: Count
    due: Count
    fulfilled_due: Count
    due_today: Count
    closed_due: Count
    undated_due: Count
    # None in reports published before they were counted.
    kept_on_time: Count | None = None
    kept_late: Count | None = None
    kept_as_promised: Count | None = None


class Instance(Counts, frozen=True, kw_only=True):
    instance: Text


class OfMonth(Instance, frozen=True, kw_only=True):
    month: date | None


class Item(msgspec.Struct, frozen=True):
    instance: Text
    responsible: Text = ""


class Balance(Counts, frozen=True, kw_only=True):
    open_at_start: Count
    new: Count
    closed_in_period: Count
    open_at_end: Count
    instances: Annotated[tuple[Instance, ...], Meta(max_length=500)]
    items: Annotated[tuple[Item, ...], Meta(max_length=50_000)]
    months: Annotated[tuple[OfMonth, ...], Meta(max_length=50_000)] = ()
    ages: Annotated[tuple[Count, ...], Meta(min_length=4, max_length=4)] | None = None


class Entry(msgspec.Struct, frozen=True):
    """People of an activity in some days."""

    activity: Text
    starts_on: date
    ends_on: date
    people: Count
    source: Text


class Cell(msgspec.Struct, frozen=True):
    value: Text
    people: Count | None  # None: withheld


class Variable(msgspec.Struct, frozen=True):
    """Attendances by a differential variable."""

    name: Text
    sessions: Count
    people: Count
    counts: Annotated[tuple[Cell, ...], Meta(max_length=100)]


class Participants(msgspec.Struct, frozen=True):
    entries: Annotated[tuple[Entry, ...], Meta(max_length=20_000)]
    variables: Annotated[tuple[Variable, ...], Meta(max_length=100)] = ()


class Annexed(msgspec.Struct, frozen=True):
    number: Text
    name: Text
    responsible: Text


class Annex(msgspec.Struct, frozen=True):
    rows: Annotated[tuple[Annexed, ...], Meta(max_length=20_000)]

    def responsible(self, activity: Activity) -> str:
        found = (row for row in self.rows if (row.number, row.name) == (activity.number, activity.name))
        return next((row.responsible for row in found), "")


class Section(msgspec.Struct, frozen=True):
    slug: Text
    facts: Any


class Given(msgspec.Struct, frozen=True):
    edition: Edition
    entity: Entity
    plan: Plan
    rows: Rows | None = None  # None: it lacks them
    execution: Execution | None = None
    balance: Balance | None = None
    participants: Participants | None = None
    annex: Annex | None = None

    def activity(self, session: Session) -> Activity:
        return self.rows.activities[session.activity - 1]


PARTS = {
    "registros": ("rows", Rows),
    "ejecucion": ("execution", Execution),
    "compromisos": ("balance", Balance),
    "participantes": ("participants", Participants),
    "anexo": ("annex", Annex),
}


class _Opened(msgspec.Struct):
    schema: int
    edition: Edition
    entity: Entity
    plan: Plan
    sections: Any = ()


Sections = Annotated[tuple[Section, ...], Meta(max_length=100)]


def read(stored: dict | bytes) -> Given:
    """A snapshot of any schema: without rows when its schema had none. Raises NotOurs for what is no snapshot."""
    try:
        if isinstance(stored, bytes):
            if len(stored) > MOST_BYTES:
                raise NotOurs
            stored = msgspec.json.decode(stored)
        opened = msgspec.convert(stored, _Opened)
        if opened.schema not in (1, 2):
            raise NotOurs
        sections = msgspec.convert(opened.sections, Sections) if opened.schema == 2 else ()
        given = Given(opened.edition, opened.entity, opened.plan)
        parts = {
            PARTS[section.slug][0]: msgspec.convert(section.facts, PARTS[section.slug][1])
            for section in sections
            if section.slug in PARTS
        }
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as error:
        raise NotOurs from error
    return replace(given, **parts)
