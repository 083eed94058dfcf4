"""Search without accents, in the database: each row keeps the words of its searched fields, and every write fills them.

A word is looked for with LIKE '%word%', alike on SQLite and PostgreSQL. No index serves that without PostgreSQL's
pg_trgm, which is not asked for: lists look within one plan or one entity, whose own index leaves few rows to read.
"""

from collections.abc import Iterable

from django.db import models

from display.text import normalise

COLUMN = "search_text"


class SearchableQuerySet(models.QuerySet):
    def search(self, words: str):
        """Those that hold each of the words, or a part of it, in any order: accents and capitals count for nothing."""
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
    """A row found by the words of its `SEARCHED` fields. Name it first among the bases: its managers have to win."""

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
    """What `row` is found by: «1.2 Atención  a la Niñez» is "1 2 atencion a la ninez"."""
    return normalise(" ".join(getattr(row, name) for name in fields))


def filled(rows: Iterable[Searchable]) -> list[Searchable]:
    rows = list(rows)
    for row in rows:
        row.search_text = text_of(row, row.SEARCHED)
    return rows


def with_column(model: type[Searchable], fields: Iterable[str] | None) -> list[str] | None:
    """The fields to write and, if a searched one is among them, the column too; None stays None: all of them."""
    if fields is None:
        return None
    fields = list(fields)
    return fields if set(model.SEARCHED).isdisjoint(fields) else [*fields, COLUMN]


def fill(model: type[models.Model], fields: tuple[str, ...], batch: int = 1000) -> None:
    """Fills the column of rows that were there before it: for migrations, whose models know nothing of this module."""
    rows = []
    for row in model._base_manager.only("pk", *fields).iterator(batch):
        row.search_text = text_of(row, fields)
        rows.append(row)
    model._base_manager.bulk_update(rows, [COLUMN], batch_size=batch)
