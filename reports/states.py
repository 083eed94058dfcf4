"""The states of reports: transitions, permissions, needs, and the fields that change with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, may
from display.text import enumeration
from records.refusals import Blocker
from records.transitions import Machine, Transition
from reports import documents, signing
from reports.models import Report


def publication_blockers(report: Report, **_facts) -> Iterator[Blocker]:
    if not report.plan.is_approved:
        url = reverse("plans:plan_approve", args=[report.plan.entity.slug, report.plan.slug])
        yield Blocker(_("El plan está en borrador. Apruébelo para poder publicar sus informes."), url)
    yield from documents.known()[report.kind].blockers(report)
    is_signed = report.plan.entity.signs_reports and report.is_signed_apart
    if is_signed and (missing := signing.missing(report)):
        url = reverse("reports:report_sign", args=[report.plan.entity.slug, report.plan.slug, report.pk])
        text = _("Falta firmar: %(stages)s.") % {"stages": enumeration(stage.label.lower() for stage in missing)}
        yield Blocker(text, url)
    if report.version > 1 and not report.correction:
        url = reverse("reports:report_correct", args=[report.plan.entity.slug, report.plan.slug, report.pk])
        yield Blocker(_("Diga qué corrige esta versión."), url)


def _published(report: Report | None, *, frozen: dict, at: datetime, publisher: User | None, **_facts) -> dict:
    # `frozen`: number, snapshot, fingerprints, file and pages; no later state changes them.
    return {**frozen, "published_at": at, "published_by": publisher}


REPORTS = Machine(
    Transition(
        Report.State.DRAFT,
        Report.State.PUBLISHED,
        Permission.PUBLISH_REPORT,
        needs=(publication_blockers,),
        sets=_published,
        verb="report.publish",
    ),
    Transition(Report.State.PUBLISHED, Report.State.SUPERSEDED),  # when its correction is published
    may=may,
)
