"""One plan at a glance: its verdict, its figures once, its parts in order of need; of a draft, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities import progress
from activities.counting import PERCENTAGE
from activities.figures import Figure, Part, Progress, bar
from activities.models import Session
from activities.pending import needs, pending
from dashboard import retrace
from dashboard.owed import Kind, Owed, Shown, shown
from dashboard.retrace import What
from dashboard.verdict import Verdict, verdict
from display import charts, dates, figures
from display.charts import Bar, Point
from display.dates import month_end, months_between
from display.palette import PAGE
from plans.models import Plan

ROWS = 6  # of a list; the rest is a click away


@dataclass(frozen=True, slots=True)
class MonthRow:
    last_day: date
    figure: Figure
    to_come: int  # units
    url: str


@dataclass(frozen=True)
class Glance:
    progress: Progress
    verdict: Verdict
    n_pending: int
    owed: list[Shown]  # the oldest
    blocks: list[Bar]  # those with most missing first
    curve: SafeString
    months: list[MonthRow]
    upcoming: list[Session]
    urls: dict[
        str, str
    ]  # of what each figure is made: "total", "missing", "unexplained", "pending", "to_come", "targets"

    @property
    def has_changed(self) -> bool:
        """Whether anything entered the plan or left it after its approval."""
        return bool(self.progress.added or self.progress.withdrawn)


def glance_of(plan: Plan, on: date) -> Glance:
    result = progress.of_plan(plan, on=on)
    rows = pending([plan], on)
    upcoming = (
        Session.objects.in_plan()
        .in_force(on)
        .filter(activity__plan=plan, planned_on__gte=on, held_on=None, executed_units=None, planned_units__gt=0)
        .select_related("activity")
    )
    months = _months(plan, result, on)
    return Glance(
        progress=result,
        verdict=verdict(result.total, result.targets, *needs(rows)),
        n_pending=len(rows),
        owed=shown([Owed(Kind(row.need), row.session, row.planned_on) for row in rows[:ROWS]], on),
        blocks=_blocks(plan, result, on),
        curve=_curve(plan, months, on) if len(months) > 1 and result.total.planned else SafeString(""),
        months=months,
        upcoming=list(upcoming[:ROWS]),
        urls={
            "total": retrace.address(plan, on),
            "missing": retrace.address(plan, on, what=What.MISSING),
            "unexplained": retrace.address(plan, on, what=What.UNEXPLAINED),
            "pending": retrace.address(plan, on, what=What.PENDING),
            "to_come": retrace.address(plan, on, what=What.TO_COME),
            "targets": retrace.address(plan, on, retrace.TARGETS),
        },
    )


def _blocks(plan: Plan, result: Progress, on: date) -> list[Bar]:
    told = {miss.block for miss in result.misses if miss.reported}  # of a block that executed nothing, all its rows
    silent = {part.name for part in result.blocks if not part.figure.executed} - told
    counted = [part for part in result.blocks if part.figure.planned]
    return [
        bar(
            part.name, part.figure, url=retrace.address(plan, on, retrace.code_of(part.key)), silent=part.name in silent
        )
        for part in sorted(counted, key=_need)
    ]


def _need(part: Part) -> tuple:
    return -part.figure.unexplained, -part.figure.shortfall, part.name


def _months(plan: Plan, result: Progress, on: date) -> list[MonthRow]:
    """Every month of the plan, with what comes after the day; one statement."""
    due = {month.last_day: month.figure for month in result.months}
    after: dict[date, int] = {}
    sessions = Session.objects.filter(activity__plan=plan).in_plan().in_force(on).exclude(PERCENTAGE)
    for day, units in sessions.filter(planned_on__gt=on).values_list("planned_on").annotate(Sum("planned_units")):
        after[month_end(day)] = after.get(month_end(day), 0) + units
    found = [month_end(first) for first in months_between(plan.starts_on, plan.ends_on)]
    ends = sorted({*found, *due, *after})
    return [
        MonthRow(
            end,
            due.get(end, Figure(0, 0)),
            after.get(end, 0),
            retrace.address(plan, on, month=end.replace(day=1), what="" if end in due else What.TO_COME),
        )
        for end in ends
    ]


def _curve(plan: Plan, months: list[MonthRow], on: date) -> SafeString:
    points, planned, executed, today = [], 0, 0, None
    labels = dates.short_months([month.last_day for month in months])
    for at, (month, label) in enumerate(zip(months, labels, strict=True)):
        first = month.last_day.replace(day=1)
        planned += month.figure.planned + month.to_come
        executed += month.figure.executed
        if first <= on <= month.last_day:
            today = at + on.day / month.last_day.day
        points.append(Point(label.split("\n")[0], planned, executed if first <= on else None))
    unit = plan.unit
    done, total = figures.whole(executed), figures.whole(planned)
    title = _("Hecho hasta hoy: %(done)s %(units)s, de %(total)s de todo el plan; mes a mes en la tabla.") % {
        "done": done,
        "units": unit.of(executed),
        "total": total,
    }
    words = {charts.PLANNED: total, charts.EXECUTED: done, "today": _("hoy")}
    return charts.curve(points, today=today, title=title, colours=PAGE, words=words)
