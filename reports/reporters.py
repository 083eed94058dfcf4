"""Who reported a row of a report's data, from the audit trail: for those who may read it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.models import AuditEntry, Entity
from activities.models import Session
from commitments.models import Commitment
from recalculation import Of
from records.models import Source
from reports.sections.records import written

MODELS = {Of.SESSIONS: Session, Of.COMMITMENTS: Commitment}


def last_entry(entity: Entity, of: Of, pk: int, on: date | None) -> AuditEntry | None:
    """The last that wrote what was reported of a row, until the day that the report knew of it."""
    return last_entries(entity, MODELS[of], [pk], on).get(pk) if on else None


def last_entries(entity: Entity, model, pks: Collection[int], on: date) -> dict[int, AuditEntry]:
    """By pk, the last of each until the end of a day: one statement."""
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))
    entries = AuditEntry.objects.filter(
        written(model),
        entity=entity,
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=pks,
        timestamp__lt=until,
    )
    return {entry.object_id: entry for entry in entries.select_related("actor").order_by("timestamp", "pk")}


def stored(of: Of, pk: int, plan) -> Session | Commitment | None:
    """The row as it is now, to go to its page; None when it is gone."""
    if of == Of.SESSIONS:
        return Session.objects.filter(activity__plan=plan, pk=pk).select_related("activity__plan__entity").first()
    return Commitment.objects.filter(plan=plan, pk=pk).select_related("plan__entity").first()


def source(of: Of, pk: int) -> Source | None:
    """The latest file that said it, with who brought it."""
    told = Source.objects.filter(target_type=ContentType.objects.get_for_model(MODELS[of]), target_id=pk)
    return told.select_related("origin__brought_by").order_by("-pk").first()
