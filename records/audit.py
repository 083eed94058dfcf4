"""The trail of verbs and of bulk writes; single saves leave theirs by themselves (auditlog's registry)."""

from collections.abc import Iterable
from contextlib import contextmanager

from auditlog import get_logentry_model
from auditlog.context import auditlog_value, set_actor
from auditlog.diff import model_instance_diff
from auditlog.models import AbstractLogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import models

CREATE, UPDATE, DELETE = (
    AbstractLogEntry.Action.CREATE,
    AbstractLogEntry.Action.UPDATE,
    AbstractLogEntry.Action.DELETE,
)


@contextmanager
def acting_as(user: models.Model | None):
    """`with acting_as(user):` names who does what is saved inside; without it the actor is the request's, or "sistema".

    The library forgets the outer actor, and never lets go of its signal, when one stands inside another (as in a verb
    called by a request): here the outer one comes back.
    """
    token = auditlog_value.set(auditlog_value.get({}))
    try:
        with set_actor(user):
            yield
    finally:
        auditlog_value.reset(token)


def entity_id_of(row: models.Model) -> int | None:
    """The entity that a row belongs to; None for a person, who may work in several."""
    return getattr(row, "entity_id", None)


def record(*, by: models.Model | None, verb: str, target: models.Model, changes: dict | None = None) -> models.Model:
    """One entry for a verb such as "plan.approve"; `changes` as {field: [before, after]}."""
    return get_logentry_model().objects.log_create(
        target, force_log=True, action=UPDATE, verb=verb, actor=by, changes=changes or {}
    )


def record_created(rows: Iterable[models.Model], *, by: models.Model | None) -> None:
    """Entries for rows of one model just created in bulk: two statements, however many they are."""
    record_changed([(None, row) for row in rows], by=by)


def record_changed(
    pairs: Iterable[tuple[models.Model | None, models.Model | None]], *, by: models.Model | None
) -> None:
    """Entries for (before, after), before None when created, after None when deleted (its pk still at hand).

    A pair without a difference leaves none.
    """
    entries, entry = [], get_logentry_model()
    for before, after in pairs:
        changes = model_instance_diff(before, after) if before else _all_said(after)
        if not changes:
            continue
        row = after or before
        action, verb = (DELETE, "delete") if not after else (UPDATE, "update") if before else (CREATE, "create")
        entries.append(
            entry(
                content_type=ContentType.objects.get_for_model(row),
                object_pk=str(row.pk),
                object_id=row.pk,
                object_repr=str(row),
                action=action,
                changes=changes,
                actor=by,
                actor_email=by.email if by else None,
                entity_id=entity_id_of(row),
                verb=f"{row._meta.model_name}.{verb}",
            )
        )
    entry.objects.bulk_create(entries, batch_size=500)


def _all_said(row: models.Model) -> dict:
    """A new row's changes as auditlog writes them, without its empty fields; its own comparison is much slower."""
    excluded = auditlog.get_model_fields(type(row))["exclude_fields"]
    return {
        field.name: ["None", str(value)]
        for field in row._meta.concrete_fields
        if field.name not in excluded and (value := getattr(row, field.name)) not in (None, "")
    }


def record_related(
    rows: Iterable[tuple[models.Model, list[models.Model]]], *, field: str, operation: str, by: models.Model | None
) -> None:
    """Entries for (row, rows joined to it, or parted from it, in bulk); `operation` is "add" or "delete"."""
    entry = get_logentry_model()
    entries = [
        entry(
            content_type=ContentType.objects.get_for_model(row),
            object_pk=str(row.pk),
            object_id=row.pk,
            object_repr=str(row),
            action=UPDATE,
            changes={field: {"type": "m2m", "operation": operation, "objects": [str(one) for one in others]}},
            actor=by,
            actor_email=by.email if by else None,
            entity_id=entity_id_of(row),
            verb=f"{row._meta.model_name}.update",
        )
        for row, others in rows
        if others
    ]
    entry.objects.bulk_create(entries, batch_size=500)
