"""The rules of each kind of row of a planning office's own sheet: what no cell says, what approval freezes.

Its columns are those of `sheets.resources`, declared once for what goes out and what comes in.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from plans.models import Plan
from sheets.resources.columns import Sheet


class SheetResource:
    """`sheet` declares the columns; `differences.compare` asks the rest."""

    sheet: type[Sheet]

    @property
    def model(self) -> type[models.Model]:
        return self.sheet._meta.model

    def parents(self, row, plan: Plan) -> dict[str, Any]:
        """The fields of a row that no cell says."""
        raise NotImplementedError

    def complete(self, instance: models.Model) -> None:
        """Sets the fields that follow from what the file says."""

    def is_promised(self, row) -> bool:
        """Whether approval freezes the row."""
        return False

    def is_frozen_field(self, name: str) -> bool:
        """Whether an approved plan no longer changes this field of a row that was promised."""
        return False

    def related_changes(self, row) -> list[tuple[str, Any, Any]]:
        """Changes in what hangs from a stored row: (name, before, after)."""
        return []
