"""The rows of a plan's list of activities: the figure of each, its one state and its date, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.counting import counted, targets_of, unexplained
from activities.figures import Target, TargetState
from activities.filters import is_unexplained
from activities.models import Activity, Responsibility, Session
from display.dates import short_day, short_month
from display.text import normalise
from plans.models import Plan

PAGE_SIZE = 200
# What a list may be sorted by, as its address says it; without one it stands by phase, as the plan does.
SORTS = ("nombre", "responsable", "avance", "estado", "fecha")


@dataclass(slots=True)
class Facts:
    """Of an activity, at a date: all its sessions in force together."""

    planned: int = 0  # units, due or not; of a percentage target, none
    executed: int = 0
    extra: int = 0  # units above what was planned
    dates: int = 0  # its sessions, whatever became of them
    unreported: int = 0
    unexplained: int = 0
    target: Target | None = None
    first: tuple[date, str] | None = None  # its first session, and the first that is still to come, with its precision
    next: tuple[date, str] | None = None
    draft: bool = False

    @property
    def state(self) -> tuple[str, str]:
        """(code of display.templatetags.ui.LOOKS, words): what needs somebody before what needs nobody."""
        if not self.dates:
            return "undated", _("Sin fecha")
        if self.draft:
            return "", ""  # follow-up begins with the approval
        if self.unreported:
            return "unreported", _("Falta reportar")
        if self.unexplained:
            return "unexplained", _("Falta explicar")
        if self.target:
            return self.target.state, self.target.state.label
        if self.planned and self.executed >= self.planned:
            return "executed", _("Completa")
        if self.next:
            return ("on_time", _("Al día")) if self.executed else ("scheduled", _("Programada"))
        return ("explained", _("Explicada")) if self.planned else ("extra", _("No estaba programado"))

    @property
    def ratio(self) -> float:
        """To sort by; -1 of what has nothing to count."""
        if self.target:
            return self.target.attended / self.target.received if self.target.received else -1
        return self.executed / self.planned if self.planned else -1

    @property
    def day(self) -> tuple[date, str] | None:
        return self.first if self.draft else self.next


URGENCY = ("undated", "unreported", "unexplained", TargetState.NOT_REPORTED, TargetState.SHORT)


def facts_of(activities: QuerySet[Activity], plan: Plan, on: date) -> dict[int, Facts]:
    """By key: five statements, however many they are."""
    found = {pk: Facts(draft=not plan.is_frozen) for pk in activities.values_list("pk", flat=True)}
    sessions = Session.objects.filter(activity__in=activities.order_by().values("pk"))
    for pk, (planned, executed, _unexplained, excess, _count) in counted(sessions.in_force(on), on, by="activity"):
        found[pk].planned, found[pk].executed, found[pk].extra = planned, executed, excess
    for name, rows in (("unreported", sessions.unreported(on)), ("unexplained", unexplained(sessions, on))):
        for pk, number in rows.order_by().values_list("activity").annotate(Count("pk")):
            setattr(found[pk], name, number)
    for _plan, target in targets_of(activities, on):
        found[target.activity].target = target
        found[target.activity].unexplained = int(is_unexplained(target))
    columns = (
        "activity",
        "planned_on",
        "planned_precision",
        "planned_units",
        "executed_units",
        "held_on",
        "withdrawn_on",
    )
    for pk, day, precision, units, executed, held_on, withdrawn_on in sessions.order_by("planned_on").values_list(
        *columns
    ):
        facts = found[pk]
        facts.dates += 1
        if withdrawn_on and withdrawn_on <= on:
            continue
        facts.first = facts.first or (day, precision)
        if day > on and units and executed is None and held_on is None:
            facts.next = facts.next or (day, precision)
    return found


@dataclass(frozen=True)
class Row:
    activity: Activity
    facts: Facts

    @cached_property
    def names(self) -> list[str]:
        """Of the dependencies that answer, the one that leads first."""
        named = sorted(self.activity.responsibilities.all(), key=lambda row: row.part != Responsibility.Part.LEAD)
        everybody = [_("Todas las dependencias")] if self.activity.all_dependencies else []
        return [*everybody, *(row.dependency.name for row in named)]

    @property
    def others(self) -> str:
        number = len(self.names) - 1
        return ngettext("+%(n)s apoya", "+%(n)s apoyan", number) % {"n": number} if number > 0 else ""

    @property
    def day(self) -> str:
        if not self.facts.day:
            return ""
        on, precision = self.facts.day
        return f"{short_month(on)} {on.year}" if precision == "month" else short_day(on)


@dataclass
class Section:
    """A phase of the list: its anchor, how many activities of the list are in it, where, and those of this page."""

    anchor: str
    title: str
    count: int
    page: int
    rows: list[Row] = field(default_factory=list)


def section_of(activity: Activity) -> str:
    if activity.outside_plan:
        return _("Otros espacios, fuera del plan")
    return str(activity.phase) if activity.phase else _("Sin fase")


def sections_of(rows: QuerySet[Activity], plan: Plan, size: int = PAGE_SIZE) -> dict[tuple[bool, int | None], Section]:
    """The phases of a list, in its order, by the key of `place_of`: two statements."""
    phases = {phase.pk: phase for phase in plan.phases.all()}
    groups = rows.order_by().values_list("outside_plan", "phase").annotate(Count("pk"))
    last = len(phases)
    places = {pk: at for at, pk in enumerate(phases)}
    found, before = {}, 0
    for outside, pk, count in sorted(groups, key=lambda row: (row[0], places.get(row[1], last))):
        activity = Activity(outside_plan=outside, phase=phases.get(pk))
        anchor = "fuera" if outside else f"fase-{pk or 0}"
        section = found.setdefault(place_of(activity), Section(anchor, section_of(activity), 0, before // size + 1))
        section.count += count
        before += count
    return found


def place_of(activity: Activity) -> tuple[bool, int | None]:
    return activity.outside_plan, None if activity.outside_plan else activity.phase_id


def in_order(rows: QuerySet[Activity], plan: Plan, sort: str, on: date) -> list[int]:
    """The keys of `rows` sorted by a column, "-" before it for the other way round; what says nothing goes last."""
    column = sort.removeprefix("-")
    if column in ("avance", "estado", "fecha"):
        facts = facts_of(rows, plan, on)
        keys = {pk: _key(one, column) for pk, one in facts.items()}
    elif column == "responsable":
        part = Responsibility.Part.LEAD
        leads = Responsibility.objects.filter(activity__in=rows.order_by().values("pk"), part=part)
        names = dict(leads.values_list("activity", "dependency__name"))
        keys = {pk: normalise(names.get(pk, "")) or None for pk in rows.values_list("pk", flat=True)}
    else:
        keys = {pk: normalise(name) for pk, name in rows.values_list("pk", "name")}
    said = sorted((pk for pk in keys if keys[pk] is not None), key=keys.get, reverse=sort.startswith("-"))
    return [*said, *(pk for pk in keys if keys[pk] is None)]


def _key(facts: Facts, column: str):
    if column == "avance":
        return None if facts.ratio < 0 else facts.ratio
    if column == "fecha":
        return facts.day and facts.day[0]
    code, words = facts.state
    return (URGENCY.index(code) if code in URGENCY else len(URGENCY), words)
