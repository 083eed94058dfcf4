"""The work of one render job: take the facts, render them, store the result, or fail with a reason for people."""

from __future__ import annotations

import json
import logging
from io import BytesIO

import pikepdf
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from records import audit
from records.refusals import NotReady, Refused
from reports import jobs, pdf, publication, snapshot
from reports.jobs import Lease
from reports.models import RenderJob, Report

ROUNDS = 5  # renderings of one attempt: a text may be saved, or a number taken, while one is under way

logger = logging.getLogger(__name__)


def perform(job_id: int) -> None:
    """Renders a queued job until it is done or failed; does nothing when another worker has it.

    Lost database connections leave the job running: its lease expires and the sweep requeues it.
    """
    lease = Lease.take(job_id)
    if lease is None:
        logger.info("Job %s: not queued any more", job_id)
        return
    try:
        with audit.acting_as(lease.job.requested_by):
            try:
                with lease.renewed():
                    _render(lease)
            except (jobs.Lost, OperationalError, InterfaceError):
                raise
            except Exception as error:
                logger.exception("Job %s failed", job_id)
                lease.fail(explain(error))
    except jobs.Lost:
        logger.warning("Job %s: attempt %s came late; its work is thrown away", job_id, lease.job.attempt)


def explain(error: Exception) -> str:
    if isinstance(error, Refused):
        return " ".join(error.messages)
    if isinstance(error, (pdf.RendererMissing, pdf.ForbiddenResource, pdf.IncompleteReport)):
        return str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        return _("El informe tardó demasiado y se detuvo. Inténtelo de nuevo; si se repite, avise a quien administra.")
    if isinstance(error, OSError):
        return _(
            "No se pudo guardar el archivo del informe (%(error)s). Nada quedó a medias. Avise a quien administra el "
            "sitio para que revise el espacio en disco, y vuelva a intentarlo."
        ) % {"error": error.strerror or error}
    if isinstance(error, publication.Outdated):
        return _("El informe cambió varias veces mientras se componía. Inténtelo cuando nadie lo esté editando.")
    if isinstance(error, ValueError):
        return _("Un dato del informe no se puede imprimir: %(error)s") % {"error": error}
    return _(
        "Algo falló al componer el informe y nada quedó a medias. Inténtelo de nuevo; si vuelve a pasar, avise a quien "
        "administra el sitio: el registro del procesador de tareas dice qué fue (%(error)s)."
    ) % {"error": type(error).__name__}


def _render(lease: Lease) -> None:
    for _round in range(ROUNDS):
        try:
            return _render_once(lease)
        except publication.Outdated:
            logger.info("Job %s: the report changed meanwhile; once more", lease.job.pk)
    raise publication.Outdated


def _render_once(lease: Lease) -> None:
    job = lease.job
    publishing = job.purpose == RenderJob.Purpose.PUBLISH
    report = Report.objects.select_related("plan__entity").get(pk=job.report_id)
    if report.state != Report.State.DRAFT:
        raise NotReady(_("Este informe ya está publicado."))
    today = timezone.localdate()
    facts = (
        snapshot.take(report, on=today, number=publication.next_number(report, today))
        if publishing
        else snapshot.take(report)
    )
    canonical, fingerprint = snapshot.canonical(facts), snapshot.sha256(facts)
    content = pdf.render(facts, fingerprint=fingerprint, on_progress=lease.tell)
    with pikepdf.open(BytesIO(content)) as document:
        pages = len(document.pages)
    result = {"report": report, "seen": report.revision, "fingerprint": fingerprint, "pdf": content, "pages": pages}
    with transaction.atomic():
        lease.finish()  # first: a worker that lost its lease stores nothing
        if publishing:
            publication.store_publication(**result, facts=json.loads(canonical), by=job.requested_by)
        else:
            publication.store_preview(**result)
