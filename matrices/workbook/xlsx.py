"""xlsx and xlsm as grids, in one pass: a formula and its saved value, the number format and the merged ranges."""

from __future__ import annotations

import posixpath
import re
import zipfile
from datetime import datetime
from functools import cache
from math import isfinite

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601
from openpyxl.utils.escape import unescape

from matrices.workbook.grid import Builder, Value
from matrices.workbook.markup import Handler, parse

_LONGEST_FORMAT = 255  # characters that Excel takes; told apart from dates in quadratic time
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,7})\$?(\d{1,9})")


def read_xlsx(package: zipfile.ZipFile, builder: Builder) -> None:
    """Add every worksheet of the package; chart sheets hold no cells. KeyError when a part is missing."""
    root = _Relations(builder, "")
    _parse(package, "_rels/.rels", root)
    workbook_part = root.first("/officeDocument") or "xl/workbook.xml"
    folder, name = posixpath.split(workbook_part)
    relations = _Relations(builder, folder)
    _parse(package, f"{folder}/_rels/{name}.rels", relations)
    workbook, strings, styles = _Workbook(builder), _Strings(builder), _Styles(builder)
    _parse(package, workbook_part, workbook)
    if part := relations.first("/sharedStrings"):
        _parse(package, part, strings)
    if part := relations.first("/styles"):
        _parse(package, part, styles)
    read = set()  # each part once, however many sheets say that it is theirs
    for name, key, hidden in workbook.sheets:
        part, kind = relations.parts.get(key, ("", ""))
        if kind.endswith("/worksheet") and part not in read:
            read.add(part)
            builder.start(name, hidden=hidden)
            _parse(package, part, _Sheet(builder, strings.strings, styles, workbook.epoch))
            builder.finish()


def _parse(package: zipfile.ZipFile, part: str, handler: Handler) -> None:
    with package.open(part) as stream:
        parse(stream, handler)


class _Relations(Handler):
    """Which part each identifier names, and of what kind."""

    def __init__(self, builder: Builder, folder: str) -> None:
        super().__init__(builder)
        self.folder = folder
        self.parts: dict[str, tuple[str, str]] = {}

    def opened(self, name, attributes):
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", self.folder, attributes["Target"]))
            self.parts[attributes["Id"]] = (target.lstrip("/"), attributes["Type"])

    def first(self, ending: str) -> str:
        return next((part for part, kind in self.parts.values() if kind.endswith(ending)), "")


class _Workbook(Handler):
    def __init__(self, builder: Builder) -> None:
        super().__init__(builder)
        self.epoch = CALENDAR_WINDOWS_1900
        self.sheets: list[tuple[str, str, bool]] = []  # name, relation, hidden

    def opened(self, name, attributes):
        if name == "sheet":
            self.sheets.append((attributes["name"], attributes["id"], attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904


class _Strings(Handler):
    """The shared strings, rich text joined and phonetic guides left out."""

    def __init__(self, builder: Builder) -> None:
        super().__init__(builder)
        self.strings: list[str] = []
        self._phonetic = False

    def opened(self, name, attributes):
        if name == "rPh":
            self._phonetic = True
        elif name == "t":
            self.listening = not self._phonetic

    def closed(self, name):
        if name == "t":
            self.listening = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.strings.append(unescape(self.taken()))


class _Styles(Handler):
    def __init__(self, builder: Builder) -> None:
        super().__init__(builder)
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []  # of each cell style
        self._in_cells = False

    def opened(self, name, attributes):
        if name == "numFmt":
            self._codes.setdefault(int(attributes["numFmtId"]), attributes["formatCode"][:_LONGEST_FORMAT])
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._formats.append(int(attributes.get("numFmtId", 0)))

    def closed(self, name):
        if name == "cellXfs":
            self._in_cells = False

    def code(self, style: int) -> str:
        """The number format of a cell style, "" when it has none."""
        key = self._formats[style] if 0 <= style < len(self._formats) else 0
        code = self._codes.get(key) or BUILTIN_FORMATS.get(key, "")
        return "" if code == "General" else code


class _Sheet(Handler):
    def __init__(self, builder: Builder, strings: list[str], styles: _Styles, epoch: datetime) -> None:
        super().__init__(builder)
        self.strings, self.epoch = strings, epoch
        self.code = cache(styles.code)
        self.is_date = cache(is_date_format)
        self.row = self.column = self.style = 0
        self.kind = "n"
        self.value: str | None = None
        self.formula = self.phonetic = False

    def opened(self, name, attributes):
        if name == "c":
            if reference := _REFERENCE.fullmatch(attributes.get("r", "")):
                self.column, self.row = _number(reference[1]), int(reference[2])
            else:
                self.column += 1
            self.style, self.kind = int(attributes.get("s", 0)), attributes.get("t", "n")
            self.value, self.formula = None, False
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "f":
            self.formula = True
        elif name in ("v", "t"):
            self.listening = not self.phonetic
        elif name == "rPh":
            self.phonetic = True
        elif name == "mergeCell":
            corners = [_REFERENCE.fullmatch(corner) for corner in attributes["ref"].split(":")]
            if len(corners) == 2 and all(corners):
                first, last = corners
                self.builder.merge(int(first[2]), _number(first[1]), int(last[2]), _number(last[1]))

    def closed(self, name):
        if name == "rPh":
            self.phonetic = False
        elif name == "v":
            self.value, self.listening = self.taken(), False
        elif name == "t":
            self.value, self.listening = (self.value or "") + self.taken(), False
        elif name == "c" and (self.value is not None or self.formula):
            code = self.code(self.style) if self.kind == "n" else ""
            self.builder.add(self.row, self.column, self._read(code), code, formula=self.formula)

    def _read(self, code: str) -> Value:
        text = self.value
        if text is None:
            return None
        match self.kind:
            case "s":
                return self.strings[int(text)] if int(text) < len(self.strings) else None
            case "b":
                return text == "1"
            case "d":
                return from_ISO8601(text)
            case "n":
                return self._number(text, code)
            case _:  # str, inlineStr, e
                return unescape(text)

    def _number(self, text: str, code: str) -> Value:
        if not text.strip():
            return None
        number = float(text)
        if not isfinite(number):
            return text
        if code and self.is_date(code):
            try:
                return from_excel(number, self.epoch)
            except (ValueError, OverflowError):
                return text
        return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for character in letters.upper():
        number = number * 26 + ord(character) - ord("A") + 1
    return number
