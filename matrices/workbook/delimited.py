"""Text files as grids: csv with commas, semicolons or tabs, in UTF-8, UTF-16, Windows-1252, DOS 850 or Mac Roman."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice

from django.utils.translation import gettext_noop as _

from matrices.workbook.grid import Builder, Unreadable, one_line

_ODD = re.compile(r"(?<=[^\W\d_])[^\w\s.,;:'’\-/()&+|*%\"°ºª–—@#\\]+(?=[^\W\d_])")  # a sign inside a word
_FOREIGN = re.compile(r"[^\W\d_a-zA-ZáéíóúñüÁÉÍÓÚÑÜàèìòùçÀÈÌÒÙÇïöÏÖâêôÂÊÔºª½¼¾¹²³]")  # letters that no Spanish text has
_LOOKED_AT = 2**20  # characters in which odd letters are looked for
_SHOWN = 40  # characters of a sample
_DELIMITERS = ";,\t"
_SAMPLE = 200  # rows looked at to tell the delimiter


def read_delimited(content: bytes, name: str, builder: Builder, *, alone: bool = True) -> None:
    """Add the text file's only sheet, called `name`; raises Unreadable when it is not a table.

    One that is not `alone`, but of a zip, may have a single column.
    """
    text, is_doubtful = _decoded(content)
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
    if is_doubtful:
        builder.grids[-1].samples = _samples(text)


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether it is doubtful that it reads well."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            if encoding == "cp1252" and not _controls(text := content.decode("latin-1")):
                return _best(content, [text])
            continue
        if _controls(text) == 0:
            return (text, bool(_faults(text))) if encoding != "cp1252" else _best(content, [text])
    raise Unreadable(
        _(
            "El archivo no es una hoja de cálculo ni un texto separado por comas. "
            "Suba un archivo .xlsx, .xlsm, .ods o .csv."
        )
    )


def _best(content: bytes, texts: list[str]) -> tuple[str, bool]:
    """The text in the encoding that leaves the fewest signs inside words; doubtful when it leaves some."""
    if _faults(texts[0]):
        texts += [content.decode(encoding) for encoding in ("cp850", "mac_roman")]
    best = min(texts, key=_faults)  # the first of those that are alike
    return best, _faults(best) > 0 or best is not texts[0]


def _faults(text: str) -> int:
    """How many times a word holds what no Spanish word does: «p£blica», «ni¤ez», «participaci¢n»."""
    text = text[:_LOOKED_AT]
    return len(_ODD.findall(text)) + len(_FOREIGN.findall(text))


def _controls(text: str) -> int:
    return sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 11, 12, 13))


def _samples(text: str) -> tuple[str, ...]:
    """Two pieces of the text with letters that only one encoding gives."""
    pieces = (piece for line in text.splitlines() for piece in re.split(r"[;,\t]", line))
    telling = dict.fromkeys(one_line(piece)[:_SHOWN] for piece in pieces if not piece.isascii())
    return tuple(sorted(telling, key=lambda piece: not _faults(piece))[:2])


def _delimiter(text: str, alone: bool) -> str:
    """The delimiter that makes the most rows of one same, largest width; many alike tell more than a wide one."""
    best, best_score = "", 0
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        with suppress(csv.Error):  # told when the text is read whole
            widths.update(len(values) for values in islice(rows, _SAMPLE) if len(values) > 1)
        score = max((count**2 * (width - 1) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    if not best and not alone:
        return _DELIMITERS[1]
    if not best:
        raise Unreadable(
            _("El texto no está separado en columnas. Guarde la hoja como CSV con comas o punto y coma, o como .xlsx.")
        )
    return best
