"""Who took part: people by activity and month, never added up, and attendances by stakeholder group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.differential import REST, published, published_whole
from activities.metrics import PARTICIPANTS
from activities.models import Attendance, Disaggregation, Session
from activities.models.disaggregation import VARIABLES
from display import figures
from display.datasets import Dataset, of_rows
from display.dates import month_end
from reports.scope import Scope
from reports.sections import Section, Text
from reports.sections.participants.view import highest, suggestions, view


class Entry(msgspec.Struct, frozen=True, gc=False):
    """People of an activity in a month, or in the several that a metric was measured over."""

    activity: str
    starts_on: date
    ends_on: date
    people: int
    source: str  # those of the activity, when they are of its sessions


@dataclass(frozen=True, slots=True)
class Group:
    """Attendances: who came twice counts twice. None when the group came and nobody counted it."""

    name: str
    sessions: int  # that it came to, from the plan's start to the cut-off
    people: int | None
    uncounted: int  # of the sessions, those without a count
    sessions_in_period: int
    people_in_period: int | None


@dataclass(frozen=True, slots=True)
class Count:
    value: str  # a code
    people: int | None  # None: withheld


@dataclass(frozen=True, slots=True)
class Variable:
    """Attendances by a differential variable, of the report's days: who came twice counts twice."""

    name: str  # a code
    sessions: int  # that told it
    people: int  # who came to them; the counts add up to it
    counts: tuple[Count, ...]


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What nobody told by variable is left out, so that data without it are to the letter what they were."""

    entries: tuple[Entry, ...]  # of every month to date, in the plan's order
    groups: tuple[Group, ...]
    variables: tuple[Variable, ...] = ()  # of a month or the whole plan; those that some session told


def collect(scope: Scope) -> Facts:
    """Participants of an activity: its metrics of that kind that ended, and the attendance of its sessions, added up
    within a month, in the months that no such metric covers."""
    metrics = list(
        scope.metrics.filter(
            activity__outside_plan=False,
            kind=PARTICIPANTS,
            period_to__range=(scope.plan.starts_on, scope.until),
        ).order_by("period_from", "period_to", "pk")
    )
    covered, rows = defaultdict(list), defaultdict(list)
    for metric in metrics:
        covered[metric.activity_id].append((metric.period_from, metric.period_to))
        people = int(metric.value.quantize(Decimal(1), ROUND_HALF_UP))
        rows[metric.activity_id].append((metric.period_from, metric.period_to, people, metric.source))
    counted = held(scope).filter(attendance_total__isnull=False)
    sources = {}
    named = counted.exclude(attendance_source="").order_by("attendance_source")
    for activity, source in named.values_list("activity", "attendance_source").distinct():
        sources[activity] = f"{sources[activity]}; {source}" if activity in sources else source
    months = {}  # "2026-09": its first and last day
    for activity, month, people in by_month(counted):
        if month not in months:
            first = date.fromisoformat(f"{month}-01")
            months[month] = first, month_end(first)
        first, last = months[month]
        if activity not in covered or not any(start <= last and end >= first for start, end in covered[activity]):
            rows[activity].append((first, last, people, sources.get(activity, "")))
    activities = scope.activities.in_plan().order_by("order", "pk")
    return Facts(
        entries=tuple(
            Entry(f"{number} {name}".strip(), *row)
            for pk, number, name in activities.values_list("pk", "number", "name")
            for row in sorted(rows[pk])
        ),
        groups=_groups(scope),
        variables=_variables(scope),
    )


def held(scope: Scope) -> QuerySet[Session]:
    """The sessions held from the plan's start to the end of the period."""
    days = (scope.plan.starts_on, scope.until)
    return scope.sessions.filter(held_on__range=days).in_plan().in_force(scope.cutoff)


def by_month(counted: QuerySet[Session]) -> QuerySet:
    """(activity's pk, "2026-09", people). Cut from the day's text: TruncMonth calls Python for each row of SQLite, and
    there may be 100,000."""
    rows = counted.order_by().annotate(month=Substr(Cast("held_on", TextField()), 1, 7))
    return rows.values_list("activity", "month").annotate(people=Sum("attendance_total"))


def _groups(scope: Scope) -> tuple[Group, ...]:
    inside = Q(session__held_on__gte=scope.first)
    attendances = Attendance.objects.filter(session__in=held(scope).values("pk"))
    rows = (
        attendances.order_by()
        .values_list("group__name")
        .annotate(
            sessions=models.Count("pk"),
            attended=Sum("people"),
            uncounted=models.Count("pk", filter=Q(people=None)),
            sessions_in_period=models.Count("pk", filter=inside),
            attended_in_period=Sum("people", filter=inside),
        )
    )
    return tuple(sorted((Group(*row) for row in rows), key=lambda group: (-group.sessions, group.name)))


def _variables(scope: Scope) -> tuple[Variable, ...]:
    """Two statements. Of a month or of the whole plan alone: other days, or a dependency, taken from what those say
    would tell of a few people."""
    if scope.dependency or not (scope.whole or month_end(scope.first) == scope.last):
        return ()
    of_days = Q(session__in=held(scope).filter(held_on__gte=scope.first).values("pk"))
    month = Substr(Cast("session__held_on", TextField()), 1, 7)
    rows = Disaggregation.objects.filter(of_days).order_by().annotate(month=month)
    months: dict[str, dict[str, dict[str, int]]] = {}  # by variable and month, {value: people}
    for name, at, value, people in rows.values_list("variable", "month", "value").annotate(Sum("people")):
        months.setdefault(name, {}).setdefault(at, {})[value] = people
    same = Disaggregation.objects.filter(session=OuterRef("session"), variable=OuterRef("variable"))
    once = rows.exclude(Exists(same.filter(pk__lt=OuterRef("pk"))))  # a row of each session and variable
    came: dict[str, list[int]] = {}
    for name, at, sessions, people in once.values_list("variable", "month").annotate(
        models.Count("pk"), Sum("session__attendance_total", default=0)
    ):
        counts, found = months[name][at], came.setdefault(name, [0, 0])
        counts[REST] = counts.get(REST, 0) + max(people - sum(counts.values()), 0)
        found[0] += sessions
        found[1] += sum(counts.values())
    return tuple(
        Variable(name, *came[name], _counts(variable.values, months[name].values()))
        for name, variable in VARIABLES.items()
        if name in months
    )


def _counts(values: Iterable[str], months: Collection[Mapping[str, int]]) -> tuple[Count, ...]:
    told = published_whole(months) if len(months) > 1 else published(*months)
    return tuple(Count(value, told[value]) for value in values if value in told)


def tokens(facts: Facts) -> dict[str, str]:
    """The highest count of an activity in a month; nothing is summed."""
    top = highest(facts.entries)
    return {"personas del mes más alto": figures.whole(top.people)} if top else {}


def datasets(facts: Facts) -> list[Dataset]:
    return [
        of_rows(
            "participantes",
            _("Personas por actividad y mes"),
            facts.entries,
            (
                ("activity", "actividad", ""),
                ("starts_on", "desde", ""),
                ("ends_on", "hasta", ""),
                ("people", "personas", _("No se suman: una misma pudo ir a varios espacios.")),
                ("source", "fuente", ""),
            ),
        ),
        of_rows(
            "grupos",
            _("Asistencias por grupo, desde el comienzo del plan"),
            facts.groups,
            (
                ("name", "grupo", ""),
                ("sessions", "espacios", _("A los que vino.")),
                ("people", "asistencias", _("Quien vino dos veces cuenta dos. Vacío: nadie lo contó aparte.")),
                ("uncounted", "espacios_sin_conteo", ""),
                ("sessions_in_period", "espacios_del_periodo", ""),
                ("people_in_period", "asistencias_del_periodo", ""),
            ),
        ),
        *([_of_variables(facts)] if facts.variables else []),
    ]


def _of_variables(facts: Facts) -> Dataset:
    return of_rows(
        "diferencial",
        _("Asistencias por variable diferencial, en los días del informe"),
        [(variable, count) for variable in facts.variables for count in variable.counts],
        (
            (lambda row: str(VARIABLES[row[0].name].label), "variable", ""),
            (lambda row: str(VARIABLES[row[0].name].values[row[1].value]), "valor", ""),
            (lambda row: row[1].people, "asistencias", _("Vacío: reservado, por ser pocas o para no deducirlas.")),
            (lambda row: row[0].people, "de_asistencias", _("De los espacios que contaron por esa variable.")),
            (lambda row: row[0].sessions, "espacios", _("Los que contaron por esa variable.")),
        ),
    )


SECTION = Section(
    slug="participantes",
    title=gettext_lazy("Quiénes participaron"),
    facts=Facts,
    collect=collect,
    view=view,
    tokens=tokens,
    datasets=datasets,
    is_present=lambda facts, texts: bool(facts.entries or facts.groups or texts.get("participants")),
    suggest=suggestions,
    texts=(
        Text(
            "participants",
            gettext_lazy("Personas participantes"),
            gettext_lazy("Quiénes participaron y qué dice su número: de dónde se tomó y qué no alcanza a contar."),
        ),
    ),
)
