"""A kind and its sections are added by their folders alone, and gone when these are."""

import json
import sys
from textwrap import dedent

import pytest
from django.urls import reverse

from reports import documents, pages, sections, snapshot, writing
from reports.models import Report
from tests.factories import make_activity
from tests.reports.reporting import approve
from tests.reports.taking import END, JAN, held

SECTION = """
    from dataclasses import dataclass
    from reports.sections import Section, Text

    @dataclass(frozen=True, slots=True)
    class Facts:
        count: int

    def collect(scope):
        return Facts(scope.plan.activities.count())

    SECTION = Section(
        slug="{slug}",
        title="Sección {slug}",
        facts=Facts,
        collect=collect,
        view=lambda facts, snapshot: {{"said": f"Hay {{facts.count}}"}},
        texts=(Text("{slug}", "Texto", ""),),
        tokens=lambda facts: {{"cuenta de {slug}": str(facts.count)}},
    )
"""
KINDS = ["monthly", "final", "period", "dependency", "commitments", "components"]  # that tell of a plan's days
KIND = """
    from reports.documents import Kind
    from reports.documents.final import KIND as FINAL

    KIND = Kind(
        slug="brief",
        word="breve",
        name="Informe breve",
        title="Informe breve de monitoreo",
        about="Lo más breve.",
        sections=("ejecucion", "uno", "dos", "tres"),
        period_of=FINAL.period_of,
        days_of=FINAL.days_of,
        cutoff_of=FINAL.cutoff_of,
        words_of=FINAL.words_of,
        order=9,
    )
"""


@pytest.fixture
def planted(tmp_path, monkeypatch, settings):
    """A kind with three sections of its own, each a folder, found as those of the product are."""
    for name, package in (("documents", documents), ("sections", sections)):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / name)])
    (tmp_path / "documents" / "brief.py").write_text(dedent(KIND))
    for slug in ("uno", "dos", "tres"):
        folder = tmp_path / "sections" / f"planted_{slug}"
        folder.mkdir()
        (folder / "__init__.py").write_text(dedent(SECTION.format(slug=slug)))
        (folder / "section.html").write_text("<p>{{ said }}. {{ texts." + slug + " }}</p>")
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]
    for known in (documents.known, sections.known):
        known.cache_clear()
    yield
    for known in (documents.known, sections.known):
        known.cache_clear()
    for name in [name for name in sys.modules if name.endswith(".brief") or ".planted_" in name]:
        del sys.modules[name]


def test_kind_with_three_sections_is_printed_once_its_folders_are_there(planted, plan):
    held(make_activity(plan), JAN)
    narrative = {"dos": "Son {cuenta de uno}."}
    report = Report(plan=plan, kind="brief", period="2026", cutoff=END, narrative=narrative)
    taken = snapshot.take(report)
    said = pages.paper(taken, "0" * 64)
    assert report.get_kind_display() == "Informe breve"
    assert [section.slug for section in taken.sections] == ["ejecucion", "uno", "dos", "tres"]
    assert "<p>Hay 1. Son 1.</p>" in said
    assert '<span class="number">04</span> Sección tres' in said
    assert snapshot.load(json.loads(snapshot.canonical(taken))) == taken


def test_kind_and_sections_are_gone_with_their_folders():
    assert [*documents.known()] == [*KINDS, "plan", "return"]
    assert not {"uno", "dos", "tres"} & sections.known().keys()


@pytest.mark.parametrize("slug", KINDS)
def test_each_kind_is_started_looked_at_and_asked_to_publish(client, planner, plan, dependency, slug):
    held(make_activity(approve(plan), dependency), JAN)
    client.force_login(planner)
    asked = {
        "monthly": {"month": "2026-01"},
        "period": {"first": "2026-01-05", "last": "2026-02-20"},
        "dependency": {"dependency": dependency.pk, "days": "2026-01-01-a-2026-03-31"},
    }
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    client.post(address, {"kind": slug, **asked.get(slug, {})})
    report = Report.objects.get()
    assert report.name in client.get(report.get_absolute_url()).content.decode()
    publish = reverse("reports:report_publish", args=[plan.entity.slug, plan.slug, report.pk])
    assert f"Publicar: {report.name}" in client.get(publish).content.decode()
    seen = {f"seen_{name}": digest for name, digest in writing.seen_of(report).items()}
    client.post(report.get_absolute_url(), {**seen, "cutoff": report.cutoff, "objective": "Para contarlo."})
    report.refresh_from_db()
    assert report.narrative["objective"] == "Para contarlo."
    taken = snapshot.take(report)
    assert snapshot.load(json.loads(snapshot.canonical(taken))) == taken
