"""What the Resources of all kinds of row share: their columns, and what approval freezes of them.

import-export writes and rolls back what it previews, row by row: its `import_data` is not used (docs/adr/0011).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from import_export.fields import Field
from import_export.resources import Resource

from plans.models import Plan
from sheets.reading.headers import Meaning, header_of


class Column(Field):
    """A field of the model that a sheet fills; `meaning` is what the reader calls its column, None when it has none."""

    def __init__(self, meaning: Meaning | None = None) -> None:
        super().__init__()
        self.meaning = meaning

    @property
    def header(self) -> str:
        """How a sheet of ours heads the column; the reader understands it."""
        return header_of(self.meaning) if self.meaning else ""


class SheetResource(Resource):
    """The columns of one kind of row, and its rules (`differences.compare`)."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        for name, column in self.fields.items():
            column.attribute = name

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
