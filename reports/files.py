"""Storage of report PDFs: private, named by their own SHA-256, written whole or not at all."""

import fcntl
import hashlib
import logging
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404

from reports.models import Report

FOLDER = "reports"
FORGOTTEN_AFTER = 3600  # seconds: far longer than any job takes between writing its file and naming it in a row

logger = logging.getLogger(__name__)


def keep(content: bytes) -> tuple[str, str]:
    """Stores a PDF and returns (name for `Report.pdf`, its SHA-256); equal bytes share one name.

    The file is complete and flushed to disk, or absent. Raises OSError when it cannot be written.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"{FOLDER}/{sha256}.pdf"
    with _folder() as folder:
        # In the same folder, so that os.replace stays within one file system and is atomic.
        handle, part = tempfile.mkstemp(suffix=".part", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(part, settings.FILE_UPLOAD_PERMISSIONS)
            os.replace(part, _path(name))
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part)
    return name, sha256


def forget(name: str) -> None:
    """Deletes a stored file, unless a report still names it: equal PDFs share a file."""
    with _folder():
        if name and not Report.objects.filter(pdf=name).exists():
            _path(name).unlink(missing_ok=True)


def sweep(*, older_than: float = FORGOTTEN_AFTER) -> int:
    """Deletes files that a crash left without a report, at least `older_than` seconds old; returns how many."""
    limit, deleted = time.time() - older_than, 0
    with _folder() as folder:
        old = [path for path in folder.iterdir() if path.name != ".lock" and path.stat().st_mtime <= limit]
        named = set(Report.objects.exclude(pdf="").values_list("pdf", flat=True)) if old else set()
        for path in old:
            if f"{FOLDER}/{path.name}" not in named:
                path.unlink(missing_ok=True)
                deleted += 1
    return deleted


def download(report: Report, *, public: bool) -> FileResponse:
    """The report's PDF: cached for ever when public, never cached otherwise. Raises Http404 when there is no file."""
    try:
        file = _path(report.pdf.name).open("rb") if report.pdf else None
    except FileNotFoundError:
        logger.error("Report %s: its file %s is missing", report.pk, report.pdf.name)
        file = None
    if file is None:
        raise Http404
    parts = ["informe", report.plan.slug, report.period, f"v{report.version}"]
    if report.state == Report.State.DRAFT:
        parts.append("borrador")
    filename = f"{'-'.join(parts)}.pdf"
    response = FileResponse(file, as_attachment=public, filename=filename, content_type="application/pdf")
    response["ETag"] = f'"{report.pdf_sha256}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable" if public else "private, no-store"
    return response


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT, name)


@contextmanager
def _folder():
    """The folder, locked between processes: no file is deleted while another process writes it again."""
    folder = Path(settings.MEDIA_ROOT, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    with Path(folder, ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
