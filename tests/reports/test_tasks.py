"""What a worker does with a job: stored whole, failed visibly, done again when its worker dies (leases: test_jobs)."""

import errno
import hashlib
import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from accounts.models import AuditEntry
from reports import actions, files, jobs, pdf, snapshot, tasks
from reports.jobs import Lease, Lost
from reports.models import RenderJob, Report
from tests.reports.reporting import approve, fill, make_published

PREVIEW, PUBLISH = RenderJob.Purpose.PREVIEW, RenderJob.Purpose.PUBLISH


@pytest.fixture
def report(plan, planner, dependency):
    """The final report's draft of a small approved plan."""
    approve(fill(plan, dependency))
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


@pytest.fixture
def ask(report, planner, django_capture_on_commit_callbacks):
    """A function that asks for the PDF and lets the task run at once; returns the ended job."""

    def run(purpose=PREVIEW, of=report) -> RenderJob:
        with django_capture_on_commit_callbacks(execute=True):
            job = actions.request_render(report=of, purpose=purpose, by=planner)
        job.refresh_from_db()
        of.refresh_from_db()
        return job

    return run


@pytest.fixture
def queued(report, planner) -> RenderJob:
    """A job whose message has not been sent (the transaction of the test never ends)."""
    return actions.request_render(report=report, purpose=PREVIEW, by=planner)


def stored() -> set[str]:
    folder = Path(settings.MEDIA_ROOT, files.FOLDER)
    return {path.name for path in folder.glob("*") if path.name != ".lock"} if folder.exists() else set()


def expire(job: RenderJob) -> None:
    RenderJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_preview_is_stored_with_its_hash_and_pages(report, ask):
    job = ask()
    content = Path(settings.MEDIA_ROOT, report.pdf.name).read_bytes()
    assert (job.state, job.progress, job.attempt, job.error) == ("done", 100, 1, "")
    assert (report.state, report.number, report.snapshot) == ("draft", "", None)
    assert report.pdf.name == f"reports/{report.pdf_sha256}.pdf"
    assert report.pdf_sha256 == hashlib.sha256(content).hexdigest()
    assert report.pages > 3


def test_next_preview_takes_the_place_of_the_one_before(report, ask, planner, django_capture_on_commit_callbacks):
    ask()
    first = Path(settings.MEDIA_ROOT, report.pdf.name)
    actions.save_narrative(report=report, narrative={"reading": "Otra lectura."}, by=planner)
    ask()
    assert not first.exists()
    assert Path(settings.MEDIA_ROOT, report.pdf.name).exists()


def test_published_report_is_frozen_numbered_and_rendered_again_byte_by_byte(report, ask, planner):
    ask(PREVIEW)
    preview = Path(settings.MEDIA_ROOT, report.pdf.name)
    job = ask(PUBLISH)
    today = timezone.localdate()
    assert (job.state, report.state, report.number) == ("done", "published", f"{today.year}-001")
    assert (report.published_by, timezone.localdate(report.published_at)) == (planner, today)
    facts = snapshot.load(report.snapshot)
    assert snapshot.sha256(facts) == report.snapshot_sha256
    assert (facts.edition.number, facts.edition.published_on, facts.edition.draft) == (report.number, today, False)
    content = Path(settings.MEDIA_ROOT, report.pdf.name).read_bytes()
    assert pdf.render(facts, fingerprint=report.snapshot_sha256) == content
    assert hashlib.sha256(content).hexdigest() == report.pdf_sha256
    assert not preview.exists()
    entry = AuditEntry.objects.get(verb="report.publish")
    assert entry.actor == planner
    assert "snapshot" not in entry.changes  # the report keeps it: the trail says what changed beside it
    assert entry.changes["state"] == ["draft", "published"] and entry.changes["number"] == ["", report.number]


def test_published_facts_do_not_follow_the_plan(report, ask, plan):
    ask(PUBLISH)
    before = report.snapshot
    plan.activities.all().delete()
    report.refresh_from_db()
    assert report.snapshot == before


def test_correction_replaces_and_both_stay(report, ask, plan, planner):
    ask(PUBLISH)
    correction = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    ask(PUBLISH, of=correction)
    report.refresh_from_db()
    assert (report.state, correction.state) == ("superseded", "published")
    assert (report.number, correction.version) == (correction.number, 2)
    assert all(Path(settings.MEDIA_ROOT, one.pdf.name).exists() for one in (report, correction))


def test_numbers_are_consecutive_and_none_is_spent_on_a_failure(report, ask, plan, planner, settings):
    other = actions.start_report(plan=plan, kind="monthly", period="2026-03", by=planner)
    Report.objects.filter(pk=report.pk).update(narrative={"reading": 7})  # no text: the facts cannot be taken
    assert ask(PUBLISH).state == "failed"
    ask(PUBLISH, of=other)
    assert other.number == f"{timezone.localdate().year}-001"


def test_number_taken_meanwhile_is_not_given_twice(report, ask, plan, monkeypatch):
    real, year = pdf.render, timezone.localdate().year
    taken = []

    def render(facts, **options):
        if not taken:
            taken.append(make_published(plan, kind="monthly", period="2026-01", number=f"{year}-001"))
        return real(facts, **options)

    monkeypatch.setattr(pdf, "render", render)
    ask(PUBLISH)
    assert report.number == f"{year}-002"
    assert report.snapshot["edition"]["number"] == f"{year}-002"


def test_text_saved_while_publishing_is_in_the_report(report, ask, planner, monkeypatch):
    real, saved = pdf.render, []

    def render(facts, **options):
        if not saved:
            other = Report.objects.get(pk=report.pk)
            saved.append(actions.save_narrative(report=other, narrative={"reading": "Lo último."}, by=planner))
        return real(facts, **options)

    monkeypatch.setattr(pdf, "render", render)
    assert ask(PUBLISH).state == "done"
    assert report.snapshot["narrative"]["reading"] == "Lo último."


def test_plan_returned_to_draft_meanwhile_is_not_published(report, ask, plan, monkeypatch):
    real = pdf.render

    def render(facts, **options):
        type(plan).objects.filter(pk=plan.pk).update(state="draft", approved_on=None)
        return real(facts, **options)

    monkeypatch.setattr(pdf, "render", render)
    before = stored()
    job = ask(PUBLISH)
    assert (job.state, report.state, stored()) == ("failed", "draft", before)
    assert "El plan está en borrador" in job.error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (pdf.IncompleteReport("El PDF quedó incompleto."), "El PDF quedó incompleto."),
        (pdf.RendererMissing("Faltan bibliotecas."), "Faltan bibliotecas."),
        (pdf.ForbiddenResource("No es suyo."), "No es suyo."),
        (ValueError("«azul» no es un color."), "«azul» no es un color."),
        (RuntimeError("boom"), "Algo falló al componer el informe"),
    ],
)
def test_error_is_said_to_the_person_and_not_tried_again(report, ask, monkeypatch, error, said):
    def render(*_args, **_options):
        raise error

    monkeypatch.setattr(pdf, "render", render)
    job = ask()
    assert (job.state, job.attempt) == ("failed", 1)
    assert said in job.error
    assert "boom" not in job.error
    assert AuditEntry.objects.filter(verb="report.render_failed").count() == 1
    assert jobs.take_up() == []


def test_database_that_goes_away_leaves_the_job_to_the_sweep(report, queued, monkeypatch):
    def render(*_args, **_options):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "render", render)
        with pytest.raises(OperationalError):
            tasks.render(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.error) == ("running", "")
    expire(queued)
    tasks.sweep()
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == ("done", 2)


def test_full_disk_leaves_nothing_and_a_new_try_works(report, ask, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = stored()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        job = ask(PUBLISH)
    assert (job.state, report.state, report.pdf.name, stored()) == ("failed", "draft", "", before)
    assert "No space left on device" in job.error
    assert ask(PUBLISH).state == "done"


def test_job_is_taken_once(queued):
    assert Lease.take(queued.pk).job.attempt == 1
    assert Lease.take(queued.pk) is None
    tasks.render(queued.pk)  # the same message twice
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == ("running", 1)


def test_late_twin_changes_nothing_and_stores_nothing(report, queued, monkeypatch):
    """The first worker stands still until its lease expires; a second one does the work; the first wakes up."""
    late = Lease.take(queued.pk)
    expire(queued)
    assert jobs.take_up() == [queued.pk]
    tasks.render(queued.pk)
    report.refresh_from_db()
    done, kept = report.pdf_sha256, stored()
    for step in (late.finish, lambda: late.fail("tarde"), lambda: late.tell(50, "tarde")):
        with pytest.raises(Lost):
            step()
    queued.refresh_from_db()
    report.refresh_from_db()
    assert (queued.state, queued.attempt, queued.error) == ("done", 2, "")
    assert (report.pdf_sha256, stored()) == (done, kept)


def test_worker_that_lost_its_job_stops_rendering_and_leaves_no_file(report, queued, monkeypatch, caplog):
    real, before = pdf.render, stored()

    def render(facts, **options):
        content = real(facts, **options)
        expire(queued)
        jobs.take_up()
        return content

    monkeypatch.setattr(pdf, "render", render)
    with caplog.at_level(logging.WARNING):
        tasks.render(queued.pk)
    queued.refresh_from_db()
    report.refresh_from_db()
    assert (queued.state, report.pdf.name, stored()) == ("queued", "", before)
    assert "came late" in caplog.text


def test_message_that_was_lost_is_sent_again_after_its_time(queued):
    assert jobs.take_up() == []
    expire(queued)
    tasks.sweep()
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == ("done", 1)
