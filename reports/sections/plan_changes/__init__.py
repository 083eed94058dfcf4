"""What was decided to change in the plan, and the bridge from its baseline to what is in force at the cut-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.bridge import Bridge, bridge_of
from activities.changes import notifications, wanted
from activities.models import ChangeRequest
from display.datasets import Dataset, of_rows
from plans.models import Plan
from reports.scope import Scope
from reports.sections import Section
from reports.sections.plan_changes.view import view


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One that was decided in favour; who asked for it and why inside the entity are not told."""

    kind: str  # "Cambiar la fecha"
    what: str  # "«2.1 Foro» (16 de marzo de 2026)"
    fields: tuple[Field, ...]
    decided_on: date
    note: str  # for the citizens
    version: int | None  # of the plan, that it made


@dataclass(frozen=True, slots=True)
class Facts:
    bridge: Bridge  # at the cut-off
    before: Bridge | None  # at the day before the period; None in a report of the whole plan
    changes: tuple[Change, ...]  # of the period, as they were decided
    earlier: int  # changes decided before the period
    versions: int  # that the plan had at the cut-off


def collect(scope: Scope) -> Facts:
    sessions = scope.sessions.in_plan()
    first = scope.plan.starts_on if scope.whole else scope.first
    decided = scope.plan.changes.approved().filter(decided_on__lte=scope.cutoff)
    if scope.dependencies is not None:
        decided = decided.filter(activity__in=scope.activities.values("pk"))
    rows = list(decided.select_related("activity", "session", "version").order_by("decided_on", "pk"))
    shown = [row for row in rows if scope.whole or row.decided_on >= first]
    return Facts(
        bridge=bridge_of(sessions, scope.cutoff),
        before=None if scope.whole else bridge_of(sessions, first - timedelta(days=1)),
        changes=tuple(_told(row) for row in shown),
        earlier=len(rows) - len(shown),
        versions=_versions(scope.plan, scope.cutoff),
    )


def _versions(plan: Plan, cutoff: date) -> int:
    return plan.versions.filter(created_at__date__lte=cutoff).count()


def _told(change: ChangeRequest) -> Change:
    """In the words of when it was decided, whatever was renamed later."""
    return Change(
        kind=str(change.get_kind_display()),
        what=notifications.name_of(change),
        fields=tuple(Field(row.label, row.before, row.after) for row in wanted.told(change)),
        decided_on=change.decided_on,
        note=change.public_note,
        version=change.version.number if change.version else None,
    )


def datasets(facts: Facts) -> list[Dataset]:
    rows = [(change, field) for change in facts.changes for field in (change.fields or (Field("", "", ""),))]
    return (
        [
            of_rows(
                "cambios-del-plan",
                _("Los cambios del plan que se decidieron, un campo por fila"),
                rows,
                (
                    (lambda row: row[0].kind, "clase", ""),
                    (lambda row: row[0].what, "que_cambia", ""),
                    (lambda row: row[1].label, "campo", _("Vacío: el cambio entero.")),
                    (lambda row: row[1].before, "antes", ""),
                    (lambda row: row[1].after, "despues", ""),
                    (lambda row: row[0].decided_on, "decidido_el", _("Desde ese día rige.")),
                    (lambda row: row[0].note, "nota", ""),
                    (lambda row: row[0].version, "version_del_plan", _("La que quedó con el cambio.")),
                ),
            )
        ]
        if facts.changes
        else []
    )


SECTION = Section(
    slug="cambios-plan",
    title=gettext_lazy("Cambios del plan"),
    facts=Facts,
    collect=collect,
    view=view,
    datasets=datasets,
    is_present=lambda facts, texts: bool(
        facts.changes or facts.earlier or facts.bridge.is_crossed or facts.versions > 1
    ),
)
