"""Accent-insensitive search in the database: a column holds the normalised text of the searched fields.

Every write fills it. Words match with LIKE '%word%', on SQLite and PostgreSQL alike. Only pg_trgm could index that, and
it is not required: lists search within one plan or entity, whose own index leaves few rows to scan.
"""

from collections.abc import Iterable

from django.db import models

from display.text import normalise

COLUMN = "search_text"


class SearchableQuerySet(models.QuerySet):
    def search(self, words: str):
        """Rows that contain every word, whole or in part, in any order."""
        rows = self
        for word in normalise(words).split():
            rows = rows.filter(search_text__contains=word)
        return rows

    def bulk_create(self, objs, *args, update_fields=None, **kwargs):
        rows = filled(objs)
        update_fields = with_column(self.model, update_fields)
        return super().bulk_create(rows, *args, update_fields=update_fields, **kwargs)

    def bulk_update(self, objs, fields, *args, **kwargs):
        return super().bulk_update(filled(objs), with_column(self.model, fields), *args, **kwargs)

    def update(self, **values):
        if COLUMN not in values and not values.keys().isdisjoint(self.model.SEARCHED):
            raise TypeError(f"update() of a searched field does not know its words: use bulk_update, or say {COLUMN}.")
        return super().update(**values)

    bulk_create.alters_data = bulk_update.alters_data = update.alters_data = True


class Searchable(models.Model):
    """A row searchable by its `SEARCHED` fields. Put it first among the bases, so that its manager is the default."""

    SEARCHED: tuple[str, ...] = ()

    search_text = models.TextField(default="", blank=True, editable=False)

    objects = SearchableQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args, update_fields=None, **kwargs):
        self.search_text = text_of(self, self.SEARCHED)
        super().save(*args, update_fields=with_column(type(self), update_fields), **kwargs)


def text_of(row: models.Model, fields: Iterable[str]) -> str:
    """«1.2 Atención  a la Niñez» gives "1 2 atencion a la ninez"."""
    return normalise(" ".join(getattr(row, name) for name in fields))


def filled(rows: Iterable[Searchable]) -> list[Searchable]:
    rows = list(rows)
    for row in rows:
        row.search_text = text_of(row, row.SEARCHED)
    return rows


def with_column(model: type[Searchable], fields: Iterable[str] | None) -> list[str] | None:
    """Adds the column when a searched field is among `fields`; None means all fields, and stays None."""
    if fields is None:
        return None
    fields = list(fields)
    return fields if set(model.SEARCHED).isdisjoint(fields) else [*fields, COLUMN]


def fill(model: type[models.Model], fields: tuple[str, ...], batch: int = 1000) -> None:
    """For migrations, whose models lack this module's managers: fills the column of existing rows."""
    rows = []
    for row in model._base_manager.only("pk", *fields).iterator(batch):
        row.search_text = text_of(row, fields)
        rows.append(row)
    model._base_manager.bulk_update(rows, [COLUMN], batch_size=batch)
