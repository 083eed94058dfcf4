"""How a rendered report is stored: a draft's preview, or a publication with its number, facts and file."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from accounts.models import Entity, User
from plans.models import Plan
from records import audit
from records.models import StoredFile
from records.refusals import NotReady
from reports import notifications, writing
from reports.models import Picture, Report
from reports.states import REPORTS, publication_blockers


class Outdated(Exception):
    """The draft, the number or the day changed since the facts were taken: render again."""


def next_number(report: Report, on: date) -> str:
    """The number of a report published on `on` ("2026-007"); a correction keeps the number of its first version.

    Consecutive per entity and year of publication. Compute it again in the transaction that uses it, the entity locked.
    """
    earlier = report.same().exclude(number="")
    if number := earlier.values_list("number", flat=True).first():
        return number
    year = Report.objects.filter(plan__entity=report.plan.entity_id, number__startswith=f"{on.year}-")
    last = max((int(number.partition("-")[2]) for number in year.values_list("number", flat=True)), default=0)
    return f"{on.year}-{last + 1:03d}"


def store_preview(*, report: Report, seen: int, pdf: StoredFile, pages: int, fingerprint: str) -> None:
    """Replaces a draft's preview. Call inside a transaction; raises Outdated if the draft changed since `seen`."""
    current = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    if (current.revision, current.state) != (seen, Report.State.DRAFT):
        raise Outdated
    current.file, current.pdf_sha256 = pdf, pdf.sha256
    current.pages, current.snapshot_sha256 = pages, fingerprint
    current.save(update_fields=["file", "pdf_sha256", "pages", "snapshot_sha256"])


def store_publication(
    *, report: Report, seen: int, facts: dict, fingerprint: str, pdf: StoredFile, pages: int, by: User | None
) -> None:
    """Publishes a rendered report: freezes its facts, stores its file, supersedes the version before it.

    Call inside a transaction. `seen`: the draft's revision when its facts were taken;
    `facts`: the snapshot as plain JSON. Raises Outdated when the draft, the number or the day differ from
    the facts, and NotReady when the plan is no longer approved.
    """
    # Locks, always in this order: the plan (nobody returns it to draft meanwhile), the entity (one number at a time).
    plan = Plan.objects.select_for_update(no_key=True).get(pk=report.plan_id)
    Entity.objects.select_for_update(no_key=True).get(pk=plan.entity_id)
    now = timezone.now()
    today, edition = timezone.localdate(now), facts["edition"]
    number = next_number(report, today)
    current = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    current.plan = plan
    if blockers := list(publication_blockers(current)):
        raise NotReady(*blockers)
    drafted = (current.revision, current.state) == (seen, Report.State.DRAFT)
    if not drafted or (edition["number"], edition["published_on"]) != (number, today.isoformat()):
        raise Outdated
    for replaced in current.same().filter(state=Report.State.PUBLISHED):
        with audit.acting_as(by):
            REPORTS.move(replaced, Report.State.SUPERSEDED, by=None)
    frozen = {
        "number": number,
        "snapshot": facts,
        "snapshot_sha256": fingerprint,
        "file": pdf,
        "pdf_sha256": pdf.sha256,
        "pages": pages,
    }
    writing.end(current.stints.all())
    REPORTS.move(current, Report.State.PUBLISHED, by=by, seen=seen, frozen=frozen, at=now, publisher=by)
    shown = StoredFile.objects.filter(sha256__in=facts["assets"])
    Picture.objects.bulk_create(Picture(report=current, file=file) for file in shown)
    notifications.tell_publication(current, by=by)
