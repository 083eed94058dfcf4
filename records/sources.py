"""Where rows came from: the file that said them, the row of its sheet, and the cell of each field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.text import capfirst

from records import audit
from records.models import Origin, Source

BATCH = 1000


@dataclass(frozen=True)
class Cited:
    """A file that said a row; `cells` are (field in words, cell) in the order of the model."""

    origin: Origin
    sheet: str
    row: int
    cells: list[tuple[str, str]]


def of(row: models.Model) -> list[Cited]:
    """The files that said the row, the latest first, with who brought them."""
    return of_rows([row]).get(row.pk, [])


def of_rows(rows: Sequence[models.Model]) -> dict[int, list[Cited]]:
    """The same of several rows of one model, by their keys; one query."""
    if not rows:
        return {}
    model, found = type(rows[0]), defaultdict(list)
    sources = Source.objects.filter(
        target_type=ContentType.objects.get_for_model(model), target_id__in=[row.pk for row in rows]
    )
    for source in sources.select_related("origin__brought_by"):
        cells = _in_words(model, source.cells)
        found[source.target_id].append(Cited(source.origin, source.sheet, source.row, cells))
    return found


def store(
    origin: Origin, rows: Iterable[tuple[models.Model, str, int, dict[str, str], bool]], *, by: models.Model | None
) -> None:
    """Store `origin`, not saved yet, and beside it each (row, sheet, number, {field: cell}, is it new) that it said."""
    origin = copy(origin)
    Origin.objects.bulk_create([origin])
    audit.record_created([origin], by=by)
    Source.objects.bulk_create(
        (
            Source(
                origin=origin,
                target_type=ContentType.objects.get_for_model(row),
                target_id=row.pk,
                sheet=sheet,
                row=number,
                cells=cells,
                is_new=is_new,
            )
            for row, sheet, number, cells, is_new in rows
        ),
        batch_size=BATCH,
    )


def _in_words(model: type[models.Model], cells: dict[str, str]) -> list[tuple[str, str]]:
    fields = [field for field in model._meta.get_fields(include_hidden=True) if field.name in cells]
    return [(_label(field), cells[field.name]) for field in fields]  # a field that is gone says nothing any more


def _label(field: models.Field | models.ForeignObjectRel) -> str:
    name = getattr(field, "verbose_name", "") or field.related_model._meta.verbose_name_plural
    return capfirst(str(name))
