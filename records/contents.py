"""What a file that somebody uploads is, told by its content and never by its name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from display import figures
from records import pictures

MOST_BYTES = 25 * 1024 * 1024
HEAD = 1 << 16  # bytes that tell a type
PDF, JPEG = "application/pdf", "image/jpeg"
OFFICE = "application/vnd.openxmlformats-officedocument"
XLSX, DOCX = f"{OFFICE}.spreadsheetml.sheet", f"{OFFICE}.wordprocessingml.document"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", XLSX: ".xlsx", DOCX: ".docx"}
BODIES = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}  # the part that each document of Office has
PICTURES = {"image/jpeg", "image/png", "image/heif", "image/heic"}
ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.xlsx,.docx,image/jpeg,image/png"  # what a page's field of files offers


@dataclass(frozen=True)
class Content:
    body: bytes  # as it is stored: of a picture, its pixels alone
    media_type: str
    sha256: str  # of what was sent
    width: int | None = None  # of a picture
    height: int | None = None


def read(upload: UploadedFile) -> Content:
    """A PDF, photograph, xlsx or docx of at most 25 MB. Raises ValidationError with a sentence that names the file."""
    name = name_of(upload)
    if upload.size > MOST_BYTES:
        raise ValidationError(
            _("«%(name)s» pesa %(size)s MB y caben 25. Guárdelo más pequeño, o deje aquí el enlace de donde está.")
            % {"name": name, "size": figures.whole(-(-upload.size // (1024 * 1024)))}
        )
    upload.seek(0)
    content = upload.read()
    if not content:
        raise ValidationError(_("«%(name)s» llegó vacío. Súbalo de nuevo.") % {"name": name})
    sha256, found = digest(content), _types(content)
    if content.startswith(b"%PDF-"):
        return Content(content, PDF, sha256)
    if "zip" in found and (document := _document(content)):
        return Content(content, document, sha256)
    if found & PICTURES:
        picture = _picture(content, name)
        return Content(picture.content, JPEG, sha256, picture.width, picture.height)
    raise ValidationError(_refusal(name, found) % {"name": name, "found": ", ".join(sorted(found)[:1])})


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def name_of(upload: UploadedFile) -> str:
    """As it was called, without folders and at most 200 characters long, its ending kept."""
    path = PurePath((upload.name or "").replace("\\", "/").replace("\0", ""))
    return f"{path.stem[: 200 - len(path.suffix[:10])]}{path.suffix[:10]}" or _("archivo")


def _types(content: bytes) -> set[str]:
    """The types that the first bytes may be, the likeliest alone when it is none that is taken."""
    try:
        matches = puremagic.magic_string(content[:HEAD])
    except (puremagic.PureError, ValueError):
        return set()
    types = {match.mime_type for match in matches}
    if types & PICTURES:
        return types & PICTURES
    if content.startswith(b"PK\x03\x04"):
        return {"zip"}
    return {matches[0].extension} if matches else set()


def _document(content: bytes) -> str | None:
    """xlsx or docx by the part that it has inside; None for any other archive, and for one with macros."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.casefold().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for body, kind in BODIES.items() if body in names), None)


def _picture(content: bytes, name: str) -> pictures.Picture:
    try:
        return pictures.clean(content)
    except pictures.TooLarge as error:
        raise ValidationError(
            _(
                "«%(name)s» mide %(width)s × %(height)s píxeles, más de lo que se puede abrir aquí. "
                "Guárdela más pequeña: con 4.000 de lado basta."
            )
            % {"name": name, "width": figures.whole(error.width), "height": figures.whole(error.height)}
        ) from error
    except pictures.Unreadable as error:
        raise ValidationError(
            _("«%(name)s» está dañada y no se puede abrir. Ábrala en su equipo, guárdela de nuevo y súbala otra vez.")
            % {"name": name}
        ) from error


def _refusal(name: str, found: set[str]) -> str:
    if found & {".svg", ".svgz"}:
        return _("«%(name)s» es un dibujo SVG, que puede traer programas. Guárdelo como PNG o PDF y súbalo.")
    if found & {".mp4", ".mov", ".3gp", ".avi", ".mkv", ".webm", ".m4v"}:
        return _("«%(name)s» es un video. Publíquelo donde la entidad los guarda y deje aquí el enlace.")
    if "zip" in found:
        return _("«%(name)s» es un archivo comprimido, o trae macros. Suba cada archivo por aparte, sin macros.")
    if found:
        return _(
            "«%(name)s» es por dentro un archivo «%(found)s», que aquí no se recibe. Se reciben PDF, fotografías JPEG, "
            "PNG o HEIC, hojas xlsx y documentos docx."
        )
    return _(
        "No se reconoce qué es «%(name)s». Se reciben PDF, fotografías JPEG, PNG o HEIC, hojas xlsx y documentos docx."
    )
