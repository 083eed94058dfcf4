"""What a month holds for a dependency: what it leads in the plan and was planned or held then, as it is at the end of
the month, whose cut-off is that of the monthly report.

The same facts fill the form, are frozen when it is sent, and are printed. Names and texts are those of the plan; what
has words in two languages stays a code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time

import msgspec
from django.db.models import Q, QuerySet

from activities.counting import counted, due_sessions
from activities.metrics import unit_of
from activities.models import Activity, Attendance, Metric, MonthlyReturn, Responsibility, Session
from plans.models import Plan


class Done(msgspec.Struct, frozen=True, gc=False):
    """An activity: what of the month was planned and executed of it, at its end."""

    id: int
    name: str  # "1.2 Mesa de diálogo"
    phase: str
    stage: str  # of the cycle, a code; "" when nobody said it
    incidence: str  # a code
    instance: str  # the formal body where it is held, "" in any other space
    indicator: str
    goal: str  # of a percentage target, in percent; "" of units
    outside: bool  # of the plan
    planned: int  # units; 0 of a percentage target, whose dates are no spaces
    executed: int


class Came(msgspec.Struct, frozen=True, gc=False):
    name: str
    people: int | None  # None: they came and nobody counted them apart


class Space(msgspec.Struct, frozen=True, gc=False):
    id: int
    activity: int
    planned_on: date
    precision: str
    planned: int
    held_on: date | None
    held_precision: str
    hour: time | None
    executed: int | None
    attended: int | None
    received: int | None
    state: str  # of all that is told of it, whatever the day
    people: int | None
    source: str
    note: str  # who came, in words
    groups: tuple[Came, ...]
    topics: str
    contributions: str
    results: str
    incidence: str  # that was achieved, a code
    reason: str

    @property
    def is_held(self) -> bool:
        return self.held_on is not None


class Measure(msgspec.Struct, frozen=True, gc=False):
    activity: int
    name: str
    value: str
    unit: str
    starts_on: date
    ends_on: date
    source: str


class Contents(msgspec.Struct, frozen=True):
    """Activities in the plan's order; spaces by the day they were held, or planned."""

    planned: int = 0  # units of the month at its end; the activities add up to them
    executed: int = 0
    activities: tuple[Done, ...] = ()
    spaces: tuple[Space, ...] = ()
    measures: tuple[Measure, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.spaces or self.measures)

    @property
    def held(self) -> list[Space]:
        return [space for space in self.spaces if space.is_held]

    @property
    def groups(self) -> list[tuple[str, int, int | None]]:
        """(group, how many spaces it came to, the most people at one); people are never added up."""
        found: dict[str, list[int | None]] = defaultdict(list)
        for space in self.held:
            for group in space.groups:
                found[group.name].append(group.people)
        most = {
            name: max((each for each in people if each is not None), default=None) for name, people in found.items()
        }
        return [(name, len(found[name]), most[name]) for name in sorted(found)]

    def activity_of(self, row: Space | Measure) -> Done:
        return next(each for each in self.activities if each.id == row.activity)


def led_by(plan: Plan, dependency: int) -> QuerySet[Activity]:
    lead = Responsibility.objects.filter(dependency=dependency, part=Responsibility.Part.LEAD)
    return plan.activities.filter(pk__in=lead.values("activity"))


def sessions_of(monthly: MonthlyReturn) -> QuerySet[Session]:
    """Of what the dependency leads, planned or held in the month, as it was in force at its end."""
    days = monthly.month.replace(day=1), monthly.month
    of_month = Q(planned_on__range=days, planned_units__gt=0) | Q(held_on__range=days)
    sessions = Session.objects.filter(of_month, activity__in=led_by(monthly.plan, monthly.dependency_id).values("pk"))
    return sessions.in_force(monthly.month)


def unreported(monthly: MonthlyReturn, on: date) -> QuerySet[Session]:
    """Those of the month of which nobody has said what happened."""
    first = monthly.month.replace(day=1)
    rows = sessions_of(monthly).filter(planned_on__range=(first, monthly.month)).unreported(on)
    return rows.select_related("activity").order_by("planned_on", "pk")


def collect(monthly: MonthlyReturn) -> Contents:
    """As it is now: five statements, whatever the size."""
    month, sessions = monthly.month, sessions_of(monthly)
    rows = sorted(sessions.select_related("activity"), key=lambda row: (row.held_on or row.planned_on, row.pk))
    groups = defaultdict(list)
    # By their keys: asked as one nested question, PostgreSQL may walk all attendance for each space.
    came = Attendance.objects.filter(session__in=[row.pk for row in rows]).order_by("group__name")
    for pk, name, people in came.values_list("session", "group__name", "people"):
        groups[pk].append(Came(name, people))
    days = month.replace(day=1), month
    units = dict(counted(due_sessions(sessions.filter(planned_on__range=days), month), month, by="activity"))
    spaces = tuple(_space(row, tuple(groups.get(row.pk, ()))) for row in rows)
    of_month = Metric.objects.filter(activity__in=led_by(monthly.plan, monthly.dependency_id).values("pk"))
    measures = tuple(
        Measure(
            *(row.activity_id, row.name, str(row.value.normalize()), unit_of(row.kind)),
            *(row.period_from, row.period_to, row.source),
        )
        for row in of_month.filter(period_to__range=days).order_by("activity", "period_from", "pk")
    )
    told = {row.activity for row in (*spaces, *measures)}
    rows = monthly.plan.activities.filter(pk__in=told).by_phase()
    activities = tuple(_done(row, *units.get(row.pk, (0, 0))[:2]) for row in rows)
    return Contents(
        sum(row.planned for row in activities),
        sum(row.executed for row in activities),
        activities,
        spaces,
        measures,
    )


def _done(row: Activity, planned: int, executed: int) -> Done:
    is_percentage = row.target_kind == Activity.TargetKind.PERCENTAGE
    return Done(
        *(row.pk, str(row), str(row.phase or ""), row.phase.stage if row.phase else "", row.incidence_level),
        *(row.formal_instance, row.indicator, str(row.target_value.normalize()) if is_percentage else ""),
        *(row.outside_plan, planned, executed),
    )


def _space(row: Session, groups: tuple[Came, ...]) -> Space:
    return Space(
        *(row.pk, row.activity_id, row.planned_on, row.planned_precision, row.planned_units),
        *(row.held_on, row.held_precision, row.hour, row.executed_units, row.numerator, row.denominator),
        row.execution_state(date.max).value,
        *(row.attendance_total, row.attendance_source, row.attendance_note, groups),
        *(row.topics, row.contributions, row.results, row.achieved_incidence, row.reason),
    )


def of(monthly: MonthlyReturn) -> Contents:
    """What was sent, or what there is while nothing was."""
    return collect(monthly) if monthly.facts is None else msgspec.convert(monthly.facts, Contents)


def frozen(contents: Contents) -> dict:
    return msgspec.to_builtins(contents)


def changed(monthly: MonthlyReturn) -> list[str]:
    """The names of the activities of which something is no longer as it was sent."""
    sent, now = of(monthly), collect(monthly)
    found = {}
    for was, other in ((sent, now), (now, sent)):
        for row in was.activities:
            if _told(was, row) != _told(other, row):
                found[row.id] = row.name
    return list(found.values())


def _told(contents: Contents, activity: Done) -> tuple:
    def own(rows: Iterable) -> list:
        return [row for row in rows if row.activity == activity.id]

    return [row for row in contents.activities if row.id == activity.id], own(contents.spaces), own(contents.measures)
