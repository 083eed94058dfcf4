"""Sums of session units, grouped in SQL; and percentage targets, which are no units, each from its due dates.

The rules are those of activities/progress.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from django.db.models import Case, Count, F, FilteredRelation, PositiveIntegerField, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, Least

from activities.figures import Figure, Target, Targets, TargetState
from activities.models import Activity, Session
from activities.models.activity import in_force

PERCENTAGE = Q(activity__target_kind=Activity.TargetKind.PERCENTAGE)
Units = tuple[int, int, int, int, int]  # planned, executed, unexplained, excess; sessions
NOTHING: Units = (0, 0, 0, 0, 0)


class Tally:
    """Sums units, and gathers percentage targets."""

    __slots__ = ("planned", "executed", "unexplained", "excess", "found")

    def __init__(self):
        self.planned, self.executed, self.unexplained, self.excess, _sessions = NOTHING
        self.found: list[Target] = []

    def add(self, units: Units) -> None:
        planned, executed, unexplained, excess, _sessions = units
        self.planned += planned
        self.executed += executed
        self.unexplained += unexplained
        self.excess += excess

    def figure(self) -> Figure:
        return Figure(self.planned, self.executed, self.unexplained, self.excess)

    def targets(self) -> Targets:
        return Targets.of(self.found)


def due_sessions(sessions: QuerySet[Session], on: date) -> QuerySet[Session]:
    return sessions.in_plan().in_force(on).due(on)


def done_by(on: date) -> Case:
    """Units executed by `on`: those of a session held later do not count yet."""
    units = PositiveIntegerField()
    return Case(
        When(held_on__lte=on, then=Coalesce("executed_units", 0, output_field=units)), default=0, output_field=units
    )


def counted(due: QuerySet[Session], on: date, *, by: str | tuple[str, ...]) -> list[tuple]:
    """(key, (planned, executed, unexplained, excess, sessions)) of all but percentage targets: one statement."""
    names = (by,) if isinstance(by, str) else by
    done, planned = done_by(on), F("planned_units")
    capped = Least(done, planned)
    rows = (
        due.exclude(PERCENTAGE)
        .values_list(*names)
        .annotate(
            planned=Sum(planned),
            executed=Sum(capped),
            unexplained=Sum(planned - capped, filter=Q(reason=""), default=0),
            excess=Sum(done) - Sum(capped),
            count=Count("pk"),
        )
    )
    return [(row[0] if isinstance(by, str) else row[:-5], row[-5:]) for row in rows]


def told_by(sessions: QuerySet[Session], on: date) -> QuerySet[Session]:
    """Those of which somebody said by `on` how much was done."""
    return sessions.filter(Q(held_on=None) | Q(held_on__lte=on), executed_units__isnull=False)


def unexplained(sessions: QuerySet[Session], on: date) -> QuerySet[Session]:
    """Those told by `on` that fell short and say no reason; of percentage targets, see `targets_of`."""
    told = Q(held_on=None) | Q(held_on__lte=on)
    short = due_sessions(sessions, on).exclude(PERCENTAGE).annotate(capped=Least(done_by(on), F("planned_units")))
    return short.filter(
        told & Q(executed_units__isnull=False) | Q(carried_to_year__isnull=False),
        capped__lt=F("planned_units"),
        reason="",
    )


class MeasuringDate(NamedTuple):
    """What `target_at` reads of a session due."""

    held_on: date | None
    executed_units: int | None
    numerator: int | None
    denominator: int | None
    reason: str
    carried_to_year: int | None


def targets_of(activities: QuerySet[Activity], on: date) -> list[tuple[int, Target]]:
    """(plan, target) of the percentage targets in the plan among `activities`, in its order: one statement."""
    due = in_force(on, "sessions__") & Q(sessions__planned_on__lte=on, sessions__planned_units__gt=0)
    rows = (
        activities.in_plan()
        .standing(on)
        .filter(target_kind=Activity.TargetKind.PERCENTAGE)
        .annotate(date=FilteredRelation("sessions", condition=due))
        .order_by("order", "pk", "date__planned_on", "date__pk")
        .values_list(
            *("plan", "pk", "number", "name", "target_value", "date__pk"),
            *(f"date__{name}" for name in MeasuringDate._fields),
        )
    )
    found = []
    for (plan, *activity), dates in groupby(rows, key=lambda row: row[:5]):
        found.append((plan, target_at(*activity, [MeasuringDate(*row[6:]) for row in dates if row[5]], on)))
    return found


def target_at(activity: int, number: str, name: str, goal, due: Sequence[MeasuringDate | Session], on: date) -> Target:
    """A percentage target at `on`; `due`: its measuring dates due, oldest first.

    A date is told with its two numbers by `on`, or when it says that it was not held (0) or passes to another year.
    """
    measured = [one for one in due if one.denominator is not None and not (one.held_on and one.held_on > on)]
    told = [one for one in due if one in measured or one.executed_units == 0 or one.carried_to_year]
    attended, received = (sum(getattr(one, name) for one in measured) for name in ("numerator", "denominator"))
    if not due:
        state = TargetState.NOT_YET_DUE
    elif len(told) < len(due):
        state = TargetState.NOT_REPORTED
    elif received:
        state = TargetState.MET if Fraction(100 * attended, received) >= goal else TargetState.SHORT
    else:
        state = TargetState.NO_DEMAND if len(measured) == len(due) else TargetState.SHORT
    reason, year = (due[-1].reason, due[-1].carried_to_year) if due else ("", None)
    return Target(activity, number, name, goal, len(due), len(told), attended, received, state, reason, year)
