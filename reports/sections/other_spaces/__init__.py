"""Spaces held outside the plan, each with its people and its virtual reach."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec.structs import replace

from activities.metrics import PARTICIPANTS, unit_of
from activities.models import Metric
from display import dates
from display.dates import Precision, month_end
from reports import spaces
from reports.scope import Scope
from reports.sections import Section
from reports.sections.metrics import belonging, plain
from reports.sections.other_spaces.view import view
from reports.spaces import Space


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    unit: str
    source: str
    starts_on: date
    ends_on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Reach:
    """What was measured of a space, besides its people."""

    number: int  # of the space in the list; 0: of an activity whose spaces are not told apart
    activity: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    spaces: tuple[Space, ...]  # by day; their place is their number
    reach: tuple[Reach, ...]


def collect(scope: Scope) -> Facts:
    """In a report of the whole plan, those held before its first day too."""
    sessions = scope.sessions.filter(activity__outside_plan=True, held_on__lte=scope.until).in_force(scope.cutoff)
    metrics = scope.metrics.filter(belonging(scope), period_to__lte=scope.until)
    if not scope.whole:
        sessions = sessions.filter(held_on__gte=scope.first)
        metrics = metrics.filter(period_to__gte=scope.first)
    days = defaultdict(list)
    for pk, activity, held_on in sessions.order_by("held_on", "pk").values_list("pk", "activity", "held_on"):
        days[activity].append((pk, held_on))
    of_session, loose = defaultdict(list), defaultdict(list)
    order = ("activity__order", "activity", "period_from", "period_to", "pk")
    for metric in metrics.select_related("activity").order_by(*order):
        if pk := _session_of(metric, days[metric.activity_id]):
            of_session[pk].append(metric)
        else:
            loose[metric.activity_id].append(metric)
    rows = [(_counted(space, of_session[pk]), of_session[pk]) for pk, space in spaces.collect(scope, sessions).items()]
    for own in loose.values():  # an activity known by its metrics alone
        if people := _people(own):
            rows.append((_counted(_space(people), own), list(own)))
            own.clear()
    rows.sort(key=lambda row: row[0].held_on)
    reach = [(number, space.activity, own) for number, (space, own) in enumerate(rows, 1)]
    reach += [(0, str(own[0].activity), own) for own in loose.values() if own]
    return Facts(
        spaces=tuple(space for space, _own in rows),
        reach=tuple(
            Reach(number, activity, measures) for number, activity, own in reach if (measures := _measures(own))
        ),
    )


def _session_of(metric: Metric, sessions: list[tuple[int, date]]) -> int | None:
    """The session of a metric: its own, else the first held in its period, else the only one."""
    if any(pk == metric.session_id for pk, _held_on in sessions):
        return metric.session_id
    inside = [pk for pk, held_on in sessions if metric.period_from <= held_on <= metric.period_to]
    return inside[0] if inside else sessions[0][0] if len(sessions) == 1 else None


def _people(metrics: list[Metric]) -> Metric | None:
    return next((metric for metric in metrics if metric.kind == PARTICIPANTS), None)


def _counted(space: Space, metrics: list[Metric]) -> Space:
    """A metric of participants stands in for the attendance."""
    if metric := _people(metrics):
        people = int(metric.value.quantize(Decimal(1), ROUND_HALF_UP))
        return replace(space, people=people, source=metric.source)
    return space


def _space(metric: Metric) -> Space:
    """One known by its people alone: of a day, of a month, or of a longer time, which ends then."""
    by_day = metric.period_from == metric.period_to
    in_month = metric.period_from >= metric.period_to.replace(day=1)
    return Space(
        activity=str(metric.activity),
        block="",
        held_on=metric.period_to if by_day else month_end(metric.period_to),
        precision=Precision.DAY if by_day else Precision.MONTH,
        hour=None,
        planned_on=metric.period_to,
        planned=0,
        units=1,
        modality="",
        place="",
        locality="",
        people=None,
        source="",
        note="" if in_month else capfirst(dates.span(metric.period_from, metric.period_to)),
        groups=(),
        questions=None,
        comments=None,
        topics=(),
        contributions=(),
        results=(),
        incidence="",
        summary=(),
        promises=(),
    )


def _measures(metrics: list[Metric]) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            name=metric.name,
            unit=unit_of(metric.kind),
            source=metric.source,
            starts_on=metric.period_from,
            ends_on=metric.period_to,
            value=plain(metric.value),
        )
        for metric in metrics
        if metric.kind != PARTICIPANTS
    )


SECTION = Section(
    slug="espacios",
    title=gettext_lazy("Por fuera del plan"),
    facts=Facts,
    collect=collect,
    view=view,
    pictures=lambda facts: spaces.pictures(facts.spaces),
    datasets=lambda facts: spaces.datasets(
        "espacios-fuera-del-plan", _("Espacios que no están en el plan"), facts.spaces
    ),
    is_present=lambda facts, texts: bool(facts.spaces or facts.reach),
)
