"""Whether a file or a code is one of our reports: the file is hashed while it arrives and never stored."""

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
LISTED = 20  # reports that one short code may show

AUTHENTIC, KNOWN, PREVIEW, UNKNOWN = "authentic", "known", "preview", "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """AUTHENTIC (the very bytes), KNOWN (the code is of a report; the file was not seen), PREVIEW or UNKNOWN.

    A preview is never named: it is not published.
    """

    outcome: str
    reports: tuple[Report, ...] = ()


class Copy(UploadedFile):
    """What is left of a file that arrived: its name, size and SHA-256."""

    def __init__(self, name: str, size: int, sha256: str):
        super().__init__(BytesIO(), name, size=size)
        self.sha256 = sha256


class Fingerprint(FileUploadHandler):
    """Takes the SHA-256 of an uploaded file as it arrives, and lets its bytes go: request.FILES holds a Copy."""

    too_large = False

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.digest = hashlib.sha256()

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > MOST_BYTES:
            self.too_large = True
            raise StopUpload  # the rest is read and dropped, so that the answer can be seen
        self.digest.update(raw_data)

    def file_complete(self, file_size):
        return Copy(self.file_name, file_size, self.digest.hexdigest())


def published() -> QuerySet[Report]:
    """Reports that everybody may read, with what their lines and addresses need."""
    public = Report.objects.public().filter(plan__state__in=Plan.PUBLIC)
    return public.light().select_related("plan__entity").order_by("-published_at")


def of_file(sha256: str) -> Verdict:
    """What a file with this SHA-256 is."""
    if found := tuple(published().filter(pdf_sha256=sha256)[:LISTED]):
        return Verdict(AUTHENTIC, found)
    return Verdict(PREVIEW if _drafts().filter(pdf_sha256=sha256).exists() else UNKNOWN)


def of_code(code: str) -> Verdict:
    """What a typed fingerprint (8 to 64 hexadecimal digits) is: of a file, or the one that the pages print."""
    if len(code) == 64 and (found := tuple(published().filter(pdf_sha256=code)[:LISTED])):
        return Verdict(AUTHENTIC, found)
    starts = Q(snapshot_sha256__startswith=code) | Q(pdf_sha256__startswith=code)
    if found := tuple(published().filter(starts)[:LISTED]):
        return Verdict(KNOWN, found)
    return Verdict(PREVIEW if _drafts().filter(starts).exists() else UNKNOWN)


def _drafts() -> QuerySet[Report]:
    return Report.objects.filter(state=Report.State.DRAFT).exclude(pdf="")
