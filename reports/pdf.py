"""A snapshot as a PDF: tagged (PDF/UA-1), for archives (PDF/A-3a), in our own fonts, the same bytes every time.

The engine reads our own static files and what the snapshot names, nothing else: no network, no disk.
"""

from __future__ import annotations

import logging
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, time
from io import BytesIO
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display.typeface import printable
from records import files
from records.collector import collector_off
from records.models import StoredFile
from reports import finisher, published
from reports.tuning import references_once, with_room

Progress = Callable[[int, str], None]

# Static files have this address inside the document. The name can never exist (RFC 6761).
STATIC_BASE = "https://convite.invalid/static/"
# And so have the stored files that a snapshot names: its assets, by their SHA-256.
ASSETS_BASE = "https://convite.invalid/assets/"
JPEG = b"\xff\xd8"  # how a photograph begins; the shield is a PNG


class RendererMissing(RuntimeError):
    """The PDF engine cannot start on this machine; the message says what to install."""


class ForbiddenResource(RuntimeError):
    """The document asked for a resource other than our static files and inline data."""


class IncompleteReport(RuntimeError):
    """The engine left out a picture or a chart that it could not draw."""


@with_room
def render(
    snapshot: published.AnySnapshot,
    *,
    fingerprint: str,
    stored: dict | None = None,
    on_progress: Progress | None = None,
) -> bytes:
    """The report as PDF bytes with its data inside, always in Spanish, identical for an identical snapshot.

    `fingerprint`: the snapshot's SHA-256 in hexadecimal, printed on the cover and in the footers. `stored`: the facts
    as they were frozen, when they were; today's program may read them into newer ones.
    `on_progress(percent, step)`: called as the work advances, percent never decreasing, `step` as lazy text; its
    exceptions end the render.
    Raises RendererMissing, ForbiddenResource, IncompleteReport, and ValueError for an identity colour that is not one.
    """
    on_progress = on_progress or (lambda percent, step: None)
    weasyprint = _engine()
    with translation.override("es-co"):
        on_progress(2, gettext_lazy("Preparando el texto"))
        html = _in_our_type(published.paper(snapshot, fingerprint))
        with collector_off(), references_once(), _steps(on_progress, 9 + published.rows(snapshot) / 17):
            attachments = _attachments(weasyprint, snapshot, stored)

            def finish(_document, pdf) -> None:
                on_progress(96, gettext_lazy("Revisando la accesibilidad"))
                finisher.finish(pdf, html)

            # Compressed and identified at the end: the engine would write every object twice to name the file.
            plain = {"uncompressed_pdf": True, "pdf_identifier": False}
            pdf = _write(weasyprint, html, _assets(snapshot), attachments=attachments, finisher=finish, **plain)
            content = finisher.compressed(pdf)
        on_progress(100, gettext_lazy("Listo"))
    return content


# The alternative text of a chart is said, not drawn: it keeps its script.
_SAID = re.compile(r'((?<=role="img">)<title>.*?</title>)', re.DOTALL)


def _in_our_type(html: str) -> str:
    return "".join(part if at % 2 else printable(part) for at, part in enumerate(_SAID.split(html)))


def _engine():
    try:
        import weasyprint
    except OSError as missing:
        raise RendererMissing(
            _(
                "Faltan bibliotecas del sistema para hacer el PDF. En Debian se instalan con: "
                "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
            )
        ) from missing
    return weasyprint


def _assets(snapshot: published.AnySnapshot) -> dict[str, bytes]:
    """The pictures of the snapshot by their address. Raises IncompleteReport when one was lost."""
    names = getattr(snapshot, "assets", ())
    try:
        return {ASSETS_BASE + file.sha256: files.read(file) for file in StoredFile.objects.filter(sha256__in=names)}
    except files.Damaged as error:
        raise IncompleteReport(
            _("Una imagen del informe está dañada o se perdió (%(file)s): restáurela de la copia de seguridad.")
            % {"file": error.file.name}
        ) from error


def _attachments(weasyprint, snapshot: published.AnySnapshot, stored: dict | None) -> list:
    """The data of the report as attachments of its file, in the order of their names (ISO 32000-1, 7.9.6)."""
    edition = snapshot.edition
    moment = datetime.combine(edition.published_on or edition.cutoff, time())
    return [
        weasyprint.Attachment(
            file_obj=BytesIO(file.content),
            name=file.name,
            description=file.title,
            created=moment,
            modified=moment,
            relationship="Data",
        )
        for file in sorted(published.files(snapshot, stored), key=lambda file: file.name)
    ]


def _write(weasyprint, html: str, assets: dict[str, bytes], **options) -> bytes:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        """Static files of this project, the pictures of the snapshot and inline data; anything else ends the render."""

        refused: str = ""  # the engine swallows exceptions for a picture inside a picture

        def fetch(self, url: str, headers=None) -> URLFetcherResponse:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            if url.startswith(STATIC_BASE) and (path := _static_file(url.removeprefix(STATIC_BASE))):
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
            if content := assets.get(url):
                kind = "image/jpeg" if content.startswith(JPEG) else "image/png"
                return URLFetcherResponse(url, content, {"Content-Type": kind})
            self.refused = url
            raise FatalURLFetchingError(url)

    fetcher, pdf = OwnFiles(allowed_protocols=("data",), allow_redirects=False), b""
    with _faults() as faults, suppress(FatalURLFetchingError):
        document = weasyprint.HTML(string=html, base_url=STATIC_BASE, url_fetcher=fetcher)
        # PDF/A forbids smoothing, whatever the style sheet of the document is of.
        crisp = weasyprint.CSS(string="img { image-rendering: crisp-edges }")
        pdf = document.write_pdf(stylesheets=[crisp], pdf_variant="pdf/a-3a", **options)
    if fetcher.refused:
        raise ForbiddenResource(
            _("El informe pide un archivo que no es suyo: «%(url)s». Revise el escudo de la entidad.")
            % {"url": fetcher.refused[:120]}
        )
    if faults:
        raise IncompleteReport(
            _("El PDF quedó incompleto y no se guardó: %(fault)s. Revise el escudo de la entidad.")
            % {"fault": faults[0][:200]}
        )
    return pdf


def _static_file(name: str) -> Path | None:
    try:
        path = finders.find(name)
    except SuspiciousFileOperation:
        return None
    return Path(path) if path else None


@contextmanager
def _steps(on_progress: Progress, expected_pages: float) -> Iterator[None]:
    """Calls `on_progress` from the engine's log of this thread, the only place where it reports progress."""
    log = logging.getLogger("weasyprint.progress")
    handler = _Steps(on_progress, expected_pages)
    level, log.propagate = log.level, False
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        if not log.handlers:
            log.setLevel(level)
            log.propagate = True


@contextmanager
def _faults() -> Iterator[list[str]]:
    """Errors of this thread's render that the engine only logs: each leaves a hole in the report."""
    log, thread, faults = logging.getLogger("weasyprint"), threading.get_ident(), []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: faults.append(record.getMessage()) if record.thread == thread else None
    log.addHandler(handler)
    try:
        yield faults
    finally:
        log.removeHandler(handler)


class _Steps(logging.Handler):
    # "Step 5 - Creating layout - Page 3": percent at which each step of the engine starts.
    STARTS = {1: 4, 2: 6, 3: 8, 4: 14, 5: 20, 6: 76, 7: 94}

    def __init__(self, on_progress: Progress, expected_pages: float):
        super().__init__(logging.INFO)
        self.on_progress, self.expected_pages, self.reached = on_progress, expected_pages, 0
        self.thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.thread != self.thread or not message.startswith("Step "):
            return
        step = int(message[5])
        percent, page = self.STARTS[step], message.rpartition("Page ")[2]
        if step == 5 and page.isdigit():
            room = self.STARTS[6] - self.STARTS[5]
            percent += int(room * min(1, int(page) / self.expected_pages))
        # Pages are laid out twice when page numbers move: the second round does not go back.
        if percent > self.reached:
            self.reached = percent
            self.on_progress(percent, self.words(step, page))

    @staticmethod
    def words(step: int, page: str) -> str:
        if step < 5:
            return gettext_lazy("Preparando las páginas")
        if step == 5 and page.isdigit():
            return format_lazy(gettext_lazy("Componiendo la página {page}"), page=page)
        return gettext_lazy("Componiendo") if step == 5 else gettext_lazy("Escribiendo el PDF")
