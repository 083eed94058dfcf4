"""The rows of a report as data files, each field with its meaning: from the snapshot alone, so that what is attached to
the PDF, what the public downloads and what the pages print are one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from io import BytesIO, StringIO
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from display import tables
from display.tables import Table


@dataclass(frozen=True, slots=True)
class Field:
    name: str  # of its column: "programadas"
    meaning: str


@dataclass(frozen=True, slots=True)
class Dataset:
    name: str  # of its file, without extension: "espacios"
    title: str
    fields: tuple[Field, ...]
    rows: Sequence[tuple[object, ...]]  # values of a field each; None is unknown


Read = str | Callable[[Any], object]


def of_rows(name: str, title: str, rows: Iterable[Any], fields: Iterable[tuple[Read, str, str]]) -> Dataset:
    """Of objects: (attribute or what to read, name, meaning) of each field; "n": the place of the row, from 1."""
    fields = tuple(fields)
    return Dataset(
        name,
        title,
        tuple(Field(column, meaning) for _read, column, meaning in fields),
        [
            tuple(
                at if read == "n" else read(row) if callable(read) else getattr(row, read)
                for read, _name, _text in fields
            )
            for at, row in enumerate(rows, 1)
        ],
    )


def word(attribute: str, choices: type[TextChoices]) -> Callable[[Any], str]:
    """What reads a stored value as its word; "" for none."""
    return lambda row: str(choices(value).label) if (value := getattr(row, attribute)) else ""


def of_table(table: Table) -> Dataset:
    """A table as it is printed: what stands under a value has a column of its own."""
    columns = [column.label for column in table.columns]
    lines = [*table.rows, *([table.total] if table.total else [])]
    apart = [at for at in range(len(columns)) if any(_aside(line, at) for line in lines)]
    fields = []
    for at, (column, label) in enumerate(zip(table.columns, columns, strict=True)):
        fields.append(Field(label, column.meaning))
        if at in apart:
            fields.append(Field(_("%(column)s: detalle") % {"column": label}, ""))
    rows = []
    for line in lines:
        row: list[object] = []
        for at in range(len(columns)):
            cell = tables.cell_at(line, at)
            row.append(cell.value if cell else "")
            if at in apart:
                row.append(cell.aside if cell else "")
        rows.append(tuple(row))
    return Dataset(f"tabla-{table.number:02d}", f"{_('Tabla')} {table.number}. {table.title}", tuple(fields), rows)


def _aside(line: Sequence[object], at: int) -> str:
    cell = tables.cell_at(line, at)
    return cell.aside if cell else ""


def dictionary(datasets: Iterable[Dataset]) -> Dataset:
    """What each file is, and each of its fields."""
    fields = (
        Field(_("archivo"), _("Nombre del archivo, sin extensión.")),
        Field(_("contenido"), _("Qué hay en él.")),
        Field(_("campo"), _("Nombre de la columna.")),
        Field(_("significado"), _("Qué dice la columna; vacío cuando lo dice su nombre.")),
    )
    rows = [(each.name, each.title, field.name, field.meaning) for each in datasets for field in each.fields]
    return Dataset("diccionario", _("Diccionario: qué dice cada columna de cada archivo"), fields, rows)


# --- As files ---------------------------------------------------------------------------------------------------------


def as_csv(dataset: Dataset) -> bytes:
    """RFC 4180 in UTF-8 with the mark that makes spreadsheets read its accents; dates as 2020-10-31, decimals with a
    point, unknown as nothing."""
    target = StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(field.name for field in dataset.fields)
    writer.writerows([_written(value) for value in row] for row in dataset.rows)
    return target.getvalue().encode("utf-8-sig")


def as_workbook(datasets: Iterable[Dataset]) -> bytes:
    """xlsx, a sheet each, its first row frozen."""
    book = Workbook(write_only=True)
    for dataset in datasets:
        sheet = book.create_sheet(dataset.name[:31])
        sheet.freeze_panes = "A2"
        sheet.append([field.name for field in dataset.fields])
        for row in dataset.rows:
            sheet.append([_typed(sheet, value) for value in row])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _plain(value: object) -> object:
    """A value as data files have it."""
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if isinstance(value, tuple | list):
        return "; ".join(str(_plain(each)) for each in value)
    if isinstance(value, Fraction):
        return f"{float(value):.6f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date | time) else "" if value is None else value


def _written(value: object) -> object:
    """A number less than zero is no formula."""
    return _plain(value) if isinstance(value, Fraction) else _inert(_plain(value))


def _inert(value: object) -> object:
    """A text that a spreadsheet would run as a formula begins with an apostrophe instead."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _typed(sheet, value: object) -> object:
    value = value if isinstance(value, date) else float(value) if isinstance(value, Fraction) else _plain(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"  # never a formula
    return cell
