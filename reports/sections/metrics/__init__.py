"""What was measured besides people: plays, visits, publications… by month, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.metrics import PARTICIPANTS, unit_of
from activities.models import Metric, Session
from display.datasets import Dataset, of_rows
from reports.scope import Scope
from reports.sections import Section
from reports.sections.metrics.view import view


@dataclass(frozen=True, slots=True)
class Entry:
    activity: str
    outside_plan: bool
    name: str
    unit: str  # "" when nobody knows it
    source: str
    starts_on: date
    ends_on: date
    value: Decimal
    captured_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    entries: tuple[Entry, ...]  # of every month to date, in the plan's order; those outside the plan after


def collect(scope: Scope) -> Facts:
    """Those that ended by the end of the period. An activity outside the plan with spaces or people has its metrics
    beside them (other_spaces); one with nothing else has them here."""
    metrics = scope.metrics.filter(~belonging(scope), period_to__range=(scope.plan.starts_on, scope.until)).exclude(
        kind=PARTICIPANTS
    )
    rows = metrics.select_related("activity").order_by(
        *("activity__outside_plan", "activity__order", "activity", "kind", "source", "period_from", "period_to", "pk")
    )
    return Facts(
        tuple(
            Entry(
                activity=str(metric.activity),
                outside_plan=metric.activity.outside_plan,
                name=metric.name,
                unit=unit_of(metric.kind),
                source=metric.source,
                starts_on=metric.period_from,
                ends_on=metric.period_to,
                value=plain(metric.value),
                captured_on=metric.captured_on,
            )
            for metric in rows
        )
    )


def belonging(scope: Scope) -> Q:
    """The metrics that are told with a space outside the plan."""
    spaces = Session.objects.filter(activity=OuterRef("activity"), held_on__lte=scope.until).in_force(scope.cutoff)
    people = Metric.objects.filter(activity=OuterRef("activity"), kind=PARTICIPANTS, period_to__lte=scope.until)
    return Q(Exists(spaces) | Exists(people), activity__outside_plan=True)


def plain(value: Decimal) -> Decimal:
    """12151, not 12151.0000: equal facts need equal JSON."""
    return Decimal(f"{value.normalize():f}")


def datasets(facts: Facts) -> list[Dataset]:
    fields = (
        ("activity", "actividad", ""),
        ("outside_plan", "fuera_del_plan", ""),
        ("name", "metrica", ""),
        ("value", "valor", ""),
        ("unit", "unidad", _("Vacío: nadie la dijo.")),
        ("starts_on", "desde", ""),
        ("ends_on", "hasta", ""),
        ("source", "fuente", ""),
        ("captured_on", "tomado_el", ""),
    )
    return [of_rows("metricas", _("Lo que se midió además de las personas"), facts.entries, fields)]


SECTION = Section(
    slug="metricas",
    title=gettext_lazy("Métricas virtuales"),
    facts=Facts,
    collect=collect,
    view=view,
    datasets=datasets,
    is_present=lambda facts, texts: bool(facts.entries),
)
