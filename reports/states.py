"""The states of reports and of render jobs: transitions, permissions, needs, and the fields that change with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, may
from records.refusals import Blocker
from records.transitions import Machine, Transition
from reports.models import RenderJob, Report

# --- Reports ----------------------------------------------------------------------------------------------------------


def publication_blockers(report: Report, **_facts) -> Iterator[Blocker]:
    if not report.plan.is_approved:
        yield Blocker(_("El plan está en borrador. Apruébelo para poder publicar sus informes."))


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

# --- Jobs: no person moves them --------------------------------------------------------------------------------------


def patience() -> timedelta:
    """How long a running job waits for the next renewal of its lease, or a queued one for a worker."""
    return timedelta(seconds=settings.RENDER_LEASE_SECONDS)


def _taken(_job, *, at: datetime, **_facts) -> dict:
    return {"attempt": F("attempt") + 1, "lease_until": at + patience(), "progress": 0, "step": ""}


def _sent_again(_job, *, at: datetime, **_facts) -> dict:
    return {"lease_until": at + patience(), "step": ""}


def _done(_job, *, at: datetime, **_facts) -> dict:
    return {"progress": 100, "step": "", "error": "", "lease_until": None, "finished_at": at}


def _failed(_job, *, at: datetime, error: str, **_facts) -> dict:
    return {"step": "", "error": error, "lease_until": None, "finished_at": at}


QUEUED, RUNNING, DONE, FAILED = RenderJob.State
JOBS = Machine(
    Transition(QUEUED, RUNNING, sets=_taken),
    Transition(QUEUED, QUEUED, sets=_sent_again),
    Transition(QUEUED, FAILED, sets=_failed),
    Transition(RUNNING, QUEUED, sets=_sent_again),
    Transition(RUNNING, DONE, sets=_done),
    Transition(RUNNING, FAILED, sets=_failed),
)
