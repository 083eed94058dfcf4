"""Writes what a comparison found, in bulk, with its entries in the audit trail. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy

from django.db import models

from accounts.models import Dependency, User
from activities.models import Activity, Metric, Session
from commitments.models import Commitment
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from records import audit
from sheets.loading.related import write_attendance, write_groups, write_responsibilities, write_responsible
from sheets.loading.values import RowValues

BATCH = 1000
MODELS: dict[str, type[models.Model]] = {  # in the order in which they refer to each other
    "dependencies": Dependency,
    "groups": StakeholderGroup,
    "phases": CyclePhase,
    "lines": StrategicLine,
    "activities": Activity,
    "sessions": Session,
    "metrics": Metric,
    "commitments": Commitment,
}


def write(rows: dict[str, Sequence[RowValues]], *, plan: Plan, notes: Iterable[str], by: User | None) -> None:
    """The `rows` of each kind that are new or changed; `notes` join those of the plan, which may be new too."""
    if plan.pk is None:
        Plan.objects.bulk_create([plan])
        audit.record_created([plan], by=by)
    for kind, model in MODELS.items():
        _write(model, rows.get(kind, ()), by)
    write_responsibilities(rows["activities"], by=by)
    write_groups(rows["activities"], by=by)
    write_attendance(rows["sessions"], by=by)
    write_responsible(rows["commitments"], by=by)
    _keep_notes(plan, list(notes), by)


def _write(model: type[models.Model], rows: Sequence[RowValues], by: User | None) -> None:
    new = [row.instance for row in rows if row.state == "created"]
    model.objects.bulk_create(new, batch_size=BATCH)
    audit.record_created(new, by=by)
    changed = [row for row in rows if row.state == "changed"]
    columns = {field.name for field in model._meta.concrete_fields}
    names = {name for row in changed for name, _before, _after in row.changes if name in columns}
    if "revision" in columns:
        names.add("revision")
        for row in changed:
            row.instance.revision += 1  # whoever has it open in a form is told
    if changed and names:
        model.objects.bulk_update([row.instance for row in changed], sorted(names), batch_size=BATCH)
    audit.record_changed([(row.stored, row.instance) for row in changed], by=by)


def _keep_notes(plan: Plan, notes: list[str], by: User | None) -> None:
    """Notes of no session, a paragraph each, stay with the plan."""
    if not notes:
        return
    before = copy(plan)
    plan.notes = "\n\n".join([*filter(None, [plan.notes]), *notes])
    plan.claim()
    Plan.objects.filter(pk=plan.pk).update(notes=plan.notes)
    audit.record_changed([(before, plan)], by=by)
