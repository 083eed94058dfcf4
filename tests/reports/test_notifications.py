"""Who is told of a report: those who answer for it when it is published, and who asked when it could not be."""

import pytest
from django.utils import translation

from accounts.models import Role
from records import jobs, notices
from records.models import Mail, Notice
from reports import actions, pdf
from tests.factories import make_user
from tests.reports.reporting import approve, fill


@pytest.fixture(autouse=True)
def spanish():
    with translation.override("es-co"):
        yield


@pytest.fixture
def report(plan, planner, dependency):
    approve(fill(plan, dependency))
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


@pytest.fixture
def ask(report, planner, django_capture_on_commit_callbacks):
    """A function that asks for the PDF and lets the worker render it at once."""

    def run(kind):
        with django_capture_on_commit_callbacks(execute=True):
            job = actions.request_render(report=report, kind=kind, by=planner)
        job.refresh_from_db()
        report.refresh_from_db()
        return job

    return run


def test_planners_and_administrators_but_who_published_are_told(
    ask, entity, report, planner, administrator, head, control, outsider, mailoutbox
):
    colleague = make_user(entity, Role.PLANNER)
    ask(actions.PUBLISH)
    told = Notice.objects.all()
    assert {notice.recipient for notice in told} == {colleague, administrator}
    title = f"Se publicó el informe {report.number}: Informe final, 2026"
    assert {(notices.title(notice), notices.text(notice), notice.path) for notice in told} == {
        (title, report.plan.title, report.get_absolute_url())
    }
    assert {(*message.to, message.subject) for message in mailoutbox} == {
        (colleague.email, f"Convite: {title}"),
        (administrator.email, f"Convite: {title}"),
    }
    with translation.override("en"):
        assert "Final report" in notices.title(told[0])


def test_nobody_is_told_of_a_preview(ask, administrator):
    ask(actions.PREVIEW)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("kind", "told"), [(actions.PREVIEW, 0), (actions.PUBLISH, 1)])
def test_who_asked_is_told_of_what_failed_unless_they_watch_it(
    ask, report, planner, administrator, monkeypatch, kind, told
):
    def broken(*_args, **_kwargs):
        raise pdf.IncompleteReport("Falta una página.")

    monkeypatch.setattr(pdf, "render", broken)
    assert ask(kind).state == "failed"
    assert [
        (notice.recipient, notices.title(notice), notices.text(notice), notice.path) for notice in Notice.objects.all()
    ] == [(planner, f"No se pudo terminar: {report}", "Falta una página.", report.get_absolute_url())] * told
    assert Mail.objects.count() == told


def test_a_job_given_up_is_told_too(ask, report, planner):
    job = actions.request_render(report=report, kind=actions.PUBLISH, by=planner)
    type(job).objects.update(attempt=3, lease_until=None)
    jobs.take_up()
    (notice,) = planner.notices.all()
    assert "se interrumpió 3 veces" in notices.text(notice)
