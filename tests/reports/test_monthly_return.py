"""The document of what a dependency told of a month: what it holds, what it prints, when it is published."""

import json
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from activities.returns import actions as returns
from reports import documents, pages, snapshot
from reports.models import Report
from reports.states import publication_blockers
from tests.activities.returning import APRIL_10, MARCH, accepted, approve, return_of
from tests.factories import make_activity, make_session
from tests.reports.reading import Page
from tests.reports.reporting import make_published

DAY = date(2026, 3, 16)
pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(plan, dependency):
    phase = plan.phases.create(number=1, name="Con la gente", stage="implementation")
    activity = make_activity(plan, dependency, name="Mesa de diálogo", phase=phase, incidence_level="consultation")
    approve(plan)
    activity.plan = plan
    return activity


@pytest.fixture
def told(activity, entity):
    session = make_session(
        activity,
        DAY,
        executed_units=1,
        held_on=DAY,
        attendance_total=20,
        topics="El río",
        contributions="Pidieron luz en el muelle",
        results="Se aprobó la luz",
        achieved_incidence="consultation",
    )
    session.attendances.create(group=entity.groups.create(name="Pescadores"), people=12)
    make_session(activity, date(2026, 3, 25), executed_units=0, reason="Llovió")
    return session


def document(plan, dependency) -> Report:
    kind = documents.known()["return"]
    period = kind.period(plan, date(2026, 3, 1), None, dependency)
    return Report(plan=plan, kind="return", period=period, dependency=dependency, cutoff=MARCH)


def taken(plan, dependency):
    facts = snapshot.take(document(plan, dependency))
    assert snapshot.load(json.loads(snapshot.canonical(facts))) == facts
    return facts


def test_it_prints_the_five_parts_with_phase_and_incidence(plan, dependency, told, head, planner):
    monthly = return_of(plan, dependency)
    monthly.results = "Se gestionó con la empresa"
    returns.save_texts(monthly=monthly, by=head)
    accepted(plan, dependency, head=head, planner=planner)
    facts = taken(plan, dependency)
    page = Page(facts)
    assert [each.facts.title for each in pages.placed(facts)] == [
        *("En una página", "Actividades realizadas", "Grupos de valor que participaron", "Aportes de la ciudadanía"),
        *("Indicadores", "Resultados", "Quién lo envió y quién lo aceptó"),
    ]
    assert page.tables("formato")[0].rows == [
        ["Mesa de diálogo", "1. Con la gente (Implementación)", "Consulta", "2", "1"]
    ]
    assert [row[-1] for row in page.tables("formato")[1].rows] == ["Hecho", "No se hizo"]
    assert page.tables("formato-2")[0].rows == [["Pescadores", "1", "12"]]
    assert page.tables("formato-3")[0].rows[0][-1] == "Pidieron luz en el muelle."
    assert page.tables("formato-5")[0].rows[0][2:] == ["Se aprobó la luz.", "Consulta"]
    paper = pages.paper(facts, "0" * 64)
    assert "Se gestionó con la empresa" in paper
    assert '<span class="aside">Llovió</span>' in paper
    assert [row[1] for row in page.tables("formato-6")[0].rows] == [head.full_name, planner.full_name]


def test_what_is_not_sent_yet_is_rendered_as_it_is_now(plan, dependency, told):
    facts = taken(plan, dependency)
    assert (facts.facts("formato").contents.planned, facts.facts("formato").contents.executed) == (2, 1)
    assert facts.facts("formato").submitted is None


def test_what_was_sent_is_printed_as_it_was(plan, dependency, told, head, planner):
    monthly = return_of(plan, dependency)
    returns.submit(monthly=monthly, by=head, on=APRIL_10)
    told.topics = "Otra cosa"
    told.save()
    assert "El río." in pages.paper(taken(plan, dependency), "0" * 64)


def test_it_is_published_once_it_is_accepted(plan, dependency, told, head, planner):
    report = document(plan, dependency)
    assert [blocker.text for blocker in publication_blockers(report)] == [
        "La dependencia no tiene formato interno de ese mes."
    ]
    monthly = return_of(plan, dependency)
    [blocker] = publication_blockers(report)
    assert blocker.text == "El formato interno está «Por enviar»: se publica cuando planeación lo acepta."
    assert blocker.url == monthly.get_absolute_url()
    accepted(plan, dependency, head=head, planner=planner)
    assert list(publication_blockers(report)) == []


def test_planning_goes_from_the_accepted_one_to_its_document(client, plan, dependency, told, head, planner):
    monthly = accepted(plan, dependency, head=head, planner=planner)
    client.force_login(planner)
    with time_machine.travel("2026-04-10 15:00Z", tick=False):
        page = client.get(monthly.get_absolute_url()).content.decode()
        create = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
        assert f'action="{create}"' in page
        sent = {"kind": "return", "month": "2026-03", "dependency": dependency.pk}
        answer = client.post(create, sent, follow=True)
    report = Report.objects.get(kind="return")
    assert answer.redirect_chain == [(report.get_absolute_url(), 302)]
    assert report.public_url.endswith(f"/informes/formato/{dependency.pk}/2026-03/v1/")
    assert report.get_absolute_url() in client.get(monthly.get_absolute_url()).content.decode()


def test_its_public_page_is_read_without_an_account(client, plan, dependency, told, head, planner):
    accepted(plan, dependency, head=head, planner=planner)
    facts = snapshot.take(document(plan, dependency), on=date(2026, 4, 13), number="2026-001")
    frozen = {"snapshot": json.loads(snapshot.canonical(facts)), "snapshot_sha256": snapshot.sha256(facts)}
    of = {"kind": "return", "period": "2026-03", "dependency": dependency, "cutoff": MARCH}
    report = make_published(plan, **frozen, **of)
    page = client.get(report.public_url).content.decode()
    assert "Pidieron luz en el muelle" in page
    assert "Con corte al 31 de marzo de 2026." in page
    assert "Recalcule usted sus cifras" not in page
    assert client.get(report.public_pdf_url).status_code == 200
    assert "formato-espacios.csv" in page


def test_command_renders_it(plan, dependency, told, tmp_path):
    output = tmp_path / "formato.pdf"
    asked = (plan.slug, "--kind=return", f"--dependency={dependency.name}", f"--output={output}")
    call_command("render_report", *asked, "--period=2026-03")
    assert output.read_bytes().startswith(b"%PDF")
    with pytest.raises(CommandError, match="El formato interno necesita su mes"):
        call_command("render_report", *asked)
    with pytest.raises(CommandError, match="no es un mes del plan"):
        call_command("render_report", *asked, "--period=2027-03")


def test_an_entity_that_signs_reports_asks_no_other_signatures_of_it(plan, dependency, told, head, planner, entity):
    entity.signs_reports = True
    entity.save()
    plan.entity = entity
    accepted(plan, dependency, head=head, planner=planner)
    assert list(publication_blockers(document(plan, dependency))) == []
