"""Verifies a file or a code against the reports; the file is hashed while it arrives and never stored.

What one that is none of ours says to be is read in recount.py.
"""

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
MOST_KEPT = 20 * 1024 * 1024  # of them, what is looked into
LISTED = 20  # reports shown for one short code

AUTHENTIC, KNOWN, ALTERED, PREVIEW, UNKNOWN = "authentic", "known", "altered", "preview", "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """AUTHENTIC (the same bytes), KNOWN (a code of a report; the file was not seen), ALTERED (other bytes that say to
    be a report), PREVIEW or UNKNOWN.

    `reports` is empty for a preview: it is not published.
    """

    outcome: str
    reports: tuple[Report, ...] = ()
    has_its_data: bool = False  # of an altered one: the data inside are those published


class Copy(UploadedFile):
    """An uploaded file with its SHA-256; its content is empty when it is more than is kept."""

    def __init__(self, content: BytesIO, name: str, size: int, sha256: str):
        super().__init__(content, name, size=size)
        self.sha256 = sha256


class Fingerprint(FileUploadHandler):
    """Hashes an uploaded file as it arrives: request.FILES gets a Copy. Its first MOST_KEPT bytes stay in memory until
    the answer is written, nothing is stored."""

    too_large = False

    def __init__(self, request, most: int):
        """`most`: bytes; a file with more is `too_large`."""
        super().__init__(request)
        self.most = most

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.digest, self.content, self.size = hashlib.sha256(), BytesIO(), 0

    def receive_data_chunk(self, raw_data, start):
        self.size = start + len(raw_data)
        if self.size > self.most:
            self.too_large = True
            raise StopUpload  # the rest is read and dropped, else the browser shows a broken connection, not the answer
        self.digest.update(raw_data)
        if self.size <= MOST_KEPT:
            self.content.write(raw_data)

    def file_complete(self, file_size):
        content = self.content if self.size <= MOST_KEPT else BytesIO()
        content.seek(0)
        return Copy(content, self.file_name, file_size, self.digest.hexdigest())


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
