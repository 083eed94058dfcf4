"""The audit trail as people read it: what was done in words, and each change with its field's label."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time

from auditlog.registry import auditlog
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, Entity
from display.values import Change, in_words, label

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
    tracked = [model for model in auditlog.get_models() if model._meta.label != "accounts.User"]
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
            continue  # the library writes down reverse relations too
        if getattr(field, "primary_key", False) or name == "entity":
            continue
        position = getattr(field, "creation_counter", 10**9)
        if isinstance(field, models.JSONField):
            found += [(position, change) for change in parts(pair(values))]
            continue
        before, after = (written(field, value) for value in pair(values))
        if before or after:
            found.append((position, Change(label(model, name, LABELS), before, after)))
    return [change for _position, change in sorted(found, key=lambda item: item[0])]


def parts(values: tuple) -> Iterator[Change]:
    """Of a field that keeps several texts by name, as stored JSON, those that changed; a list has an item a line."""
    before, after = ({} if value in (None, *BLANK) else json.loads(value) for value in values)
    for name in dict.fromkeys([*before, *after]):
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


def written(field: models.Field | None, value) -> str:
    """A change's value in words; what is secret stays so."""
    text = "" if value is None else str(value)
    if text in BLANK:
        return ""
    if set(text) == {"*"} or (field is not None and field.name == "password"):
        return _("(no se muestra)")
    return in_words(field, text)
