"""A correction says what it corrects and which figures moved: before it is published, and on both pages after."""

from datetime import date

import pytest
from django.urls import reverse

from activities.models import Session
from reports import corrections, pages, snapshot
from reports.corrections import Moved
from reports.models import Report
from tests.factories import make_activity
from tests.reports.reporting import approve, make_published
from tests.reports.taking import held, monthly
from tests.reports.test_drift import OCTOBER, publish

TEXT = "La mesa del 12 de octubre se había contado dos veces."
MOVED = [
    Moved("ejecución total", "100,0\N{NO-BREAK SPACE}%", "50,0\N{NO-BREAK SPACE}%"),
    Moved("espacios ejecutados", "2", "1"),
    Moved("espacios sin ejecutar", "0", "1"),
    Moved("espacios sin explicar", "0", "1"),
]


@pytest.fixture
def first(plan, dependency):
    activity = make_activity(approve(plan), dependency, name="Mesas")
    held(activity, date(2026, 9, 12))
    held(activity, date(2026, 10, 12))
    report = publish(plan)
    Session.objects.filter(planned_on=date(2026, 10, 12)).update(executed_units=0, held_on=None)
    return report


def correct(first) -> Report:
    Report.objects.update(state="superseded")
    return publish(first.plan, version=2, correction=TEXT)


def moved_of(found) -> list[Moved]:
    """Those of the whole plan."""
    return [each for each in found.moved if each.name in {moved.name for moved in MOVED}]


def test_both_versions_tell_what_was_corrected_and_the_figures_that_moved(client, first):
    second = correct(first)
    for report in (first, second):
        [found] = corrections.around(report)
        assert (found.version, found.replaced, found.text) == (2, 1, TEXT)
        assert moved_of(found) == MOVED
        html = client.get(report.public_url).content.decode()
        assert TEXT in html
        assert "Ejecución total" in html


def test_version_in_the_middle_tells_both_corrections(first):
    second = correct(first)
    Report.objects.update(state="superseded")
    publish(first.plan, version=3, correction="Faltaba un compromiso.")
    assert [(each.replaced, each.version) for each in corrections.around(second)] == [(1, 2), (2, 3)]


def test_page_before_publishing_shows_the_figures_that_would_move(client, planner, first):
    Report.objects.create(
        plan=first.plan,
        kind="monthly",
        period="2026-10",
        cutoff=OCTOBER,
        starts_on=first.starts_on,
        ends_on=first.ends_on,
        version=2,
        correction=TEXT,
    )
    client.force_login(planner)
    place = first.plan.entity.slug, first.plan.slug, Report.objects.get(version=2).pk
    page = client.get(reverse("reports:report_publish", args=place))
    assert moved_of(page.context["correction"]) == MOVED
    assert TEXT in page.content.decode()


def test_figures_of_before_there_were_names_are_not_compared(first):
    old = make_published(first.plan, kind="final", period="2026")
    assert corrections.moved(object(), snapshot.load(old.snapshot)) is None


def test_correction_is_printed_on_the_cover_and_a_first_version_has_none(first):
    corrected = correct(first)
    html = pages.paper(snapshot.load(corrected.snapshot), "0" * 64)
    assert f"La versión 2 corrige la anterior. {TEXT}" in html
    taken = monthly(first.plan, date(2026, 10, 1))
    assert b'"correction"' not in snapshot.canonical(taken)
    assert "corrige la anterior" not in pages.paper(taken, "0" * 64)
