"""The rows that make the figures, as they were at the cut-off: on no page, in the data of the report.

With them anybody computes again what the pages say, by the rules that the method writes out. They name no person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry
from activities.models import Activity, Session
from commitments.models import Commitment
from commitments.standing import due_at, made, promised_for
from display.text import labels
from records.lookups import OneOf
from records.models import Source
from reports.scope import Scope
from reports.sections import LAST, Section
from reports.sections.records.data import datasets


class ActivityRow(msgspec.Struct, frozen=True, gc=False):
    number: str
    name: str
    block: str  # strategy or dependency that its units count for
    phase: str
    kind: str  # of its target: "percentage" enters no sum of units
    goal: Decimal | None
    unit: str
    # What a report has no room to print of each; absent in the reports published before it was kept.
    line: str = ""
    description: str = ""
    objective: str = ""
    product: str = ""
    indicator: str = ""
    formula: str = ""
    incidence: str = ""  # level, in words
    instance: str = ""
    element: str = ""  # of accountability, in words
    mechanism: str = ""
    channels: str = ""
    modality: str = ""
    periodicity: str = ""
    locality: str = ""
    budget: int | None = None  # pesos
    resources: str = ""
    alliances: str = ""
    answering: str = ""  # as its sheet says it


class SessionRow(msgspec.Struct, frozen=True, gc=False):
    """What was programmed and what was reported of it; what happened after the cut-off is not here."""

    id: int
    activity: int  # place of its activity in the list, from 1
    planned_on: date
    precision: str  # "day" or "month"
    planned: int
    in_force_from: date | None  # added to the approved plan that day
    withdrawn_on: date | None
    held_on: date | None
    executed: int | None  # None: nobody reported it
    attended: int | None  # of a percentage target
    received: int | None
    reason: str
    carried_to_year: int | None
    people: int | None
    reported_on: date | None  # when its execution was last written
    source: str  # file, sheet and cells that said it; "" when it was typed here
    footnote: str = ""


class CommitmentRow(msgspec.Struct, frozen=True, gc=False):
    id: int
    code: str
    text: str
    made_on: date | None
    made_precision: str
    due_on: date
    closed_on: date | None
    closed_until: date | None  # closed on an unknown day, at the latest then
    state: str
    reported_on: date | None
    source: str
    verified_on: date | None = None
    groups: str = ""
    session: int | None = None  # in which it was made, by its id
    promised_for: date | None = None  # the deadline that was told first, where another one is in force


@dataclass(frozen=True, slots=True)
class Facts:
    activities: tuple[ActivityRow, ...]
    sessions: tuple[SessionRow, ...]
    commitments: tuple[CommitmentRow, ...]


def collect(scope: Scope) -> Facts:
    places, activities = {}, []
    # What was withdrawn of it is in the bridge too, but for measuring dates, which are in none.
    stands = Q(pk__in=scope.activities.standing(scope.cutoff).values("pk"))
    of_plan = scope.activities.in_plan().filter(stands | ~Q(target_kind=Activity.TargetKind.PERCENTAGE))
    of_plan = of_plan.order_by("order", "pk")
    elements, incidences, ways = map(labels, (Activity.Accountability, Activity.Incidence, Activity.Modality))
    for pk, number, name, kind, goal, unit, *about in of_plan.values_list(*ACTIVITY):
        *said, incidence, instance, element, mechanism, channels, modality = about[:12]
        own = scope.progress.activities[pk]
        places[pk] = len(activities) + 1
        goal = Decimal(f"{goal.normalize():f}") if goal is not None else None
        told = (*said, incidences[incidence], instance, elements[element], mechanism, channels, ways[modality])
        about = [" ".join(text.split()) if isinstance(text, str) else text for text in (*told, *about[12:])]
        about[0] = about[0] or ""  # without a line
        name = " ".join(name.split())
        activities.append(ActivityRow(number, name, own.block, own.phase, kind, goal, unit, *about))
    return Facts(tuple(activities), _sessions(scope, places), _commitments(scope))


ACTIVITY = (
    *("pk", "number", "name", "target_kind", "target_value", "unit"),
    *("line__name", "description", "objective", "product", "indicator", "formula", "incidence_level"),
    *("formal_instance", "accountability_element", "mechanism", "channels", "modality", "periodicity", "locality"),
    *("budget", "resources", "alliances", "responsible_text"),
)


def _sessions(scope: Scope, places: dict[int, int]) -> tuple[SessionRow, ...]:
    entered = Q(in_force_from=None) | Q(in_force_from__lte=scope.cutoff)
    sessions = scope.sessions.filter(entered).in_plan()
    reported, sources = _said_of(Session, sessions)
    rows = []
    ordered = sessions.order_by("activity__order", "activity", "planned_on", "pk")
    for pk, activity, footnote, *told in ordered.values_list("pk", "activity", "footnote", *SESSION):
        if activity not in places:
            continue
        by = reported.get(pk), sources.get(pk, "")
        rows.append(session_row(scope.cutoff, pk, places[activity], told, *by, " ".join(footnote.split())))
    return tuple(rows)


def session_row(
    cutoff: date, pk: int, place: int, told: Sequence, reported_on: date | None = None, source: str = "", *about
) -> SessionRow:
    """A session, by its values of SESSION, as it stands at the cut-off; `about`: its last fields."""
    planned_on, precision, planned, since, withdrawn_on, held_on, executed, attended, received, *rest = told
    reason, year, people = rest
    if held_on and held_on > cutoff:  # nobody knew of it yet
        held_on = executed = attended = received = people = None
    return SessionRow(
        *(pk, place, planned_on, precision, planned, since),
        withdrawn_on if withdrawn_on and withdrawn_on <= cutoff else None,
        *(held_on, executed, attended, received, " ".join(reason.split()), year, people),
        *(reported_on, source, *about),
    )


SESSION = (
    *("planned_on", "planned_precision", "planned_units", "in_force_from", "withdrawn_on", "held_on"),
    *("executed_units", "numerator", "denominator", "reason", "carried_to_year", "attendance_total"),
)


def _commitments(scope: Scope) -> tuple[CommitmentRow, ...]:
    commitments = scope.commitments.filter(made(scope.cutoff))
    reported, sources = _said_of(Commitment, commitments)
    groups = defaultdict(list)
    named = Commitment.groups.through.objects.filter(commitment__plan=scope.plan).order_by("stakeholdergroup__name")
    for pk, name in named.values_list("commitment", "stakeholdergroup__name"):
        groups[pk].append(name)
    rows = []
    names = ["due_then" if name == "due_on" else name for name in COMMITMENT]  # the one in force at the cut-off
    ordered = commitments.annotate(due_then=due_at(scope.cutoff), first=promised_for()).order_by("pk")
    ordered = ordered.values_list("pk", "verified_on", "session", "first", "due_then", *names)
    for pk, verified_on, session, first, due_then, *told in ordered:
        verified_on = verified_on if verified_on and verified_on <= scope.cutoff else None
        about = verified_on, "; ".join(groups[pk]), session, first if first != due_then else None
        rows.append(commitment_row(scope.cutoff, pk, told, reported.get(pk), sources.get(pk, ""), *about))
    return tuple(rows)


def commitment_row(
    cutoff: date, pk: int, told: Sequence, reported_on: date | None = None, source: str = "", *about
) -> CommitmentRow:
    """A commitment, by its values of COMMITMENT, as it stands at the cut-off; `about`: its last fields."""
    code, text, made_on, precision, due_on, closed_on, closed_until, state = told
    if closed_on and closed_on > cutoff:
        closed_on, state = None, Commitment.State.IN_PROGRESS
    told = code, " ".join(text.split()), made_on, precision, due_on, closed_on, closed_until, state
    return CommitmentRow(pk, *told, reported_on, source, *about)


COMMITMENT = ("code", "text", "made_on", "made_precision", "due_on", "closed_on", "closed_until", "state")


# The fields that say what was reported.
REPORTED = {Session: ("executed_units", "denominator", "held_on", "reason"), Commitment: ("state", "closed_on")}


def written(model) -> Q:
    """The entries of the trail that wrote one of those fields."""
    condition = Q()
    for name in REPORTED[model]:
        condition |= Q(changes__has_key=name)
    return condition


def _said_of(model, rows) -> tuple[dict[int, date], dict[int, str]]:
    """By pk: the day on which one of those fields was last written, and "matriz.xlsx · Programación · E12, F12"."""
    kind, pks = ContentType.objects.get_for_model(model), rows.order_by().values("pk")
    entries = AuditEntry.objects.filter(written(model), OneOf(F("object_id"), pks), content_type=kind)
    latest = entries.order_by().values_list("object_id").annotate(Max("timestamp"))
    reported = {pk: timezone.localtime(moment).date() for pk, moment in latest}
    sources = {}
    told = Source.objects.filter(OneOf(F("target_id"), pks), target_type=kind).order_by("pk")
    for pk, file, sheet, cells in told.values_list("target_id", "origin__file_name", "sheet", "cells"):
        # The latest file that said it.
        sources[pk] = " · ".join(filter(None, (file, sheet, ", ".join(dict.fromkeys(cells.values())))))
    return reported, sources


SECTION = Section(
    slug="registros",
    title=gettext_lazy("Los registros que forman las cifras"),
    facts=Facts,
    collect=collect,
    view=lambda facts, snapshot: {},
    datasets=datasets,
    is_on_paper=False,
    is_numbered=False,
    place=LAST,
    required=gettext_lazy(
        "con ellos cualquiera vuelve a contar las cifras. No salen en las páginas, sino en los datos."
    ),
)
