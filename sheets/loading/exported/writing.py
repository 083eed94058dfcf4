"""Writes what a comparison of an exported plan found, in bulk, with its entries in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from django.db.models import Model

from accounts.models import Dependency, User
from activities.models import Responsibility
from plans.models import Plan
from records import audit
from records.models import Origin
from sheets.loading.exported.row import ExportedRow
from sheets.loading.exported.stored import Stored
from sheets.loading.writing import BATCH, write_rows, write_sources
from sheets.resources.declared import SHEETS

MODELS: dict[str, type[Model]] = {
    "dependencies": Dependency,
    **{sheet._meta.kind: sheet._meta.model for sheet in SHEETS},
}
FIRST = ("plan", "dependencies", "groups")  # the others name them
ORDER = (*FIRST, *(kind for kind in MODELS if kind not in FIRST))
Part = Responsibility.Part


def write(rows: dict[str, list], stored: Stored, *, plan: Plan, origin: Origin | None, by: User | None) -> None:
    """The rows of each kind that are new or changed, with where `origin` says them; `plan` itself may be new."""
    is_new = plan.pk is None
    if is_new:
        Plan.objects.bulk_create([plan])
        audit.record_created([plan], by=by)
    for row in rows["follow_ups"]:
        if row.state == "created":
            row.instance.by = by
    for kind in ORDER:
        write_rows(MODELS[kind], rows[kind], by)
    _write_parts(rows["activities"], stored, by)
    for kind, name in (("activities", "groups"), ("commitments", "groups"), ("commitments", "responsible")):
        _write_names(kind, name, rows[kind], stored, by)
    write_sources(origin, (row for kind in ORDER for row in rows[kind]), plan, is_new, by)


def _write_parts(rows: Sequence[ExportedRow], stored: Stored, by: User | None) -> None:
    """The dependencies of each activity whose lead or support changed."""
    changed = [row for row in rows if _changes(row, *Part.values)]
    before: dict[int, dict[int, Responsibility]] = {}
    named = Responsibility.objects.filter(activity__in=[row.stored for row in changed if row.stored])
    for part in named.select_related("dependency"):
        before.setdefault(part.activity_id, {})[part.dependency_id] = part
    new, moved, removed = [], [], []
    for row in changed:
        known, now = before.get(row.instance.pk, {}), stored.lists_of("activities", row.instance)
        wanted = {
            unit.pk: (unit, part) for part in reversed(Part.values) for unit in row.lists.get(part, now.get(part, ()))
        }
        for pk, (unit, part) in wanted.items():
            if pk not in known:
                new.append(Responsibility(activity=row.instance, dependency=unit, part=part))
            elif known[pk].part != part:
                moved.append((copy(known[pk]), known[pk]))
                known[pk].part = part
        removed += [part for pk, part in known.items() if pk not in wanted]
        for part in known.values():
            part.activity = row.instance
    with audit.record_at_once(by=by) as pairs:
        pairs += [(part, None) for part in removed]
        Responsibility.objects.filter(pk__in=[part.pk for part in removed]).delete()
        # Supports first: the constraint allows one lead at any moment.
        for role in reversed(Part.values):
            ids = [part.pk for _before, part in moved if part.part == role]
            Responsibility.objects.filter(pk__in=ids).update(part=role)
        pairs += moved
    Responsibility.objects.bulk_create(new, batch_size=BATCH)
    audit.record_created(new, by=by)


def _write_names(kind: str, name: str, rows: Sequence[ExportedRow], stored: Stored, by: User | None) -> None:
    """The many-to-many rows of `name`, and an entry for each side that changed."""
    field = MODELS[kind]._meta.get_field(name)
    through, own, other = field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()
    added, removed = [], []
    for row in rows:
        if _changes(row, name):
            before = stored.lists_of(kind, row.instance).get(name, []) if row.stored else []
            added.append((row.instance, [unit for unit in row.lists[name] if unit not in before]))
            removed.append((row.instance, [unit for unit in before if unit not in row.lists[name]]))
    new = [through(**{own: instance, other: unit}) for instance, units in added for unit in units]
    through.objects.bulk_create(new, batch_size=BATCH)
    gone = {(instance.pk, unit.pk) for instance, units in removed for unit in units}
    pairs = through.objects.filter(**{f"{own}__in": {instance for instance, _unit in gone}})
    pairs = pairs.values_list("pk", f"{own}_id", f"{other}_id")
    through.objects.filter(pk__in=[pk for pk, *pair in pairs if tuple(pair) in gone]).delete()
    audit.record_related(added, field=name, operation="add", by=by)
    audit.record_related(removed, field=name, operation="delete", by=by)


def _changes(row: ExportedRow, *names: str) -> bool:
    if row.state == "created":
        return any(row.lists.get(name) for name in names)
    return any(name in names for name, _before, _after in row.changes)
