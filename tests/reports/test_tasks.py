"""What a worker does with a job: stored whole, failed visibly, done again when its worker dies (leases: test_jobs)."""

import errno
import hashlib
import json
import logging
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError
from django.utils import timezone

from accounts.models import AuditEntry
from records import files, jobs, tasks
from records.jobs import Lease, Lost
from records.models import Job
from reports import actions, pdf, snapshot
from reports.models import Report
from tests.reports.reporting import approve, fill, make_published

PREVIEW, PUBLISH = actions.PREVIEW, actions.PUBLISH


@pytest.fixture(autouse=True)
def patient(settings):
    """A slow machine renews no lease here: of PostgreSQL, that thread does not see the rows of a test's transaction."""
    settings.JOB_LEASE_SECONDS = 3600


@pytest.fixture
def report(plan, planner, dependency):
    """The final report's draft of a small approved plan."""
    approve(fill(plan, dependency))
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


@pytest.fixture
def ask(report, planner, django_capture_on_commit_callbacks):
    """A function that asks for the PDF and lets the task run at once; returns the ended job."""

    def run(kind=PREVIEW, of=report) -> Job:
        with django_capture_on_commit_callbacks(execute=True):
            job = actions.request_render(report=of, kind=kind, by=planner)
        job.refresh_from_db()
        of.refresh_from_db()
        return job

    return run


@pytest.fixture
def queued(report, planner) -> Job:
    """A job whose message has not been sent (the transaction of the test never ends)."""
    return actions.request_render(report=report, kind=PREVIEW, by=planner)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_preview_is_stored_with_its_hash_and_pages(report, ask):
    job = ask()
    content = files.read(report.file)
    assert (job.state, job.progress, job.attempt, job.error) == ("done", 100, 1, "")
    assert (report.state, report.number, report.snapshot) == ("draft", "", None)
    assert report.pdf_sha256 == hashlib.sha256(content).hexdigest()
    assert report.pages > 3


def test_next_preview_takes_the_place_of_the_one_before(report, ask, planner, django_capture_on_commit_callbacks):
    ask()
    first = report.file
    actions.save_narrative(report=report, narrative={"reading": "Otra lectura."}, by=planner)
    ask()
    assert report.file != first and files.is_intact(report.file)
    assert list(files.orphans()) == [first]


def test_published_report_is_frozen_numbered_and_rendered_again_byte_by_byte(report, ask, planner):
    ask(PREVIEW)
    preview = report.file
    job = ask(PUBLISH)
    today = timezone.localdate()
    assert (job.state, report.state, report.number) == ("done", "published", f"{today.year}-001")
    assert (report.published_by, timezone.localdate(report.published_at)) == (planner, today)
    facts = snapshot.load(report.snapshot)
    assert snapshot.sha256(facts) == report.snapshot_sha256
    assert (facts.edition.number, facts.edition.published_on, facts.edition.draft) == (report.number, today, False)
    content = files.read(report.file)
    assert pdf.render(facts, fingerprint=report.snapshot_sha256) == content
    assert hashlib.sha256(content).hexdigest() == report.pdf_sha256
    assert list(files.orphans()) == [preview]
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
    correction = actions.start_report(plan=plan, kind="final", period="2026", correction="Faltaba marzo.", by=planner)
    ask(PUBLISH, of=correction)
    report.refresh_from_db()
    assert (report.state, correction.state) == ("superseded", "published")
    assert (report.number, correction.version) == (correction.number, 2)
    assert all(files.is_intact(one.file) for one in (report, correction))


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
    assert "Lo último." in json.dumps(report.snapshot, ensure_ascii=False)


def test_plan_returned_to_draft_meanwhile_is_not_published(report, ask, plan, monkeypatch):
    real = pdf.render

    def render(facts, **options):
        type(plan).objects.filter(pk=plan.pk).update(state="draft", approved_on=None)
        return real(facts, **options)

    monkeypatch.setattr(pdf, "render", render)
    job = ask(PUBLISH)
    assert (job.state, report.state, report.file) == ("failed", "draft", None)
    assert "El plan está en borrador" in job.error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (pdf.IncompleteReport("El PDF quedó incompleto."), "El PDF quedó incompleto."),
        (pdf.RendererMissing("Faltan bibliotecas."), "Faltan bibliotecas."),
        (pdf.ForbiddenResource("No es suyo."), "No es suyo."),
        (ValueError("«azul» no es un color."), "«azul» no es un color."),
        (RuntimeError("boom"), "Algo falló y nada quedó a medias"),
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
    assert AuditEntry.objects.filter(verb="job.failed").count() == 1
    assert jobs.take_up() == []


def test_database_that_goes_away_leaves_the_job_to_the_sweep(report, queued, monkeypatch):
    def render(*_args, **_options):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "render", render)
        with pytest.raises(OperationalError):
            jobs.do(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.error) == ("running", "")
    expire(queued)
    tasks.resume()
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == ("done", 2)


def test_full_disk_leaves_nothing_and_a_new_try_works(report, ask, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", full)
        job = ask(PUBLISH)
    assert (job.state, report.state, report.file) == ("failed", "draft", None)
    assert "No space left on device" in job.error
    assert ask(PUBLISH).state == "done"


def test_job_is_taken_once(queued):
    assert Lease.take(queued.pk).job.attempt == 1
    assert Lease.take(queued.pk) is None
    jobs.do(queued.pk)  # the same message twice
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == ("running", 1)


def test_late_twin_changes_nothing_and_stores_nothing(report, queued, monkeypatch):
    """The first worker stands still until its lease expires; a second one does the work; the first wakes up."""
    late = Lease.take(queued.pk)
    expire(queued)
    assert jobs.take_up() == [queued.pk]
    jobs.do(queued.pk)
    report.refresh_from_db()
    done = report.file
    for step in (late.finish, lambda: late.fail("tarde"), lambda: late.tell(50, "tarde")):
        with pytest.raises(Lost):
            step()
    queued.refresh_from_db()
    report.refresh_from_db()
    assert (queued.state, queued.attempt, queued.error) == ("done", 2, "")
    assert report.file == done


def test_worker_that_lost_its_job_stops_and_its_report_has_no_file(report, queued, monkeypatch, caplog):
    real = pdf.render

    def render(facts, **options):
        content = real(facts, **options)
        expire(queued)
        jobs.take_up()
        return content

    monkeypatch.setattr(pdf, "render", render)
    with caplog.at_level(logging.WARNING):
        jobs.do(queued.pk)
    queued.refresh_from_db()
    report.refresh_from_db()
    assert (queued.state, report.file) == ("queued", None)
    assert "came late" in caplog.text


def test_message_that_was_lost_is_sent_again_after_its_time(queued):
    assert jobs.take_up() == []
    expire(queued)
    tasks.resume()
    queued.refresh_from_db()
    assert (queued.state, queued.attempt) == ("done", 1)
