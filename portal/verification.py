"""Verifies a file or a code against the reports; the file is hashed while it arrives and never stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db.models import Q, QuerySet

from plans.models import Plan
from reports.models import Report

MOST_BYTES = 50 * 1024 * 1024
LISTED = 20  # reports shown for one short code

AUTHENTIC, KNOWN, PREVIEW, UNKNOWN = "authentic", "known", "preview", "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """AUTHENTIC (the same bytes), KNOWN (a code of a report; the file was not seen), PREVIEW or UNKNOWN.

    `reports` is empty for a preview: it is not published.
    """

    outcome: str
    reports: tuple[Report, ...] = ()


class Copy(UploadedFile):
    """An uploaded file without its content: name, size and SHA-256."""

    def __init__(self, name: str, size: int, sha256: str):
        super().__init__(BytesIO(), name, size=size)
        self.sha256 = sha256


class Fingerprint(FileUploadHandler):
    """Hashes an uploaded file as it arrives and discards its bytes: request.FILES gets a Copy."""

    too_large = False

    @property
    def most(self) -> int:
        return MOST_BYTES

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.digest = hashlib.sha256()

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > self.most:
            self.too_large = True
            raise StopUpload  # the rest is read and dropped, else the browser shows a broken connection, not the answer
        self.digest.update(raw_data)

    def file_complete(self, file_size):
        return Copy(self.file_name, file_size, self.digest.hexdigest())


class InMemory(Fingerprint):
    """The same, with its bytes in memory until the answer is written: request.FILES gets a Copy that can be read."""

    most = 20 * 1024 * 1024

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data, start):
        super().receive_data_chunk(raw_data, start)
        self.content.write(raw_data)

    def file_complete(self, file_size):
        copy = super().file_complete(file_size)
        self.content.seek(0)
        copy.file = self.content
        return copy


def published() -> QuerySet[Report]:
    """Public reports of public plans, with what their lines and addresses need."""
    public = Report.objects.public().filter(plan__state__in=Plan.PUBLIC)
    return public.light().select_related("plan__entity", "dependency").order_by("-published_at")


def of_file(sha256: str) -> Verdict:
    # The file as it was published, or as it was composed again from the same data after a loss.
    if reports := tuple(published().filter(Q(pdf_sha256=sha256) | Q(file__sha256=sha256))[:LISTED]):
        return Verdict(AUTHENTIC, reports)
    return Verdict(PREVIEW if _drafts().filter(pdf_sha256=sha256).exists() else UNKNOWN)


def of_code(code: str) -> Verdict:
    """`code`: 8 to 64 hexadecimal digits, the start of a file's SHA-256 or of the fingerprint printed on the pages."""
    if len(code) == 64 and (verdict := of_file(code)).outcome == AUTHENTIC:
        return verdict
    starts = Q(snapshot_sha256__startswith=code) | Q(pdf_sha256__startswith=code)
    if reports := tuple(published().filter(starts)[:LISTED]):
        return Verdict(KNOWN, reports)
    return Verdict(PREVIEW if _drafts().filter(starts).exists() else UNKNOWN)


def _drafts() -> QuerySet[Report]:
    return Report.objects.filter(state=Report.State.DRAFT).exclude(file=None)
