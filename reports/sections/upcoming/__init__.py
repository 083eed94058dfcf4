"""What comes after the period: the next month, or what is left of that in which it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Responsibility, Session
from display.dates import month_end
from reports.scope import Scope
from reports.sections import Section
from reports.sections.upcoming.view import view


@dataclass(frozen=True, slots=True)
class Item:
    activity: str
    lead: str  # who leads it: a dependency, all of them, or "" when nobody does
    planned_on: date
    precision: str  # "day" or "month"
    hour: time | None
    modality: str
    place: str
    locality: str
    units: int  # 0: a measuring date of a percentage target, which is no space


@dataclass(frozen=True, slots=True)
class Facts:
    month: date  # its last day
    items: tuple[Item, ...]


def collect(scope: Scope) -> Facts:
    first = scope.last + timedelta(days=1)
    last = month_end(first)
    lead = Responsibility.objects.filter(activity=OuterRef("activity"), part=Responsibility.Part.LEAD)
    sessions = (
        scope.sessions.filter(planned_units__gt=0)
        .filter(planned_on__range=(first, last))
        .in_plan()
        .in_force(scope.cutoff)
        .select_related("activity")
        .annotate(lead=Subquery(lead.values("dependency__name")[:1]))
        .order_by("planned_on", "planned_precision", "hour", "activity__order", "pk")
    )
    return Facts(last, tuple(_item(session) for session in sessions))


def _item(session: Session) -> Item:
    activity = session.activity
    measured = activity.target_kind == Activity.TargetKind.PERCENTAGE
    return Item(
        activity=str(activity),
        lead=session.lead or (_("Todas las dependencias") if activity.all_dependencies else ""),
        planned_on=session.planned_on,
        precision=session.planned_precision,
        hour=session.hour,
        modality=str(session.get_modality_display()),
        place=session.place,
        locality=session.locality,
        units=0 if measured else session.planned_units,
    )


SECTION = Section(
    slug="viene",
    title=gettext_lazy("Lo que viene"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: bool(facts.items),
)
