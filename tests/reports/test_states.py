"""What the publication of a report asks for and changes (rendering it: test_tasks; the states of a job: test_jobs)."""

from datetime import UTC, datetime

import pytest

from accounts.models import AuditEntry
from records import files
from records.jobs import JOBS, patience
from records.models import Job
from records.refusals import NotReady
from reports.models import Report
from reports.states import REPORTS
from tests.reports.reporting import approve, make_job, make_published, make_report

NOW = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
FROZEN = {
    "number": "2026-001",
    "snapshot": {"plan": "Plan de participación"},
    "snapshot_sha256": "ab",
    "pdf_sha256": "cd",
    "pages": 12,
}


@pytest.fixture
def draft(plan):
    return make_report(plan)


def publish(report, planner):
    frozen = {**FROZEN, "file": files.keep(b"%PDF-1.7")}
    REPORTS.move(report, "published", by=planner, frozen=frozen, at=NOW, publisher=planner)


def test_published_report_keeps_what_was_frozen_who_and_when(plan, draft, planner):
    approve(plan)
    publish(draft, planner)
    assert Report.objects.values(*FROZEN, "state", "published_at", "published_by", "revision").get() == {
        **FROZEN,
        **{"state": "published", "published_at": NOW, "published_by": planner.pk, "revision": 1},
    }
    assert AuditEntry.objects.get(verb="report.publish").actor == planner
    assert not AuditEntry.objects.filter(verb="report.update").exists()


def test_report_of_a_draft_plan_is_not_published(draft, planner):
    with pytest.raises(NotReady) as refused:
        publish(draft, planner)
    assert refused.value.messages == ["El plan está en borrador. Apruébelo para poder publicar sus informes."]
    assert Report.objects.get().state == "draft"


def test_superseded_report_changes_nothing_but_its_state(plan, planner):
    report = make_published(approve(plan))
    before = Report.objects.values().get()
    REPORTS.move(report, "superseded", by=None)
    assert Report.objects.values().get() == {**before, "state": "superseded", "revision": 1}
    assert AuditEntry.objects.get(verb="report.update").changes == {"state": ["published", "superseded"]}


@pytest.mark.parametrize("source", ["queued", "running"])
def test_job_that_is_given_up_says_why_and_when(draft, source):
    job = make_job(draft, state=source, step="Página 7", lease_until=NOW)
    assert JOBS.step(Job.objects.filter(pk=job.pk), source, "failed", at=NOW, error="Se interrumpió 3 veces.")
    job.refresh_from_db()
    assert (job.state, job.error, job.finished_at) == ("failed", "Se interrumpió 3 veces.", NOW)
    assert (job.step, job.lease_until) == ("", None)


def test_patience_is_what_the_installation_says(settings):
    settings.JOB_LEASE_SECONDS = 7
    assert patience().total_seconds() == 7
