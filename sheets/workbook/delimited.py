"""Text files as grids: csv with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import csv
import io
from collections import Counter
from contextlib import suppress
from itertools import islice

from django.utils.translation import gettext_noop as _

from sheets.workbook.grid import Builder, Unreadable

_DELIMITERS = ";,\t"
_SAMPLE = 200  # rows looked at to tell the delimiter


def read_delimited(content: bytes, name: str, builder: Builder, *, alone: bool = True) -> None:
    """Add the text file's only sheet, called `name`; raises Unreadable when it is not a table.

    One that is not `alone`, but of a zip, may have a single column.
    """
    text = _decoded(content)
    if text.lstrip()[:1] == "<":
        raise Unreadable(
            _(
                "El archivo es una página web o un XML, aunque su nombre diga otra cosa. "
                "Ábralo en su hoja de cálculo y guárdelo como .xlsx u .ods."
            )
        )
    delimiter = _delimiter(text, alone)
    builder.start(name)
    try:
        for row, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            for column, value in enumerate(values, start=1):
                if not value:
                    continue
                is_formula = value.startswith("=") and len(value) > 1
                builder.add(row, column, None if is_formula else value, formula=is_formula)
    except csv.Error as error:
        raise Unreadable(
            _("El texto no se puede separar en columnas: revise que las comillas abran y cierren en cada celda.")
        ) from error
    builder.finish()


def _decoded(content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 11, 12, 13))
        if odd == 0:
            return text
    raise Unreadable(
        _(
            "El archivo no es una hoja de cálculo ni un texto separado por comas. "
            "Suba un archivo .xlsx, .xlsm, .ods o .csv."
        )
    )


def _delimiter(text: str, alone: bool) -> str:
    """The delimiter that makes the most rows of one same, largest width."""
    best, best_score = "", 0
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        with suppress(csv.Error):  # told when the text is read whole
            widths.update(len(values) for values in islice(rows, _SAMPLE) if len(values) > 1)
        score = max((count * (width - 1) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    if not best and not alone:
        return _DELIMITERS[1]
    if not best:
        raise Unreadable(
            _("El texto no está separado en columnas. Guarde la hoja como CSV con comas o punto y coma, o como .xlsx.")
        )
    return best
