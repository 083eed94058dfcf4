"""What a worker does with a report: take the facts, render them, store the result, or fail with a reason for people."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from tempfile import TemporaryFile

import pikepdf
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import files, jobs
from records.jobs import Failure, Lease
from records.refusals import NotReady
from reports import archive, notifications, pdf, publication, snapshot
from reports.actions import ARCHIVE, PREVIEW, PUBLISH
from reports.models import Report

ROUNDS = 5  # renderings of one attempt: a text may be saved while one is under way


def perform(lease: Lease) -> None:
    """Renders a draft as its preview, or publishes it; raises Failure with what people can do about it."""
    try:
        for _round in range(ROUNDS):
            try:
                return _render(lease)
            except publication.Outdated:
                continue
    except (pdf.RendererMissing, pdf.ForbiddenResource, pdf.IncompleteReport) as error:
        raise Failure(str(error)) from error
    except ValueError as error:
        raise Failure(_("Un dato del informe no se puede imprimir: %(error)s") % {"error": error}) from error
    raise Failure(_("El informe cambió varias veces mientras se componía. Inténtelo cuando nadie lo esté editando."))


def _render(lease: Lease) -> None:
    report = Report.objects.select_related("plan__entity").get(pk=lease.job.target_id)
    if report.state != Report.State.DRAFT:
        raise NotReady(_("Este informe ya está publicado."))
    publishing, today = lease.job.kind == PUBLISH, timezone.localdate()
    facts = (
        snapshot.take(report, on=today, number=publication.next_number(report, today))
        if publishing
        else snapshot.take(report)
    )
    canonical, fingerprint = snapshot.canonical(facts), snapshot.sha256(facts)
    content = pdf.render(facts, fingerprint=fingerprint, on_progress=lease.tell)
    result = {
        "report": report,
        "seen": report.revision,
        "fingerprint": fingerprint,
        "pdf": files.keep(content),
        "pages": pages_of(content),
    }
    with transaction.atomic():
        lease.finish()  # first: a worker that lost its lease stores nothing
        if publishing:
            publication.store_publication(**result, facts=json.loads(canonical), by=lease.job.requested_by)
        else:
            publication.store_preview(**result)


def pages_of(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as document:
        return len(document.pages)


def write_archive(lease: Lease) -> None:
    """Writes the ZIP of a year on disk, which is the job's result, and tells who asked for it."""
    job, entity, year = lease.job, lease.job.target, lease.job.arguments["year"]
    words = gettext_lazy("Copiando los informes")
    with TemporaryFile() as file:
        archive.write(entity, year, file, progress=lambda done, total: lease.tell(95 * done // total, words))
        stored = files.keep_from(file)
    with transaction.atomic():
        lease.finish(stored)
        if job.requested_by:
            notifications.tell_archive(entity, year, to=job.requested_by)


for kind in (PREVIEW, PUBLISH):
    # A report of 10,000 rows takes about one minute. It prints its number: the next one is known when it is published.
    jobs.register(kind, jobs.Work(perform, limit=15 * 60, watched=kind == PREVIEW, in_turn=kind == PUBLISH))
jobs.register(ARCHIVE, jobs.Work(write_archive, limit=15 * 60, kept_for=timedelta(days=1)))
