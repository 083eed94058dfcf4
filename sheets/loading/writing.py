"""Writes what a comparison found, in bulk, with its entries in the audit trail. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy

from django.db import models

from accounts.models import Dependency, User
from activities.models import Activity, Metric, Session
from commitments import codes
from commitments.models import Commitment
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from records import audit, sources
from records.models import Origin
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


NAMES = {  # in their models
    (Activity, "responsible"): "responsibilities",
    (Activity, "lead"): "responsibilities",
    (Activity, "support"): "responsibilities",
    (Session, "present"): "attendances",
}


def write(
    rows: dict[str, Sequence[RowValues]],
    *,
    plan: Plan,
    notes: Iterable[str],
    origin: Origin | None,
    by: User | None,
) -> None:
    """The `rows` of each kind that are new or changed, with where `origin` says them; `notes` join those of the plan.

    The plan may be new too.
    """
    is_new = plan.pk is None
    if is_new:
        Plan.objects.bulk_create([plan])
        audit.record_created([plan], by=by)
    for kind, model in MODELS.items():
        write_rows(model, rows.get(kind, ()), by)
    write_responsibilities(rows["activities"], by=by)
    write_groups(rows["activities"], by=by)
    write_attendance(rows["sessions"], by=by)
    write_responsible(rows["commitments"], by=by)
    _keep_notes(plan, list(notes), by)
    write_sources(origin, (row for kind in MODELS for row in rows.get(kind, ())), plan, is_new, by)


def write_sources(
    origin: Origin | None, rows: Iterable[RowValues], plan: Plan, plan_is_new: bool, by: User | None
) -> None:
    """Where each new or changed row stands, and which plan the file went to."""
    touched = [row for row in rows if row.state != "unchanged"]
    if origin is None or not (touched or plan_is_new):
        return
    said = [
        (row.instance, row.place.sheet, row.place.row, _cells(row), row.state == "created")
        for row in touched
        if not isinstance(row.instance, Plan)
    ]
    of_plan = next(
        ((row.place.sheet, row.place.row, _cells(row)) for row in touched if isinstance(row.instance, Plan)),
        ("", 0, {}),
    )
    sources.store(origin, [*said, (plan, *of_plan, plan_is_new)], by=by)


def write_rows(model: type[models.Model], rows: Sequence[RowValues], by: User | None) -> None:
    new = [row.instance for row in rows if row.state == "created"]
    if model is Commitment and new:
        codes.assign([row.instance for row in rows if row.state != "unchanged"], new[0].plan)
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


def joined_notes(plan: Plan, notes: Iterable[str]) -> str:
    return "\n\n".join([*filter(None, [plan.notes]), *notes])


def _keep_notes(plan: Plan, notes: list[str], by: User | None) -> None:
    """Notes of no session, a paragraph each, stay with the plan."""
    if not notes:
        return
    before = copy(plan)
    plan.notes = joined_notes(plan, notes)
    plan.claim()
    Plan.objects.filter(pk=plan.pk).update(notes=plan.notes)
    audit.record_changed([(before, plan)], by=by)


def _cells(row: RowValues) -> dict[str, str]:
    """The cell of each field that the file said; one of another sheet with the sheet's name."""
    cells = {}
    for name, place in row.places.items():
        if place.column and row.values.get(name, place) is not None:  # a value that was not said has no cell
            cell = f"{place.column}{place.row}"
            name = NAMES.get((type(row.instance), name), name)
            cells[name] = cell if place.sheet == row.place.sheet else f"{place.sheet}!{cell}"
    return cells
