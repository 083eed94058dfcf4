"""A row of an exported sheet, its cells read by the widgets of their columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_noop as _

from display.message import Told
from display.written_dates import Span, read_dates
from matrices.reading.cells import number_of
from matrices.reading.ledger import Ledger
from matrices.reading.rows import PlanSheet, Said, SheetRow
from matrices.workbook.grid import Cell, Place
from plans.models import Plan
from sheets.loading.values import RowValues
from sheets.resources.columns import Column, Key, Label, Names, Parent, Reference, Sheet
from sheets.resources.widgets import NoValue, Text, as_text, writable


@dataclass(slots=True, eq=False)
class ExportedRow(RowValues):
    """`values` has every column that the sheet has: a cell that says nothing says empty."""

    kind: str = ""
    sheet: PlanSheet | None = None
    source: SheetRow | None = None
    is_wrong: bool = False  # an error was told of it
    lists: dict[str, list[Model]] = field(default_factory=dict)  # rows that it names, by column

    @property
    def key(self) -> str:
        return self.text("key").strip()

    def where(self, name: str) -> Place:
        return self.sheet.place(self.source, name)

    def says(self, name: str) -> Said | None:
        return self.source.cells.get(name)

    def text(self, name: str) -> str:
        said = self.says(name)
        return as_text(said.value) if said else ""

    def has(self, name: str) -> bool:
        """Whether the sheet has the column."""
        return name in self.sheet.columns


class Cells:
    """Reads the cells of a plan's rows: dates and numbers as people write them, too."""

    def __init__(self, plan: Plan, ledger: Ledger) -> None:
        self.span, self.ledger = Span(plan.starts_on, plan.ends_on, loose=True), ledger

    def row(self, resource: type[Sheet], sheet: PlanSheet, source: SheetRow) -> ExportedRow:
        row = ExportedRow(sheet.place(source), "", kind=sheet.kind, sheet=sheet, source=source)
        for name in sheet.columns:
            column = resource.fields[name]
            if not isinstance(column, Key | Parent | Label | Reference | Names):
                try:
                    row.values[name] = self.clean(column, row.says(name))
                except Told as error:
                    self.ledger.error(row.where(name), error.message)
                    row.is_wrong = True
        return row

    def clean(self, column: Column, said: Said | None) -> Any:
        value = said.value if said else None
        return column.widget.clean(value, parse_date=self._date, parse_number=_number)

    def _date(self, text: str) -> date:
        found, _doubt = read_dates(text, self.span)
        if len(found) != 1:
            raise NoValue(_("«%(text)s» nombra varias fechas y aquí va una."), text=text[:60])
        return found[0].on


def _number(text: str) -> Decimal | None:
    return number_of(Cell(text))


def is_same(column: Column, stored: Any, value: Any) -> bool:
    """Whether the value that came back is the stored one, but for what no cell holds."""
    if stored == value:
        return True
    return isinstance(column.widget, Text) and isinstance(stored, str) and writable(stored) == value
