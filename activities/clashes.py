"""The same group convened on the same day by several activities, of any dependency and plan of the entity.

It is said and blocks nothing. What has no day clashes with nothing; closed plans convene nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Activity, Responsibility, Session
from display.dates import Precision
from display.text import enumeration
from plans.models import Plan

State = Plan.State


class Convened(NamedTuple):
    """A session and one of the groups of its activity."""

    session: int
    on: date
    activity: int
    number: str
    name: str
    of_all: bool
    lead: str | None
    plan: int
    slug: str
    title: str
    group: int
    group_name: str


@dataclass(frozen=True, slots=True)
class Other:
    """A space of another activity, on the same day for some of the same groups."""

    activity: str
    dependency: str
    plan: str  # "" when it is the same
    groups: str
    url: str


def clashes_of(activity: Activity, days: Collection[date]) -> dict[date, list[Other]]:
    """What a space of `activity` would clash with on each day; nothing for other days. One statement."""
    groups = [group.pk for group in activity.groups.all()]
    if not groups or not days:
        return {}
    found = defaultdict(list)
    others = _convened(activity.plan).exclude(activity=activity.pk)
    for row in _rows(others.filter(planned_on__in=days, activity__groups__in=groups)):
        found[row.on].append(row)
    return {on: _others(rows, activity.plan) for on, rows in found.items()}


def said(activity: Activity, sessions: Iterable[Session]) -> str:
    """How many of them clash; "" when none does."""
    days = {session.planned_on for session in sessions if session.planned_precision == Precision.DAY}
    number = len(clashes_of(activity, days))
    text = ngettext(
        "%(n)s día coincide con otro espacio de los mismos grupos: mírelo en el calendario del plan.",
        "%(n)s días coinciden con otros espacios de los mismos grupos: mírelos en el calendario del plan.",
        number,
    )
    return text % {"n": number} if number else ""


def clashing(plan: Plan, first: date, last: date) -> set[int]:
    """The keys of the sessions of `plan` between two days that clash with any of the entity's. One statement."""
    sessions = _convened(plan).filter(planned_on__range=(first, last), activity__groups__isnull=False).order_by()
    found = sessions.values_list("pk", "planned_on", "activity__groups", "activity", "activity__plan")
    rows, activities = list(found), defaultdict(set)
    for _pk, on, group, activity, _plan in rows:
        activities[group, on].add(activity)
    return {pk for pk, on, group, _activity, of in rows if of == plan.pk and len(activities[group, on]) > 1}


def clashes_with(plan: Plan, sessions: dict[int, date]) -> dict[int, list[Other]]:
    """The spaces that each of these sessions of `plan` (key and day) clashes with. One statement."""
    if not sessions:
        return {}
    rows, groups = defaultdict(list), defaultdict(set)
    days = set(sessions.values())
    for row in _rows(_convened(plan).filter(planned_on__in=days, activity__groups__isnull=False)):
        rows[row.on].append(row)
        groups[row.session].add(row.group)
    own = {row.session: row.activity for near in rows.values() for row in near}
    return {
        pk: _others((row for row in rows[on] if row.activity != own[pk] and row.group in groups[pk]), plan)
        for pk, on in sessions.items()
        if pk in own
    }


def _convened(plan: Plan) -> QuerySet[Session]:
    """The dated spaces of the plans of its entity that run on that day."""
    at = "activity__plan__"
    return Session.objects.filter(
        **{f"{at}entity": plan.entity_id, f"{at}starts_on__lte": F("planned_on"), f"{at}ends_on__gte": F("planned_on")},
        planned_precision=Precision.DAY,
        planned_units__gt=0,
        withdrawn_on=None,
        carried_to_year=None,
    ).exclude(**{f"{at}state__in": [State.CLOSED, State.ARCHIVED]})


def _rows(sessions: QuerySet[Session]) -> list[Convened]:
    lead = Responsibility.objects.filter(activity=OuterRef("activity"), part=Responsibility.Part.LEAD)
    rows = sessions.annotate(lead=Subquery(lead.values("dependency__name")[:1])).order_by("planned_on", "pk")
    at, plan, group = "activity__", "activity__plan__", "activity__groups__"
    return [
        Convened(*row)
        for row in rows.values_list(
            *("pk", "planned_on", "activity", f"{at}number", f"{at}name", f"{at}all_dependencies", "lead"),
            *(f"{plan}pk", f"{plan}slug", f"{plan}title", f"{group}pk", f"{group}name"),
        )
    ]


def _others(rows: Iterable[Convened], plan: Plan) -> list[Other]:
    """One for each session, with all the groups that it shares."""
    by_session: dict[int, list[Convened]] = {}
    for row in rows:
        by_session.setdefault(row.session, []).append(row)
    return [
        Other(
            f"{row.number} {row.name}".strip(),
            row.lead or (_("Todas las dependencias") if row.of_all else _("Sin responsable")),
            row.title if row.plan != plan.pk else "",
            _first(list(dict.fromkeys(row.group_name for row in near))),
            reverse("activities:session_detail", args=[plan.entity.slug, row.slug, row.session]),
        )
        for near in by_session.values()
        for row in near[:1]
    ]


def _first(groups: list[str], most: int = 2) -> str:
    """ "Juventud, Personas mayores y 3 grupos más"."""
    rest = len(groups) - most
    more = [ngettext("%(n)d grupo más", "%(n)d grupos más", rest) % {"n": rest}] if rest > 0 else []
    return enumeration([*groups[:most], *more])
