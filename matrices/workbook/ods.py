"""OpenDocument sheets as grids: repeated cells and rows unfolded, covered cells kept, percentages marked."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from math import isfinite

from django.utils.translation import gettext_noop as _

from matrices.workbook.grid import Builder, Unreadable, Value
from matrices.workbook.markup import Handler, parse

_DECIMALS = re.compile(r"-?\d+[.,](\d+)")


def read_ods(package: zipfile.ZipFile, builder: Builder) -> None:
    """Add every sheet of the package; raises Unreadable when a password keeps it closed."""
    if "META-INF/manifest.xml" in package.namelist():
        with package.open("META-INF/manifest.xml") as stream:
            if b"encryption-data" in stream.read(1_000_000):
                raise Unreadable(
                    _(
                        "El archivo tiene contraseña. "
                        "Ábralo, quítele la contraseña, guárdelo de nuevo y vuelva a subirlo."
                    )
                )
    with package.open("content.xml") as stream:
        parse(stream, _Content(builder))


class _Content(Handler):
    def __init__(self, builder: Builder) -> None:
        super().__init__(builder)
        self.depth = 0  # of tables: a sheet is 1, a table inside a cell is more and is skipped
        self.aside = 0  # inside a comment or a drawing, whose words are not the cell's
        self.row = self.column = 0
        self.row_repeat = 1
        self.paragraphs = 0  # of the cell
        self.cell: dict[str, str] | None = None
        self.kept: list[tuple[int, int, dict[str, str], Value, str]] = []  # column, repeat, attributes, value, format
        self.style = ""
        self.hidden_styles: set[str] = set()

    def opened(self, name, attributes):
        if name == "style":
            self.style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif name in ("annotation", "frame", "shapes", "dde-links", "tracked-changes"):
            self.aside += 1
        elif self.aside:
            return
        elif name == "table":
            self.depth += 1
            if self.depth == 1:
                hidden = attributes.get("style-name") in self.hidden_styles
                self.builder.start(attributes.get("name", ""), hidden=hidden)
                self.row = 0
        elif self.depth != 1:
            return
        elif name == "table-source":  # another file's sheet, kept by LibreOffice for its formulas
            self.builder.grids[-1].hidden = True
        elif name == "table-row":
            self.row, self.column = self.row + 1, 0
            self.row_repeat = _repeat(attributes, "number-rows-repeated")
        elif name in ("table-cell", "covered-table-cell"):
            self.cell = attributes
            self.column += 1
            self.paragraphs = 0
            self.taken()
        elif self.cell is not None:
            self._opened_text(name, attributes)

    def _opened_text(self, name, attributes):
        if name in ("p", "h"):
            if self.paragraphs:
                self.characters_between("\n")
            self.paragraphs += 1
            self.listening = True
        elif name == "line-break":
            self.characters_between("\n")
        elif name == "tab":
            self.characters_between("\t")
        elif name == "s":
            self.characters_between(" " * min(int(attributes.get("c", 1)), 100))

    def characters(self, content):
        if not self.aside:
            super().characters(content)

    def characters_between(self, text: str) -> None:
        listening, self.listening = self.listening, True
        self.characters(text)
        self.listening = listening

    def closed(self, name):
        if name in ("annotation", "frame", "shapes", "dde-links", "tracked-changes"):
            self.aside -= 1
        elif self.aside:
            return
        elif name == "table":
            self.depth -= 1
            if self.depth == 0:
                self.builder.finish()
        elif self.depth != 1:
            return
        elif name in ("p", "h"):
            self.listening = False
        elif name in ("table-cell", "covered-table-cell") and self.cell is not None:
            repeat = _repeat(self.cell, "number-columns-repeated")
            value, number_format = _read(self.cell, self.taken())
            is_single = repeat == self.row_repeat == 1
            is_blank = value is None or (isinstance(value, str) and not (value if is_single else value.strip()))
            if not is_blank or "formula" in self.cell:  # a repeated cell with nothing in it costs nothing
                self.kept.append((self.column, repeat, self.cell, value, number_format))
            self.column += repeat - 1
            self.cell = None
        elif name == "table-row":
            for row in range(self.row, self.row + self.row_repeat) if self.kept else ():
                self._keep(row)
            self.row += self.row_repeat - 1
            self.kept = []

    def _keep(self, row: int) -> None:
        for column, repeat, attributes, value, number_format in self.kept:
            for c in range(column, column + repeat):
                self.builder.add(row, c, value, number_format, formula="formula" in attributes)
            rows, columns = (_repeat(attributes, f"number-{which}-spanned") for which in ("rows", "columns"))
            self.builder.merge(row, column, row + rows - 1, column + columns - 1)


def _repeat(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, 1)))


def _read(attributes: dict[str, str], text: str) -> tuple[Value, str]:
    """A cell's value and its number format, in the words that xlsx uses."""
    match attributes.get("value-type", "string"):
        case "float" | "currency" | "percentage" as kind:
            if not attributes.get("value"):
                return text, ""
            number = float(attributes["value"])
            if not isfinite(number):
                return text, ""
            decimals = _DECIMALS.fullmatch(text.strip())
            number_format = "0%" if kind == "percentage" else f"0.{'0' * len(decimals[1])}" if decimals else ""
            return int(number) if number.is_integer() and abs(number) < 2**53 else number, number_format
        case "date":
            try:
                return datetime.fromisoformat(attributes.get("date-value", "")), ""
            except ValueError:
                return text, ""
        case "boolean":
            return attributes.get("boolean-value") == "true", ""
        case _:  # string, time
            return attributes.get("string-value", text), ""
