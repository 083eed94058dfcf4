"""The audit trail for people: actions in words, and each change under its field's label."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, Entity, User
from display.values import Change, in_words, label
from records import audit

ACTIONS = {
    "create": gettext_lazy("Creó"),
    "update": gettext_lazy("Cambió"),
    "delete": gettext_lazy("Eliminó"),
    "approve": gettext_lazy("Aprobó"),
    "reopen": gettext_lazy("Devolvió a borrador"),
    "publish": gettext_lazy("Publicó"),
    "return": gettext_lazy("Devolvió"),
    "void": gettext_lazy("Anuló"),
    "reject": gettext_lazy("Negó"),
    "cancel": gettext_lazy("Desistió"),
    "send": gettext_lazy("Envió de nuevo"),
    "submit": gettext_lazy("Envió"),
    "withdraw": gettext_lazy("Retiró"),
    "accept": gettext_lazy("Aceptó"),
    "unlock": gettext_lazy("Reabrió"),
    "mend": gettext_lazy("Corrigió al importar"),
    "undo": gettext_lazy("Deshizo"),
    "reset": gettext_lazy("Volvió a lo de fábrica"),
    "render_failed": gettext_lazy("No pudo componer"),
    "failed": gettext_lazy("No pudo terminar"),
    "sign_in": gettext_lazy("Ingresó"),
    "sign_in_failed": gettext_lazy("Contraseña equivocada"),
    "sign_out": gettext_lazy("Salió"),
}
COMING = ("sign_in", "sign_in_failed", "sign_out")
# Keys of changes that are not model fields: extras of verbs, and the texts in a report's JSON field.
LABELS = {
    "reason": gettext_lazy("motivo"),
    "version": gettext_lazy("versión"),
    "sections": gettext_lazy("secciones de los informes"),
    "n_phases": gettext_lazy("fases"),
    "n_lines": gettext_lazy("líneas"),
    "n_activities": gettext_lazy("actividades"),
    "n_sessions": gettext_lazy("espacios"),
    "n_metrics": gettext_lazy("métricas"),
    "n_commitments": gettext_lazy("compromisos"),
    "objective": gettext_lazy("objetivo"),
    "reading": gettext_lazy("lectura de la ejecución"),
    "participants": gettext_lazy("personas participantes"),
    "commitments": gettext_lazy("compromisos"),
    "observations": gettext_lazy("observaciones"),
    "recommendations": gettext_lazy("recomendaciones"),
}
BLANK = ("", "None", "[]", "{}")


def entries_of(entity: Entity) -> models.QuerySet:
    return AuditEntry.objects.filter(entity=entity).order_by("-timestamp", "-pk")


def deeds_of(entity: Entity) -> models.QuerySet:
    """Without who came and went."""
    return entries_of(entity).exclude(verb__in=[f"user.{verb}" for verb in COMING])


def record_coming(user: User, verb: str) -> None:
    """An entry in the trail of each entity where the person has a role. Of a failed sign-in nobody is the actor."""
    entities = user.memberships.values_list("entity", flat=True).distinct().order_by("entity")
    acts = [audit.Act(user, audit.UPDATE, {}, f"user.{verb}", entity) for entity in entities]
    audit.write(acts, by=None if verb == "sign_in_failed" else user)


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def kinds() -> list[tuple[str, str]]:
    return sorted(
        ((model._meta.model_name, capfirst(str(model._meta.verbose_name))) for model in audit.tracked()),
        key=lambda pair: pair[1],
    )


def action(entry: AuditEntry) -> str:
    # An unknown verb is shown as it is stored.
    return str(ACTIONS.get(entry.verb.rpartition(".")[2], entry.verb))


def kind(entry: AuditEntry) -> str:
    model = entry.content_type.model_class()
    return str(model._meta.verbose_name) if model else entry.content_type.model


def changes(entry: AuditEntry) -> list[Change]:
    """In the order of the model's fields, without ids, the entity or empty values."""
    model = entry.content_type.model_class()
    rows = []
    for name, values in (entry.changes or {}).items():
        field = field_of(model, name)
        if field is None and model is not None and is_relation(model, name):
            continue  # old entries have reverse relations too
        if getattr(field, "primary_key", False) or name == "entity":
            continue
        position = getattr(field, "creation_counter", 10**9)  # what is no field goes last
        values = pair(values)
        mask = mask_of(model, name, values)
        if isinstance(field, models.JSONField) and not mask:
            rows += [(position, change) for change in json_changes(values)]
            continue
        before, after = (value_in_words(field, value, mask) for value in values)
        if before or after:
            rows.append((position, Change(label(model, name, LABELS), before, after)))
    return [change for _position, change in sorted(rows, key=lambda row: row[0])]


def json_changes(values: tuple) -> Iterator[Change]:
    """One change per key of a JSON object {name: text or [text]}; lists are shown one item per line."""
    # Old entries have JSON inside JSON.
    before, after = (json.loads(value or "{}") if isinstance(value, str) else value or {} for value in values)
    for name in sorted({*before, *after}):
        texts = ("\n".join(text) if isinstance(text, list) else text for text in (before.get(name), after.get(name)))
        old, new = (value_in_words(None, text) for text in texts)
        if old != new:
            yield Change(label(None, name, LABELS), old, new)


def pair(values) -> tuple:
    """(before, after) of a stored change; of a many-to-many change, the names removed or added."""
    if isinstance(values, dict):
        names = ", ".join(values.get("objects", []))
        return (names, "") if values.get("operation") == "delete" else ("", names)
    return tuple(values)


def field_of(model, name: str) -> models.Field | None:
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def is_relation(model, name: str) -> bool:
    return any(relation.name == name for relation in model._meta.related_objects)


def mask_of(model, name: str, values: tuple) -> str:
    """The text shown instead of personal or secret values; "" when they may be shown."""
    if model is None:  # its rules went with the model: only the hashes mark what was personal
        return _("(dato personal, protegido)") if any(audit.HASH.fullmatch(str(value)) for value in values) else ""
    if name in audit.secret_fields(model):
        return _("(no se muestra)")
    return _("(dato personal, protegido)") if name in audit.personal_fields(model) else ""


def value_in_words(field: models.Field | None, value, mask: str = "") -> str:
    if value is None or str(value) in BLANK:
        return ""
    return mask or in_words(field, value)
