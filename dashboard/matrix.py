"""Dependency × month: what was due of whom in each month, and what nobody has said of it yet.

An activity counts for whoever leads it, so that rows and months add up to the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, TextChoices
from django.utils.translation import gettext_lazy as _

from activities import progress
from activities.counting import Tally, counted, due_sessions
from activities.figures import BlockKey, Figure, Targets
from activities.models import Activity, Session
from activities.pending import Need, Pending, pending
from dashboard import retrace
from dashboard.retrace import What
from dashboard.verdict import Verdict, verdict
from display.dates import month_end, months_between
from plans.models import Plan

MOST_MONTHS = 12  # of a longer plan, those around today


class State(TextChoices):
    REPORT = Need.REPORT.value, _("Falta reportar")
    EXPLAIN = Need.EXPLAIN.value, _("Falta explicar")
    SHORT = "short", _("Faltó algo, con su causa")
    UP_TO_DATE = "up_to_date", _("Al día")
    TO_COME = "to_come", _("Por venir")
    NOTHING = "nothing", _("Nada programado")


@dataclass(frozen=True, slots=True)
class Cell:
    figure: Figure
    to_report: int  # sessions
    to_explain: int
    to_come: int
    url: str
    title: str  # of its column: "marzo de 2026"

    @property
    def state(self) -> State:
        if self.to_report:
            return State.REPORT
        if self.to_explain:
            return State.EXPLAIN
        if self.figure.planned:
            return State.SHORT if self.figure.executed < self.figure.planned else State.UP_TO_DATE
        return State.TO_COME if self.to_come else State.NOTHING


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    url: str
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Matrix:
    plan: Plan
    on: date
    months: tuple[date, ...]  # the last day of each
    lines: tuple[Line, ...]  # those with most to say first
    foot: tuple[Cell, ...]
    total: Cell
    targets: Targets
    pending: tuple[Pending, ...]

    @cached_property
    def verdict(self) -> Verdict:
        return verdict(self.total.figure, self.targets, self.total.to_report, self.total.to_explain)

    @property
    def is_closed(self) -> bool:
        return self.plan.ends_on < self.on

    @property
    def states(self) -> list[State]:
        """Those of its legend."""
        used = {cell.state for line in self.lines for cell in line.cells}
        return [state for state in State if state in used and state != State.NOTHING]


class _Sum:
    __slots__ = ("tally", "needs", "to_come")

    def __init__(self):
        self.tally, self.needs, self.to_come = Tally(), defaultdict(int), 0

    def cell(self, url: str, title: str = "") -> Cell:
        return Cell(self.tally.figure(), self.needs[Need.REPORT], self.needs[Need.EXPLAIN], self.to_come, url, title)


def matrices(plans: Sequence[Plan], on: date) -> list[Matrix]:
    """One per plan; ten statements at most, however many plans there are."""
    if not plans:
        return []
    activities = Activity.objects.filter(plan__in=plans).in_plan()
    places, of = progress.places_of(activities), dict(activities.values_list("pk", "plan"))
    sessions = Session.objects.filter(activity__plan__in=plans).in_plan()
    sums: dict[int, dict[tuple[BlockKey, date], _Sum]] = defaultdict(lambda: defaultdict(_Sum))

    def at(activity: int, day: date) -> _Sum:
        return sums[of[activity]][places[activity].lead, month_end(day)]

    for (activity, day), units in counted(due_sessions(sessions, on), on, by=("activity", "planned_on")):
        if activity in places:  # not one added after those were read
            at(activity, day).tally.add(units)
    told = defaultdict(list)
    for row in pending(plans, on):
        if row.activity in places:
            at(row.activity, row.planned_on).needs[row.need] += 1
            told[of[row.activity]].append(row)
    after = sessions.in_force(on).filter(planned_on__gt=on, planned_units__gt=0)
    for activity, day, count in after.values_list("activity", "planned_on").annotate(Count("pk")):
        if activity in places:
            at(activity, day).to_come += count
    names = {place.lead: place.lead_name for place in places.values()}
    lined = {of[pk] for pk, place in places.items() if place.block[0] == "line"}
    targets = progress.of_plans(plans, on)
    return [
        _matrix(plan, on, sums[plan.pk], names, targets[plan.pk].targets, tuple(told[plan.pk]), plan.pk in lined)
        for plan in plans
    ]


def _matrix(plan, on: date, sums: dict, names: dict, targets: Targets, rows: tuple, has_lines: bool) -> Matrix:
    months = [month_end(first) for first in months_between(plan.starts_on, plan.ends_on)]
    if len(months) > MOST_MONTHS:
        now = sum(month < on for month in months)
        start = min(max(now - MOST_MONTHS * 2 // 3, 0), len(months) - MOST_MONTHS)
        months = months[start : start + MOST_MONTHS]

    def cell_of(group: str, month: date | None, parts: Sequence[_Sum]) -> Cell:
        whole = _Sum()
        for part in parts:
            figure = part.tally.figure()
            whole.tally.add((figure.planned, figure.executed, figure.unexplained, figure.excess, 0))
            whole.to_come += part.to_come
            for need, count in part.needs.items():
                whole.needs[need] += count
        what = What.PENDING if whole.needs else "" if whole.tally.planned else What.TO_COME
        first = month and month.replace(day=1)
        url = retrace.address(plan, on, group, first, what if month else "")
        return whole.cell(url if whole.needs or whole.tally.planned or whole.to_come else "", month)

    lines = []
    for lead in {lead for lead, _month in sums}:
        own = {month: part for (key, month), part in sums.items() if key == lead}
        group = retrace.code_of_lead(lead, has_lines)
        cells = tuple(cell_of(group, month, [own[month]] if month in own else []) for month in months)
        total = cell_of(group, None, list(own.values()))
        lines.append(Line(names[lead], total.url, cells, total))
    lines.sort(key=lambda line: (-line.total.to_report - line.total.to_explain, line.name))
    by_month = defaultdict(list)
    for (_lead, month), part in sums.items():
        by_month[month].append(part)
    foot = tuple(cell_of(retrace.TOTAL, month, by_month[month]) for month in months)
    whole = cell_of(retrace.TOTAL, None, list(sums.values()))
    return Matrix(plan, on, tuple(months), tuple(lines), foot, whole, targets, rows)
