"""The rows that refer to a row, from the models' relations: nothing is deleted while something refers to it."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def uses_of(row: models.Model) -> list[tuple[str, int]]:
    """(kind, count) of the rows that refer to this one, many-to-many included; one query per relation."""
    words = {
        "children": _("dependencias que dependen de ella"),
        "heads": _("personas que la dirigen"),
        "responsibilities": _("actividades"),
        "activities": _("actividades"),
    }
    result = []
    for relation in row._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: row})
        if count := rows.count():
            what = words.get(relation.get_accessor_name()) or relation.related_model._meta.verbose_name_plural
            result.append((capfirst(str(what)), count))
    return result


def in_words(uses: list[tuple[str, int]]) -> str:
    """ "Actividades: 3. Compromisos: 1." """
    return " ".join(f"{what}: {count}." for what, count in uses)
