"""A plan copied into the next year: its texts, activities and dates, moved off holidays."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.db import models, transaction

from accounts.models import User
from activities.models import Activity, Responsibility, Session
from display.dates import SATURDAY, Precision, month_end, working_day
from plans.actions import create_plan
from plans.models import CyclePhase, Plan, StrategicLine
from records import audit

SAME_WEEKDAY = timedelta(weeks=52)
TEXTS = ("kind", "parent_instrument", "objective", "who_may_participate", "participation_means", "responsible_units")


class Moved(NamedTuple):
    """A date that did not fall on the same day of the next year: a weekend, a holiday, or another of its activity."""

    activity: str
    before: date
    after: date


@dataclass
class Copied:
    plan: Plan
    activities: int = 0
    sessions: int = 0
    moved: list[Moved] = field(default_factory=list)
    outside: int = 0  # dates that the new plan does not reach: not copied
    without: list[str] = field(default_factory=list)  # dependencies that no longer exist, and retired groups


def promised(plan: Plan) -> models.QuerySet[Activity]:
    """What it promises now: without what was withdrawn from it, or stands outside."""
    return plan.activities.in_plan().filter(withdrawn_on=None)


@transaction.atomic
def copy_plan(
    *, source: Plan, title: str, starts_on: date, ends_on: date, activities: bool, dates: bool, chapters: bool, by: User
) -> Copied:
    """A draft that continues `source`, with its phases and lines, and the parts that are asked for.

    The number of statements does not depend on the size. ValidationError when the title is taken.
    """
    plan = Plan(entity=source.entity, title=title, starts_on=starts_on, ends_on=ends_on, continues=source)
    for name in TEXTS:
        setattr(plan, name, getattr(source, name))
    create_plan(plan=plan, by=by)
    result = Copied(plan)
    phases, lines = _twins(source.phases.all(), plan, by), _twins(source.lines.all(), plan, by)
    if chapters:
        _twins(source.chapters.all(), plan, by)
    if activities:
        twins = _activities(source, plan, phases, lines, result, by)
        if dates:
            _sessions(source, plan, twins, result, by)
    return result


def _twins(rows: models.QuerySet, plan: Plan, by: User) -> dict[int, models.Model]:
    """Copies of rows of a plan in another, by the key of the first."""
    found = {row.pk: _twin(row, plan=plan) for row in rows}
    if found:
        rows.model.objects.bulk_create(found.values())
        audit.record_created(found.values(), by=by)
    return found


def _twin(row: models.Model, **values) -> models.Model:
    twin = copy(row)
    twin.pk, twin._state, twin._prefetched_objects_cache = None, type(row._state)(), {}
    if hasattr(twin, "revision"):
        twin.revision = 0
    for name, value in values.items():
        setattr(twin, name, value)
    return twin


def _activities(
    source: Plan,
    plan: Plan,
    phases: dict[int, CyclePhase],
    lines: dict[int, StrategicLine],
    result: Copied,
    by: User,
) -> dict[int, Activity]:
    rows = promised(source).prefetch_related("groups", "responsibilities__dependency")
    twins = {
        row.pk: _twin(row, plan=plan, phase=phases.get(row.phase_id), line=lines.get(row.line_id), replaces=None)
        for row in rows
    }
    Activity.objects.bulk_create(twins.values())
    audit.record_created(twins.values(), by=by)
    exists = set(plan.offered_dependencies(()).values_list("pk", flat=True))
    offered = set(plan.offered_groups(()).values_list("pk", flat=True))
    named, convened, gone = [], [], {}
    for row in rows:
        for part in row.responsibilities.all():
            if part.dependency_id in exists:
                named.append(Responsibility(activity=twins[row.pk], dependency=part.dependency, part=part.part))
            else:
                gone[part.dependency.name] = True
        for group in row.groups.all():
            if group.pk in offered:
                convened.append((twins[row.pk], group))
            else:
                gone[group.name] = True
    Responsibility.objects.bulk_create(named)
    audit.record_created(named, by=by)
    through = Activity.groups.through
    through.objects.bulk_create(through(activity=activity, stakeholdergroup=group) for activity, group in convened)
    groups = defaultdict(list)
    for activity, group in convened:
        groups[activity].append(group)
    audit.record_related(list(groups.items()), field="groups", operation="add", by=by)
    result.activities, result.without = len(twins), list(gone)
    return twins


def _sessions(source: Plan, plan: Plan, twins: dict[int, Activity], result: Copied, by: User) -> None:
    made = []
    for row, on in _placed(source, plan, result):
        values = {name: getattr(row, name) for name in Session.PROGRAMMED}
        made.append(Session(activity=twins[row.activity.pk], **{**values, "planned_on": on}))
    Session.objects.bulk_create(made)
    audit.record_created(made, by=by)
    result.sessions = len(made)


def _placed(source: Plan, plan: Plan, result: Copied) -> list[tuple[Session, date]]:
    """The programmed sessions that the source promises, each with its day in the new plan."""
    years = plan.starts_on.year - source.starts_on.year
    heirs = dict(source.activities.exclude(replaces=None).values_list("replaces", "pk"))
    last = {activity.pk: activity for activity in promised(source)}
    rows = (
        Session.objects.filter(activity__plan=source, withdrawn_on=None, planned_units__gt=0)
        .in_plan()
        .select_related("activity")
        .order_by("activity__order", "planned_on", "pk")
    )
    placed, taken = [], set()
    for row in rows:
        pk = row.activity_id
        while pk in heirs:  # what was done before its activity went on in another is of that one too
            pk = heirs[pk]
        if pk not in last:
            continue
        row.activity = last[pk]
        is_month = row.planned_precision == Precision.MONTH
        end = month_end(plan.ends_on) if is_month else plan.ends_on
        on = next_year(row.planned_on, row.planned_precision, years)
        if not is_month and row.planned_on.weekday() < SATURDAY:
            on = working_day(on, first=plan.starts_on, last=end)
            while (row.activity.pk, on) in taken and on < end:
                on = working_day(on + timedelta(days=1), first=plan.starts_on, last=end)
        if (row.activity.pk, on) in taken or not plan.starts_on <= on <= end:
            result.outside += 1
            continue
        taken.add((row.activity.pk, on))
        if not is_month and (on.month, on.day) != (row.planned_on.month, row.planned_on.day):
            result.moved.append(Moved(str(row.activity), row.planned_on, on))
        placed.append((row, on))
    return placed


def next_year(on: date, precision: str, years: int) -> date:
    """The same day, or month, that many years later; the same weekday for a day on a weekend, which was meant so."""
    if precision == Precision.MONTH:
        return month_end(date(on.year + years, on.month, 1))
    if on.weekday() >= SATURDAY:
        near = on + SAME_WEEKDAY * years
        return near if near.year == on.year + years else near + timedelta(weeks=1)
    is_leap_day = (on.month, on.day) == (2, 29)
    return date(on.year + years, on.month, 28 if is_leap_day else on.day)


def foreseen(source: Plan, starts_on: date, ends_on: date) -> Copied:
    """What a copy would move and leave out. Nothing is stored."""
    result = Copied(Plan(entity=source.entity, starts_on=starts_on, ends_on=ends_on))
    result.sessions = len(_placed(source, result.plan, result))
    result.activities = promised(source).count()
    return result
