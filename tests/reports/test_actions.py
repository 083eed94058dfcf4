"""A report's life from draft to discarded, and the numbers that publications get."""

from datetime import date

import pytest

from accounts.models import AuditEntry
from records import files
from records.models import Job
from records.refusals import NotReady, Stale
from reports import actions, publication
from reports.models import Report
from tests.factories import make_entity, make_plan
from tests.reports.reporting import approve, make_published, preview_of

TEXTS = {
    "objective": "",
    "reading": "El plan avanzó.",
    "participants": "",
    "commitments": "",
}


@pytest.fixture
def draft(plan, planner):
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


def preview(report, planner) -> Job:
    return actions.request_render(report=report, kind=actions.PREVIEW, by=planner)


def test_start_gives_a_draft_with_the_cutoff_of_its_period(plan, planner, draft):
    monthly = actions.start_report(plan=plan, kind="monthly", period="2026-02", by=planner)
    assert [(r.state, r.version, r.cutoff) for r in (draft, monthly)] == [
        ("draft", 1, date(2026, 12, 31)),
        ("draft", 1, date(2026, 2, 28)),
    ]
    assert AuditEntry.objects.filter(verb="report.create", actor=planner).count() == 2


def test_start_joins_the_draft_that_there_is(plan, planner, draft):
    again = actions.start_report(plan=plan, kind="final", period="2026", cutoff=date(2026, 6, 30), by=planner)
    assert again.pk == draft.pk
    assert again.cutoff == date(2026, 12, 31)


def test_start_of_a_published_report_is_a_correction_with_its_texts(plan, planner):
    published = make_published(plan, narrative=TEXTS, cutoff=date(2026, 12, 15))
    correction = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    assert (correction.version, correction.state, correction.number) == (2, "draft", "")
    assert (correction.narrative, correction.cutoff) == (published.narrative, date(2026, 12, 15))


def test_texts_are_kept_and_counted(draft, planner):
    actions.save_narrative(report=draft, narrative=TEXTS, cutoff=date(2026, 11, 30), seen=0, by=planner)
    draft.refresh_from_db()
    assert (draft.narrative, draft.cutoff, draft.revision) == (TEXTS, date(2026, 11, 30), 1)
    assert AuditEntry.objects.get(verb="report.update").actor == planner


def test_texts_over_somebody_elses_are_refused(draft, planner):
    actions.save_narrative(report=draft, narrative=TEXTS, seen=0, by=planner)
    with pytest.raises(Stale, match="Otra persona cambió"):
        actions.save_narrative(report=draft, narrative={**TEXTS, "reading": "Otra"}, seen=0, by=planner)
    draft.refresh_from_db()
    assert draft.narrative["reading"] == "El plan avanzó."


def test_texts_of_a_published_report_are_refused(plan, planner):
    with pytest.raises(Stale):
        actions.save_narrative(report=make_published(plan), narrative=TEXTS, by=planner)


def test_second_click_joins_the_first(draft, planner, control):
    first, second = preview(draft, planner), preview(draft, control)
    assert first.pk == second.pk
    assert second.requested_by == planner
    assert Job.objects.count() == 1


def test_publication_waits_for_the_preview_under_way(plan, draft, planner):
    approve(plan)
    preview(draft, planner)
    with pytest.raises(NotReady, match="Ya hay un trabajo en marcha"):
        actions.request_render(report=draft, kind=actions.PUBLISH, by=planner)


def test_publication_on_a_draft_plan_is_refused(draft, planner):
    with pytest.raises(NotReady, match="El plan está en borrador"):
        actions.request_render(report=draft, kind=actions.PUBLISH, by=planner)
    assert not Job.objects.exists()


def test_published_report_is_not_rendered_again(plan, planner):
    with pytest.raises(NotReady, match="ya está publicado"):
        preview(make_published(plan), planner)


def test_discarded_draft_takes_its_preview_with_it(draft, planner, django_capture_on_commit_callbacks):
    preview_of(draft, b"%PDF-1.7 preview")
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_draft(report=draft, by=planner)
    assert not Report.objects.exists()
    assert list(files.orphans()) == [draft.file]
    assert AuditEntry.objects.filter(verb="report.delete", actor=planner).exists()


def test_draft_under_way_and_published_report_are_not_discarded(plan, draft, planner):
    preview(draft, planner)
    with pytest.raises(NotReady, match="se está componiendo"):
        actions.discard_draft(report=draft, by=planner)
    with pytest.raises(NotReady, match="no se elimina"):
        actions.discard_draft(report=make_published(plan, period="2025"), by=planner)
    assert Report.objects.count() == 2


def test_number_counts_per_entity_and_year_and_past_a_thousand(plan, draft):
    on = date(2026, 8, 1)
    assert publication.next_number(draft, on) == "2026-001"
    make_published(plan, period="2025-01", number="2026-999")
    assert publication.next_number(draft, on) == "2026-1000"
    make_published(plan, period="2025-02", number="2026-1000")
    assert publication.next_number(draft, on) == "2026-1001"
    assert publication.next_number(draft, date(2027, 1, 2)) == "2027-001"
    elsewhere = make_plan(make_entity("otra"))
    assert publication.next_number(Report(plan=elsewhere, kind="final", period="2026"), on) == "2026-001"


def test_correction_keeps_its_number(plan, planner):
    make_published(plan, number="2025-004")
    correction = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    assert publication.next_number(correction, date(2026, 8, 1)) == "2025-004"
