"""Sheets written row by row into xlsx, ods or a zip of CSV files: memory does not grow with the rows."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import BinaryIO, Protocol
from xml.sax.saxutils import escape, quoteattr

from odf import config, number, style
from odf.opendocument import OpenDocumentSpreadsheet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from matrices.workbook.neutral import RUNS, neutral, typed

Value = str | int | float | date | None
PLACES = 4  # decimals of a number in CSV: never three, which people read as thousands


class Writer(Protocol):
    """`start` opens a sheet with its headings and the widths of its columns, in characters; `add` appends a row.

    Texts must have no control characters. They are written as texts whatever they look like.
    """

    def start(self, name: str, headings: Sequence[str], widths: Sequence[int]) -> None: ...

    def add(self, values: Sequence[Value]) -> None: ...

    def close(self) -> None: ...


class Xlsx:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.book = Workbook(write_only=True)

    def start(self, name, headings, widths):
        self.sheet = self.book.create_sheet(name)
        self.sheet.freeze_panes = "A2"
        for at, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(at)].width = width
        heads = [self._cell(Font(bold=True)) for _ in headings]
        for cell, heading in zip(heads, headings, strict=True):
            cell.value = heading
        self.sheet.append(heads)
        # One cell per column and kind of value is filled again and again: openpyxl writes a row as it gets it.
        self.texts, self.quoted = [self._cell() for _ in headings], [self._cell() for _ in headings]
        for cell in self.quoted:
            cell.quotePrefix = True  # as if its apostrophe had been typed: it stays a text when somebody edits it
        self.days = [self._cell(number_format="dd/mm/yyyy") for _ in headings]

    def _cell(self, font: Font | None = None, number_format: str = "General") -> WriteOnlyCell:
        cell = WriteOnlyCell(self.sheet)
        cell.alignment, cell.number_format = Alignment(vertical="top", wrap_text=True), number_format
        if font:
            cell.font = font
        return cell

    def add(self, values):
        self.sheet.append([self._filled(at, value) for at, value in enumerate(values)])

    def _filled(self, at: int, value: Value):
        if isinstance(value, str):
            cell = (self.quoted if value.startswith(RUNS) else self.texts)[at]
            # Past the setter, which would take "=1" for a formula and "#N/A" for an error. What looks like an escaped
            # character («_x0041_») is escaped itself.
            cell._value = _ESCAPED.sub(r"_x005F\g<0>", typed(value))
            cell.data_type = "s"
            return cell
        if isinstance(value, date):
            cell = self.days[at]
            cell._value, cell.data_type = value, "d"
            return cell
        return value

    def close(self):
        self.book.save(self.file)


_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")


class Ods:
    """odfpy makes everything of the package but its rows: of a whole plan as a tree, they would take gigabytes."""

    def __init__(self, file: BinaryIO) -> None:
        self.package = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.names: list[str] = []
        self.document = OpenDocumentSpreadsheet()
        for width in _WIDTHS:
            column = style.Style(name=f"w{width}", family="table-column")
            column.addElement(style.TableColumnProperties(columnwidth=f"{width * 0.21:.1f}cm"))
            self.document.automaticstyles.addElement(column)
        days = number.DateStyle(name="day-format")
        for part in (number.Day(style="long"), number.Text(text="/"), number.Month(style="long")):
            days.addElement(part)
        days.addElement(number.Text(text="/"))
        days.addElement(number.Year(style="long"))
        self.document.automaticstyles.addElement(days)
        for name, bold, extra in (("head", True, {}), ("text", False, {}), ("day", False, {"datastylename": days})):
            cell = style.Style(name=name, family="table-cell", **extra)
            cell.addElement(style.TableCellProperties(verticalalign="top", wrapoption="wrap"))
            if bold:
                cell.addElement(style.TextProperties(fontweight="bold"))
            self.document.automaticstyles.addElement(cell)
        with zipfile.ZipFile(_saved(self.document)) as parts:
            for part in parts.infolist():  # the mimetype first and stored, as the format wants it
                if part.filename not in ("content.xml", "settings.xml"):
                    self.package.writestr(part, parts.read(part))
            start, _empty, self.end = parts.read("content.xml").decode().partition("<office:spreadsheet/>")
        self.content = io.TextIOWrapper(self.package.open("content.xml", "w", force_zip64=True), "utf-8")
        self.content.write(f"{start}<office:spreadsheet>")

    def start(self, name, headings, widths):
        self._finish()
        self.names.append(name)
        self.content.write(f"<table:table table:name={quoteattr(name)}>")
        for width in widths:
            nearest = min(_WIDTHS, key=lambda known: abs(known - width))
            self.content.write(f'<table:table-column table:style-name="w{nearest}"/>')
        self.add(headings, style="head")

    def add(self, values, style="text"):
        cells = [_ods_cell(value, style) for value in values]
        self.content.write(f"<table:table-row>{''.join(cells)}</table:table-row>")

    def _finish(self):
        if self.names:
            self.content.write("</table:table>")

    def close(self):
        self._finish()
        self.content.write(f"</office:spreadsheet>{self.end.removeprefix('</office:spreadsheet>')}")
        self.content.close()
        _freeze_headers(self.document, self.names)
        with zipfile.ZipFile(_saved(self.document)) as parts:
            self.package.writestr("settings.xml", parts.read("settings.xml"))
        self.package.close()


_WIDTHS = (10, 14, 20, 30, 45, 100)
_BLANKS = re.compile(r"^ | $| {2,}")


def _ods_cell(value: Value, style: str) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case str():
            lines = typed(value).split("\n")
            paragraphs = "".join(f"<text:p>{_ods_line(line)}</text:p>" for line in lines)
            return (
                f'<table:table-cell table:style-name="{style}" office:value-type="string">{paragraphs}'
                "</table:table-cell>"
            )
        case date():
            return (
                f'<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{value}">'
                f"<text:p>{value:%d/%m/%Y}</text:p></table:table-cell>"
            )
    return (
        f'<table:table-cell table:style-name="text" office:value-type="float" office:value="{value!r}">'
        f"<text:p>{value!r}</text:p></table:table-cell>"
    )


def _ods_line(line: str) -> str:
    """A line whose blanks are kept, all of them."""
    spaced = _BLANKS.sub(lambda blanks: f'<text:s text:c="{len(blanks[0])}"/>', escape(line))
    return spaced.replace("\t", "<text:tab/>")


def _freeze_headers(document: OpenDocumentSpreadsheet, names: Sequence[str]) -> None:
    views = config.ConfigItemSet(name="ooo:view-settings")
    indexed, entry = config.ConfigItemMapIndexed(name="Views"), config.ConfigItemMapEntry()
    tables = config.ConfigItemMapNamed(name="Tables")
    for name in names:
        table = config.ConfigItemMapEntry(name=name)
        for key, kind, text in (
            ("VerticalSplitMode", "short", "2"),
            ("VerticalSplitPosition", "int", "1"),
            ("PositionBottom", "int", "1"),
        ):
            table.addElement(config.ConfigItem(name=key, type=kind, text=text))
        tables.addElement(table)
    entry.addElement(tables)
    indexed.addElement(entry)
    views.addElement(indexed)
    document.settings.addElement(views)


def _saved(document: OpenDocumentSpreadsheet) -> io.BytesIO:
    stream = io.BytesIO()
    document.write(stream)
    stream.seek(0)
    return stream


class Csvs:
    """A zip of RFC 4180 files in UTF-8 with its mark, which spreadsheet programs need to read accents."""

    def __init__(self, file: BinaryIO) -> None:
        self.package = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.stream: io.TextIOWrapper | None = None

    def start(self, name, headings, widths):
        self._finish()
        part = self.package.open(f"{name}.csv", "w", force_zip64=True)
        self.stream = io.TextIOWrapper(part, "utf-8-sig", newline="")
        self.rows = csv.writer(self.stream)
        self.add(headings)

    def add(self, values):
        self.rows.writerow([_csv_cell(value) for value in values])

    def _finish(self):
        if self.stream:
            self.stream.close()

    def close(self):
        self._finish()
        self.package.close()


def _csv_cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return neutral(value)
        case float():
            return f"{value:.{PLACES}f}"
    return str(value)


WRITERS: dict[str, type[Writer]] = {"xlsx": Xlsx, "ods": Ods, "zip": Csvs}
