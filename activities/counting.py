"""Sums of session units: grouped in SQL for counted targets, by activity for percentage targets.

The rules are those of activities/progress.py, its only user.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from django.db.models import Case, Count, F, PositiveIntegerField, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, Least

from activities.figures import Figure
from activities.models import Activity, Session

PERCENTAGE = Q(activity__target_kind=Activity.TargetKind.PERCENTAGE)
Units = tuple[int, int | Fraction, int | Fraction, int, int]  # planned, executed, unexplained, excess; sessions
NOTHING: Units = (0, 0, 0, 0, 0)


class Tally:
    """Sums units: whole numbers as integers, fractions together at the end (one by one they are slow)."""

    __slots__ = ("planned", "executed", "unexplained", "excess", "parts", "silent_parts")

    def __init__(self):
        self.planned, self.executed, self.unexplained, self.excess, _sessions = NOTHING
        self.parts: list[Fraction] = []
        self.silent_parts: list[Fraction] = []

    def add(self, units: Units) -> None:
        planned, executed, unexplained, excess, _sessions = units
        self.planned += planned
        self.excess += excess
        if type(executed) is int:
            self.executed += executed
        else:
            self.parts.append(executed)
        if type(unexplained) is int:
            self.unexplained += unexplained
        else:
            self.silent_parts.append(unexplained)

    def figure(self) -> Figure:
        executed = _sum(self.parts, self.executed)
        return Figure(self.planned, executed, _sum(self.silent_parts, self.unexplained), self.excess)


def _sum(parts: list[Fraction], whole: int) -> Fraction:
    """Exact, over one common denominator."""
    if not parts:
        return exact(whole)
    common = lcm(*(part.denominator for part in parts))
    return Fraction(whole * common + sum(part.numerator * (common // part.denominator) for part in parts), common)


@lru_cache(1024)
def exact(units: int | Fraction) -> Fraction:
    """Cached: the same few numbers come thousands of times."""
    return Fraction(units)


def due_sessions(sessions: QuerySet[Session], on: date) -> QuerySet[Session]:
    return sessions.in_plan().in_force(on).due(on)


def done_by(on: date) -> Case:
    """Units executed by `on`: those of a session held later do not count yet."""
    units = PositiveIntegerField()
    return Case(
        When(held_on__lte=on, then=Coalesce("executed_units", 0, output_field=units)), default=0, output_field=units
    )


def counted(due: QuerySet[Session], on: date, *, by: str) -> list[tuple]:
    """(key, (planned, executed, unexplained, excess, sessions)) of all but percentage targets: one statement."""
    done, planned = done_by(on), F("planned_units")
    capped = Least(done, planned)
    rows = (
        due.exclude(PERCENTAGE)
        .values_list(by)
        .annotate(
            planned=Sum(planned),
            executed=Sum(capped),
            unexplained=Sum(planned - capped, filter=Q(reason=""), default=0),
            excess=Sum(done) - Sum(capped),
            count=Count("pk"),
        )
    )
    return [(row[0], row[1:]) for row in rows]


class Ratio:
    """A percentage target at a cut-off: sessions due, and the share that each executes, 0 to 1; None without demand."""

    __slots__ = ("plan", "number", "name", "rows", "share", "reason", "carried_to_year")

    def __init__(self, plan: int, number: str, name: str, target, rows: list[Reported]):
        self.plan, self.number, self.name, self.rows = plan, number, name, rows
        self.reason = next((row.reason for row in reversed(rows) if row.reason), "")
        self.carried_to_year = next((row.carried_to_year for row in reversed(rows) if row.carried_to_year), None)
        reported = [row for row in rows if row.denominator is not None]
        received = sum(row.denominator for row in reported)
        if received:
            quotient = Fraction(sum(row.numerator for row in reported), received)
            self.share = min(Fraction(1), quotient / (Fraction(target) / 100))
        else:
            self.share = None if len(reported) == len(rows) else Fraction(0)

    @property
    def all_units(self) -> Units:
        units = self.units(sum(row.planned for row in self.rows))
        return (*units[:4], len(self.rows))

    def units(self, planned: int) -> Units:
        """The units of `planned` programmed ones, sessions left at 0; NOTHING without demand."""
        if self.share is None:
            return NOTHING
        executed = planned * self.share
        return planned, executed, 0 if self.reason else planned - executed, 0, 0


class Reported(NamedTuple):
    planned_on: date
    precision: str
    planned: int
    numerator: int | None
    denominator: int | None  # None: not reported by the cut-off
    reason: str
    carried_to_year: int | None


def ratios_of(sessions: QuerySet[Session], on: date) -> dict[int, Ratio]:
    """Percentage targets with sessions due, by pk of activity: one statement. Extra sessions (0 units) are not due."""
    rows = (
        due_sessions(sessions, on)
        .filter(PERCENTAGE, planned_units__gt=0)
        .order_by("planned_on", "pk")
        .values_list(
            *("activity", "activity__plan", "activity__number", "activity__name", "activity__target_value"),
            *("held_on", "numerator", "denominator"),
            *("planned_on", "planned_precision", "planned_units", "reason", "carried_to_year"),
        )
    )
    reports: dict[tuple, list[Reported]] = {}
    for *activity, held_on, numerator, denominator, planned_on, precision, planned, reason, year in rows:
        if held_on and held_on > on:
            numerator = denominator = None
        reports.setdefault(tuple(activity), []).append(
            Reported(planned_on, precision, planned, numerator, denominator, reason, year)
        )
    return {pk: Ratio(plan, number, name, target, rows) for (pk, plan, number, name, target), rows in reports.items()}
