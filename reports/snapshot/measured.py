"""The rest of a report's facts: participants, metrics, and spaces outside the plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activities.metrics import PARTICIPANTS, unit_of
from activities.models import Activity, Attendance, Metric, Session
from display import dates
from display.dates import month_end
from plans.models import Plan
from reports.facts import MetricFact, Participation, SpaceFact


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a report covers. A final report has the spaces held before its first day too."""

    first: date
    last: date
    monthly: bool
    cutoff: date
    year: bool  # whether months need their year

    def words(self, first: date, last: date) -> str:
        return dates.span(first, last, year=self.year)


def measured(
    plan: Plan, window: Window
) -> tuple[tuple[Participation, ...], tuple[MetricFact, ...], tuple[SpaceFact, ...]]:
    """Participants, metrics and other spaces: four queries, whatever the plan's size.

    A metric belongs to the report in whose period it ends. Participants of an activity: its metrics of that kind, and
    the attendance of its sessions, added up within a month, in the months that no such metric covers.
    """
    metrics = list(
        Metric.objects.filter(activity__plan=plan, period_to__lte=window.last)
        .select_related("activity")
        .order_by("activity__order", "activity", "period_from", "period_to", "pk")
    )
    inside = [metric for metric in metrics if not metric.activity.outside_plan and metric.period_to >= window.first]
    outside = [metric for metric in metrics if metric.activity.outside_plan]
    if window.monthly:
        outside = [metric for metric in outside if metric.period_to >= window.first]
    people = [metric for metric in inside if metric.kind == PARTICIPANTS]
    spaces, loose = _spaces(plan, outside, window)
    facts = [_fact(metric, str(metric.activity), window) for metric in inside if metric.kind != PARTICIPANTS]
    return _participants(plan, people, window), (*facts, *loose), spaces


def _participants(plan: Plan, metrics: list[Metric], window: Window) -> tuple[Participation, ...]:
    words = cache(window.words)  # the same few months repeat thousands of times
    label = cache(lambda number, name: str(Activity(number=number, name=name)))
    rows = [
        (
            (metric.activity.order, metric.activity_id, metric.period_from, metric.period_to),
            Participation(
                activity=str(metric.activity),
                starts_on=metric.period_from,
                ends_on=metric.period_to,
                when=words(metric.period_from, metric.period_to),
                people=_people(metric),
                source=metric.source,
            ),
        )
        for metric in metrics
    ]
    covered = defaultdict(list)
    for metric in metrics:
        covered[metric.activity_id].append((metric.period_from, metric.period_to))
    months = defaultdict(list)
    counted = _held(plan, window, outside=False).filter(attendance_total__isnull=False)
    # Tuples, not objects: there may be 100,000 sessions, and only sums per month are needed.
    of_activity = ("activity__order", "activity", "activity__number", "activity__name")
    for *activity, held_on, people, source in counted.values_list(
        *of_activity, "held_on", "attendance_total", "attendance_source"
    ):
        months[tuple(activity), held_on.replace(day=1)].append((people, source))
    for ((order, pk, number, name), first), counts in months.items():
        last = month_end(first)
        if any(start <= last and end >= first for start, end in covered[pk]):
            continue
        entry = Participation(
            activity=label(number, name),
            starts_on=first,
            ends_on=last,
            when=words(first, last),
            people=sum(people for people, _source in counts),
            source="; ".join(dict.fromkeys(source for _people, source in counts if source)),
        )
        rows.append(((order, pk, first, last), entry))
    return tuple(entry for _key, entry in sorted(rows, key=lambda pair: pair[0]))


def _spaces(plan: Plan, metrics: list[Metric], window: Window) -> tuple[tuple[SpaceFact, ...], tuple[MetricFact, ...]]:
    """The spaces held outside the plan by date, and the metrics of such activities that belong to no space."""
    sessions = list(_held(plan, window, outside=True).select_related("activity"))
    groups = defaultdict(list)
    named = Attendance.objects.filter(session__activity__plan=plan, session__activity__outside_plan=True)
    for session, name in named.order_by("group__name").values_list("session", "group__name"):
        groups[session].append(name)
    by_activity = defaultdict(list)
    for session in sessions:
        by_activity[session.activity_id].append(session)
    own, unplaced = defaultdict(list), defaultdict(list)
    for metric in metrics:
        if session := _space_of(metric, by_activity[metric.activity_id]):
            own[session.pk].append(metric)
        else:
            unplaced[metric.activity_id].append(metric)
    spaces = [
        SpaceFact(
            name=str(session.activity),
            when=window.words(*_days(session)) if session.held_precision == "month" else dates.day(session.held_on),
            people=_people_of(own[session.pk], session.attendance_total),
            note=session.attendance_note or "; ".join(groups[session.pk]),
            questions=session.questions,
            comments=session.comments,
            metrics=_facts(own[session.pk], str(session.activity), window),
        )
        for session in sessions
    ]
    loose: list[MetricFact] = []
    for rest in unplaced.values():
        name, people = str(rest[0].activity), _people_of(rest, None)
        if people is None:
            loose += _facts(rest, _("%(activity)s (fuera del plan)") % {"activity": name}, window)
        else:
            days = min(metric.period_from for metric in rest), max(metric.period_to for metric in rest)
            spaces.append(SpaceFact(name, window.words(*days), people, "", None, None, _facts(rest, name, window)))
    return tuple(spaces), tuple(loose)


def _held(plan: Plan, window: Window, *, outside: bool) -> QuerySet[Session]:
    held = Session.objects.filter(activity__plan=plan, activity__outside_plan=outside, held_on__lte=window.last)
    if window.monthly or not outside:
        held = held.filter(held_on__gte=window.first)
    return held.in_force(window.cutoff).order_by("held_on", "pk")


def _space_of(metric: Metric, sessions: list[Session]) -> Session | None:
    """The session of a metric: its own, else the first held in its period, else the only one."""
    for session in sessions:
        if session.pk == metric.session_id:
            return session
    inside = [session for session in sessions if metric.period_from <= session.held_on <= metric.period_to]
    return inside[0] if inside else sessions[0] if len(sessions) == 1 else None


def _days(session: Session) -> tuple[date, date]:
    return session.held_on.replace(day=1), month_end(session.held_on)


def _people_of(metrics: list[Metric], attendance: int | None) -> int | None:
    # A metric of participants replaces the attendance.
    return next((_people(metric) for metric in metrics if metric.kind == PARTICIPANTS), attendance)


def _people(metric: Metric) -> int:
    return int(metric.value.quantize(Decimal(1), ROUND_HALF_UP))


def _facts(metrics: list[Metric], activity: str, window: Window) -> tuple[MetricFact, ...]:
    return tuple(_fact(metric, activity, window) for metric in metrics if metric.kind != PARTICIPANTS)


def _fact(metric: Metric, activity: str, window: Window) -> MetricFact:
    return MetricFact(
        activity=activity,
        when=window.words(metric.period_from, metric.period_to),
        name=metric.name,
        value=Decimal(f"{metric.value.normalize():f}"),  # 12151, not 12151.0000: equal facts need equal JSON
        unit=unit_of(metric.kind),
        source=metric.source,
    )
