"""What refers to a row, found in the models themselves: nothing is deleted while something counts on it."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def uses_of(row: models.Model) -> list[tuple[str, int]]:
    """(what, how many) for each kind of row that refers to this one, many-to-many included; empty when nothing does.

    One query per relation of the model, whatever the number of rows.
    """
    words = {
        "children": _("dependencias que dependen de ella"),
        "heads": _("personas que la dirigen"),
        "responsibilities": _("actividades"),
        "activities": _("actividades"),
    }
    found = []
    for relation in row._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: row})
        if count := rows.count():
            what = words.get(relation.get_accessor_name()) or relation.related_model._meta.verbose_name_plural
            found.append((capfirst(str(what)), count))
    return found


def in_words(uses: list[tuple[str, int]]) -> str:
    """ "Actividades: 3. Compromisos: 1." """
    return " ".join(f"{what}: {count}." for what, count in uses)
