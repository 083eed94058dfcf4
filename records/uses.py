"""The rows that refer to a row, from the models' relations: what is in use is not deleted."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def uses_of(row: models.Model) -> list[tuple[str, int]]:
    """(kind, count) of the rows that refer to this one, many-to-many included; one query per relation."""
    labels = {
        "children": _("dependencias que dependen de ella"),
        "heads": _("personas que la dirigen"),
        "responsibilities": _("actividades"),
        "activities": _("actividades"),
    }
    result = []
    for relation in row._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: row})
        if count := rows.count():
            label = labels.get(relation.get_accessor_name()) or relation.related_model._meta.verbose_name_plural
            result.append((capfirst(str(label)), count))
    return result


def in_words(uses: list[tuple[str, int]]) -> str:
    return " ".join(f"{label}: {count}." for label, count in uses)  # Actividades: 3. Compromisos: 1.
