"""The trail of verbs and of bulk writes; single saves leave theirs by themselves (auditlog's registry)."""

from collections.abc import Iterable

from auditlog.context import set_actor
from auditlog.diff import model_instance_diff
from auditlog.models import AbstractLogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import AuditEntry, User, entity_id_of

CREATE, UPDATE, DELETE = (
    AbstractLogEntry.Action.CREATE,
    AbstractLogEntry.Action.UPDATE,
    AbstractLogEntry.Action.DELETE,
)
acting_as = set_actor  # `with acting_as(user):` for commands and tasks; without it the actor is "sistema"


def record(*, by: User | None, verb: str, target: models.Model, changes: dict | None = None) -> AuditEntry:
    """One entry for a verb such as "plan.approve"; `changes` as {field: [before, after]}."""
    return AuditEntry.objects.log_create(
        target, force_log=True, action=UPDATE, verb=verb, actor=by, changes=changes or {}
    )


def record_created(rows: Iterable[models.Model], *, by: User | None) -> None:
    """Entries for rows of one model just created in bulk: two statements, however many they are."""
    record_changed([(None, row) for row in rows], by=by)


def record_changed(pairs: Iterable[tuple[models.Model | None, models.Model]], *, by: User | None) -> None:
    """Entries for (before, after) of one model, before None when created; a pair without a difference leaves none."""
    entries = []
    for before, after in pairs:
        changes = model_instance_diff(before, after)
        if not changes:
            continue
        action, verb = (UPDATE, "update") if before else (CREATE, "create")
        entries.append(
            AuditEntry(
                content_type=ContentType.objects.get_for_model(after),
                object_pk=str(after.pk),
                object_id=after.pk,
                object_repr=str(after),
                action=action,
                changes=changes,
                actor=by,
                actor_email=by.email if by else None,
                entity_id=entity_id_of(after),
                verb=f"{after._meta.model_name}.{verb}",
            )
        )
    AuditEntry.objects.bulk_create(entries, batch_size=500)
