"""Two people on one row: the second gets an error and keeps the text typed. Locks are conditional UPDATEs."""

from collections.abc import Collection

from django.db import models
from django.db.models import F

from records.refusals import Stale


class Revised(models.Model):
    """A row that counts its changes. Call `claim` before saving; forms carry the `revision` that was read."""

    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def claim(self, seen: int | None = None, *also: models.Q, **conditions) -> None:
        """Takes the next revision if the row is still at `seen` (this object's by default) and meets the conditions.

        One conditional UPDATE: on SQLite and PostgreSQL nobody else changes the row until the transaction ends.
        Raises Stale when the row changed.
        """
        seen = self.revision if seen is None else seen
        rows = type(self)._base_manager.filter(*also, pk=self.pk, revision=seen, **conditions)
        if not rows.update(revision=F("revision") + 1):
            raise Stale
        self.revision = seen + 1

    def save_claimed(self, seen: int | None = None, *also: models.Q) -> None:
        """`claim` and `save` of a stored row in one statement, without signals: its trail is written at once."""
        seen = self.revision if seen is None else seen
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        values = {field.name: field.pre_save(self, add=False) for field in fields} | {"revision": seen + 1}
        if not type(self)._base_manager.filter(*also, pk=self.pk, revision=seen).update(**values):
            raise Stale
        self.revision = seen + 1


def raise_revisions(rows: Collection[Revised]) -> None:
    """After a bulk write of stored rows: whoever has one of them open in a form is told."""
    if rows:
        pks = [row.pk for row in rows]
        type(next(iter(rows)))._base_manager.filter(pk__in=pks).update(revision=F("revision") + 1)
