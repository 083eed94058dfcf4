"""Any supported file, told by its content, as grids: xlsx and xlsm, ods, or text."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePath
from typing import BinaryIO
from xml.sax import SAXException

from defusedxml import DefusedXmlException
from django.utils.translation import gettext_noop as _

from matrices.workbook.delimited import read_delimited
from matrices.workbook.grid import MAX_BYTES, Builder, Grid, Unreadable
from matrices.workbook.ods import read_ods
from matrices.workbook.xlsx import read_xlsx

MAX_UNZIPPED = 200 * 2**20
MAX_UNZIPPED_TEXT = 60 * 2**20  # of the CSV files of a zip
MAX_RATIO = 200  # unzipped ÷ zipped, once it is more than a few megabytes; real sheets stay under 60
MAX_PARTS = 5_000
_SMALL = 8 * 2**20

# what a package cut short or scrambled makes of zipfile, of its decompressors and of the XML parser
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
    SAXException, LookupError, ValueError, ArithmeticError,
)  # fmt: skip
_NO_SHEET = _("El archivo no es una hoja de cálculo. Suba un archivo .xlsx, .xlsm, .ods o .csv.")
_DAMAGED = _(
    "El archivo está incompleto o dañado. "
    "Ábralo en su hoja de cálculo, guárdelo de nuevo como .xlsx y vuelva a subirlo."
)
_TOO_LARGE = _(
    "El archivo ocupa más de %(limit)s MB, que es el máximo. "
    "Quite imágenes y hojas que no sean del plan y vuelva a subirlo."
)
_TOO_LARGE_UNZIPPED = _(
    "El archivo ocupa demasiado al descomprimirse; el máximo es %(limit)s MB. "
    "Quite imágenes y hojas que no sean del plan y vuelva a subirlo."
)


def open_workbook(file: BinaryIO, filename: str) -> list[Grid]:
    """The sheets of a spreadsheet, in their order; raises Unreadable with what is wrong and what to do."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Unreadable(_TOO_LARGE, limit=MAX_BYTES // 2**20)
    if not content.strip():
        raise Unreadable(_("El archivo está vacío. Suba un archivo .xlsx, .xlsm, .ods o .csv."))
    builder = Builder()
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Unreadable(
            _(
                "El archivo tiene contraseña o es un .xls antiguo. "
                "Ábralo, quítele la contraseña, guárdelo como .xlsx y vuelva a subirlo."
            )
        )
    if content.startswith(b"PK"):
        _read_zipped(content, builder)
    elif content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf")):
        raise Unreadable(_NO_SHEET)
    else:
        read_delimited(content, PurePath(filename).stem or "csv", builder)
    if not any(grid.rows for grid in builder.grids):
        raise Unreadable(_("La hoja de cálculo no tiene ninguna celda escrita. Revise que sea el archivo correcto."))
    return builder.grids


def _read_zipped(content: bytes, builder: Builder) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = _checked(package)
            if "xl/workbook.bin" in parts:
                raise Unreadable(_("El archivo es un .xlsb. Ábralo, guárdelo como .xlsx y vuelva a subirlo."))
            if "content.xml" in parts and b"spreadsheet" in _mimetype(package, parts):
                read_ods(package, builder)
            elif "[Content_Types].xml" in parts and any(part.startswith("xl/") for part in parts):
                read_xlsx(package, builder)
            elif parts and all(part.lower().endswith((".csv", "/")) or "__MACOSX" in part for part in parts):
                _read_csvs(package, builder)
            else:
                raise Unreadable(_NO_SHEET)
    except DefusedXmlException as error:
        raise Unreadable(
            _(
                "El archivo trae definiciones XML que una hoja de cálculo no necesita, y por seguridad no se abre. "
                "Guárdelo de nuevo como .xlsx desde su hoja de cálculo."
            )
        ) from error
    except _BROKEN as error:
        raise Unreadable(_DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:  # a compression or a password that zipfile does not know
        raise Unreadable(
            _(
                "El archivo está protegido o comprimido de una forma que no se puede leer. "
                "Quítele la contraseña, guárdelo como .xlsx y vuelva a subirlo."
            )
        ) from error


def _read_csvs(package: zipfile.ZipFile, builder: Builder) -> None:
    """Add each text file of the package as a sheet."""
    parts = [part for part in package.infolist() if not part.is_dir() and "__MACOSX" not in part.filename]
    if sum(part.file_size for part in parts) > MAX_UNZIPPED_TEXT:  # each is read whole, not as it streams by
        raise Unreadable(_TOO_LARGE_UNZIPPED, limit=MAX_UNZIPPED_TEXT // 2**20)
    for part in parts:
        if (content := package.read(part)).strip():
            read_delimited(content, PurePath(part.filename).stem, builder, alone=False)


def _checked(package: zipfile.ZipFile) -> set[str]:
    """The names of the package's parts, once their declared sizes are acceptable (zipfile never reads past them)."""
    parts = package.infolist()
    unzipped = sum(part.file_size for part in parts)
    zipped = sum(part.compress_size for part in parts)
    if len(parts) > MAX_PARTS or unzipped > MAX_UNZIPPED:
        raise Unreadable(_TOO_LARGE_UNZIPPED, limit=MAX_UNZIPPED // 2**20)
    if unzipped > _SMALL and unzipped > MAX_RATIO * max(zipped, 1):
        raise Unreadable(
            _(
                "El archivo se agranda de forma anormal al descomprimirse y por seguridad no se abre. "
                "Guárdelo de nuevo como .xlsx desde su hoja de cálculo."
            )
        )
    return {part.filename for part in parts}


def _mimetype(package: zipfile.ZipFile, parts: set[str]) -> bytes:
    """What an OpenDocument package says that it is: its `mimetype` part, else its manifest."""
    for part in ("mimetype", "META-INF/manifest.xml"):
        if part in parts:
            with package.open(part) as stream:
                return stream.read(100_000)
    return b""
