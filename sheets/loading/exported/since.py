"""What was done in a plan after its export was downloaded, and the file would undo: the audit trail knows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from accounts.models import AuditEntry
from activities.models import Activity, Responsibility
from display.message import Message, listed, message
from plans.models import Plan
from sheets.loading.exported.writing import MODELS
from sheets.loading.values import RowValues

NAMED = 3  # rows; the others are counted
PARTS = frozenset(Responsibility.Part.values)


def changed_since(moment: datetime, plan: Plan, rows: Iterable[RowValues]) -> list[RowValues]:
    """Of `rows`, those in which the file changes a field that somebody changed after `moment`. Constant SQL."""
    types = ContentType.objects.get_for_models(*MODELS.values(), Responsibility)
    changed = {(types[type(row.stored)].pk, row.stored.pk): row for row in rows if row.state == "changed"}
    if not changed:
        return []
    entries = AuditEntry.objects.filter(entity=plan.entity_id, timestamp__gt=moment, content_type__in=types.values())
    part, activity = types[Responsibility].pk, types[Activity].pk
    activities = dict(Responsibility.objects.filter(activity__plan=plan).values_list("pk", "activity"))
    by_name = {str(row.stored): pk for (kind, pk), row in changed.items() if kind == activity}
    later = set()
    for kind, pk, changes in entries.values_list("content_type", "object_id", "changes").iterator():
        names = changes or {}
        if kind == part:  # who leads and supports are columns of the activity
            of_deleted, _after = names.get("activity", ("", ""))  # its name is all that the entry keeps
            kind, pk, names = activity, activities.get(pk, by_name.get(of_deleted)), PARTS
        row = changed.get((kind, pk))
        if row is not None and any(name in names for name, _before, _after in row.changes):
            later.add((kind, pk))
    return [row for key, row in changed.items() if key in later]


def message_since(moment: datetime, rows: Sequence[RowValues]) -> Message:
    local = timezone.localtime(moment)
    names = [message("«%(row)s»", row=row.label) for row in rows[:NAMED]]
    if more := len(rows) - len(names):
        names.append(message(_("%(more)s más"), more=more))
    return message(
        _(
            "El archivo se descargó el %(day)s a las %(time)s. Desde entonces cambió en el plan algo que el archivo "
            "dice de otra manera (filas: %(count)s): %(which)s. Importarlo deja lo que dice el archivo; si quiere lo "
            "del plan, descárguelo de nuevo."
        ),
        day=local.date(),
        time=f"{local:%H:%M}",
        count=len(rows),
        which=listed(names),
    )
