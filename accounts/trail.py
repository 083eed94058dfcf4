"""The audit trail as people read it: what was done in words, and each change with its field's label."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, Entity
from display.values import Change, in_words, label
from records import audit

ACTIONS = {
    "create": gettext_lazy("Creó"),
    "update": gettext_lazy("Cambió"),
    "delete": gettext_lazy("Eliminó"),
    "approve": gettext_lazy("Aprobó"),
    "reopen": gettext_lazy("Devolvió a borrador"),
    "publish": gettext_lazy("Publicó"),
    "render_failed": gettext_lazy("No pudo componer"),
}
# What verbs keep besides fields, and the texts that a report keeps in one.
LABELS = {
    "reason": gettext_lazy("motivo"),
    "version": gettext_lazy("versión"),
    "objective": gettext_lazy("objetivo"),
    "reading": gettext_lazy("lectura de la ejecución"),
    "participants": gettext_lazy("personas participantes"),
    "commitments": gettext_lazy("compromisos"),
    "observations": gettext_lazy("observaciones"),
    "recommendations": gettext_lazy("recomendaciones"),
}
BLANK = ("", "None", "[]", "{}")


def of(entity: Entity) -> models.QuerySet:
    """The entity's entries, newest first."""
    return AuditEntry.objects.filter(entity=entity).order_by("-timestamp", "-pk")


def start_of(day: date) -> datetime:
    """The first instant of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def kinds() -> list[tuple[str, str]]:
    """(model name, words) of everything that leaves a trail in an entity, in alphabetical order of the words."""
    tracked = [model for model in audit.tracked() if model._meta.label != "accounts.User"]
    return sorted(
        ((model._meta.model_name, capfirst(str(model._meta.verbose_name))) for model in tracked),
        key=lambda pair: pair[1],
    )


def action(entry: AuditEntry) -> str:
    """What was done, in words: "Cambió"; the verb itself when it has no words yet."""
    return str(ACTIONS.get(entry.verb.rpartition(".")[2], entry.verb))


def kind(entry: AuditEntry) -> str:
    """What it was done to: "dependencia"."""
    model = entry.content_type.model_class()
    return str(model._meta.verbose_name) if model else entry.content_type.model


def changes(entry: AuditEntry) -> list[Change]:
    """The entry's changes with their labels, in the order of the model's fields; no identifiers, nothing empty."""
    model = entry.content_type.model_class()
    found = []
    for name, values in (entry.changes or {}).items():
        field = field_of(model, name)
        if field is None and model is not None and is_relation(model, name):
            continue  # the first entries have reverse relations too
        if getattr(field, "primary_key", False) or name == "entity":
            continue
        position = getattr(field, "creation_counter", 10**9)
        values = pair(values)
        words = cover(model, name, values)
        if isinstance(field, models.JSONField) and not words:
            found += [(position, change) for change in parts(values)]
            continue
        before, after = (written(field, value, words) for value in values)
        if before or after:
            found.append((position, Change(label(model, name, LABELS), before, after)))
    return [change for _position, change in sorted(found, key=lambda item: item[0])]


def parts(values: tuple) -> Iterator[Change]:
    """Of a field that keeps several texts by name, those that changed; a list has an item a line."""
    # The first entries have JSON inside JSON.
    before, after = (json.loads(value or "{}") if isinstance(value, str) else value or {} for value in values)
    for name in sorted({*before, *after}):
        texts = ("\n".join(text) if isinstance(text, list) else text for text in (before.get(name), after.get(name)))
        old, new = (written(None, text) for text in texts)
        if old != new:
            yield Change(label(None, name, LABELS), old, new)


def pair(values) -> tuple:
    """(before, after) of a stored change; a change of members says what came in or went out."""
    if isinstance(values, dict):
        members = ", ".join(values.get("objects", []))
        return (members, "") if values.get("operation") == "delete" else ("", members)
    return tuple(values)


def field_of(model, name: str) -> models.Field | None:
    """The model's own field with that name, if it still has one."""
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def is_relation(model, name: str) -> bool:
    return any(relation.name == name for relation in model._meta.related_objects)


def cover(model, name: str, values: tuple) -> str:
    """What is said instead of values that nobody should read; "" of what may be read."""
    if model is None:  # a hash is all that still tells
        return _("(dato personal, protegido)") if any(audit.HASH.fullmatch(str(value)) for value in values) else ""
    if name in audit.secret_fields(model):
        return _("(no se muestra)")
    return _("(dato personal, protegido)") if name in audit.personal_fields(model) else ""


def written(field: models.Field | None, value, cover: str = "") -> str:
    """A change's value in words, or its cover."""
    if value is None or str(value) in BLANK:
        return ""
    return cover or in_words(field, value)
