"""From any figure of a report to its rows in one click, and from a row to who reported it and the cell in another."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.models import Session
from records import audit, files
from records.models import Origin, Source
from reports.models import Report
from tests.factories import make_activity, make_session
from tests.reports.reporting import make_published, make_report
from tests.reports.retracing import facts, frozen, told
from tests.reports.taking import held


@pytest.fixture
def report(plan):
    return frozen(told(plan))


@pytest.fixture
def march(plan, report, planner, entity):
    """The row of March: reported by the planner, from a file."""
    session = Session.objects.get(activity__plan=plan, planned_on=date(2026, 3, 10))
    with audit.acting_as(planner):
        session.executed_units = 1
        session.save()
        session.executed_units = 2
        session.save()
    origin = Origin.objects.create(
        entity=entity,
        file=files.keep(b"matriz"),
        file_name="matriz.xlsx",
        brought_at=timezone.now(),
        brought_by=planner,
    )
    Source.objects.create(origin=origin, target=session, sheet="Ejecutado", row=5, cells={"executed_units": "I5"})
    Report.objects.filter(pk=report.pk).update(snapshot=facts(plan))
    report.refresh_from_db()
    return session


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def at(report, *parts, public: bool = True) -> str:
    return (report.public_figures_url if public else report.figures_url) + "".join(f"{part}/" for part in parts)


def test_figure_says_its_formula_its_numbers_and_its_rows(client, report):
    said = text(client, at(report, "estrategia-1"))
    assert "«Secretaría de Gobierno», hasta el corte" in said
    assert "2 ejecutado ÷ 4 programado, con un decimal." in said
    assert "Las 2 filas que la forman" in said
    assert "1.1 Mesas con la ciudadanía" in said and "Foro de salud" not in said
    assert "Hubo lluvias." in said


def test_every_figure_of_the_report_has_a_page_and_every_link_leads_to_one(client, report):
    for address in (report.public_url, at(report)):
        html = client.get(address).content.decode()
        links = set(re.findall(rf'href="({re.escape(at(report))}[\w-]+/)"', html))
        assert at(report, "total") in links and at(report, "estrategia-2") in links
        assert at(report, "compromisos-vencidos") in links
        assert {client.get(link).status_code for link in links} == {200}


def test_citizen_sees_the_day_the_dependency_and_the_cell_and_never_a_person(client, report, march, planner):
    address = at(report, "total", march.pk)
    assert f'href="{address}"' in client.get(at(report, "total")).content.decode()
    said = text(client, address)
    assert "matriz.xlsx · Ejecutado · I5" in said
    assert "Secretaría de Gobierno" in said and "Reportado el" in said
    for page in (at(report), at(report, "total"), address):
        assert planner.full_name not in text(client, page) and planner.email not in text(client, page)


def test_control_sees_who_reported_it_the_file_and_the_session(client, report, march, control, planner):
    client.force_login(control)
    html = client.get(at(report, "total", march.pk, public=False)).content.decode()
    assert planner.full_name in html
    assert f'href="{march.get_absolute_url()}"' in html
    origin = Origin.objects.get(file_name="matriz.xlsx")
    assert reverse("sheets:source_file", args=[report.plan.entity.slug, origin.pk]) in html


def test_who_may_not_read_the_trail_is_told_where_it_is(client, head, report, march, planner):
    Source.objects.all().delete()
    client.force_login(head)
    said = text(client, at(report, "total", march.pk, public=False))
    assert "Lo dice la auditoría" in said and planner.full_name not in said


def test_row_that_is_gone_from_the_plan_is_still_told(client, report, march, control):
    address = at(report, "total", march.pk, public=False)
    march.delete()
    client.force_login(control)
    said = text(client, address)
    assert "Esa fila ya no está en el plan" in said and "Hubo lluvias." in said


def test_commitment_has_its_rows_too(client, report):
    stored = report.snapshot["sections"]
    [row] = next(section["facts"]["commitments"] for section in stored if section["slug"] == "registros")
    assert "Publicar el acta" in text(client, at(report, "compromisos-vencidos"))
    assert "1 de abril de 2026" in text(client, at(report, "compromisos-vencidos", row["id"]))


def test_draft_is_as_it_would_be_now(client, plan, planner):
    draft = make_report(told(plan))
    client.force_login(planner)
    assert "3 ejecutado ÷ 5 programado" in text(client, at(draft, "total", public=False))
    make_session(plan.activities.first(), date(2026, 7, 1))
    assert "3 ejecutado ÷ 6 programado" in text(client, at(draft, "total", public=False))
    assert f'href="{at(draft, "total", public=False)}"' in client.get(draft.get_absolute_url()).content.decode()


@pytest.mark.parametrize("parts", [("nada",), ("mes-1999-01",), ("total", 999_999), ("estrategia-9",)])
def test_what_is_no_figure_or_no_row_of_it_is_not_found(client, report, parts):
    assert client.get(at(report, *parts)).status_code == 404


def test_row_of_another_figure_is_not_found_under_it(client, report, march):
    assert client.get(at(report, "estrategia-1", march.pk)).status_code == 200
    assert client.get(at(report, "estrategia-2", march.pk)).status_code == 404


def test_report_without_rows_says_so_and_links_none(client, plan, control):
    report = make_published(told(plan))  # the sample's facts, which have none
    assert "todavía no las llevaban" in text(client, at(report))
    assert client.get(at(report, "total")).status_code == 404
    assert at(report, "total") not in client.get(report.public_url).content.decode()
    client.force_login(control)
    assert "todavía no las llevaban" in text(client, at(report, public=False))


def many(plan, sessions: int):
    activity = make_activity(plan, plan.entity.dependencies.first(), name="Visitas")
    for day in range(1, sessions + 1):
        held(activity, date(2026, 1 + day % 12, 1 + day // 12))


def test_many_rows_are_paged_and_looked_through_by_block_month_and_what_fell_short(client, plan):
    many(told(plan), 120)
    report = frozen(plan, period="2026")
    assert "1 a 50 de 123" in text(client, at(report, "total"))
    assert "101 a 123 de 123" in text(client, f"{at(report, 'total')}?page=3")
    said = text(client, f"{at(report, 'total')}?estrategia=Secretaría de Salud")
    assert "Foro de salud" in said and "Visitas" not in said.partition("La forma")[2]
    assert text(client, f"{at(report, 'total')}?mes=2026-06").count("1 jun 2026") >= 1
    said = text(client, f"{at(report, 'total')}?falto=si")
    assert "Mesas con la ciudadanía" in said and "Visitas" not in said
    assert "Ninguna fila cumple" in text(client, f"{at(report, 'total')}?falto=si&estrategia=Secretaría de Salud")
    assert client.get(f"{at(report, 'total')}?mes=abc&page=zzz").status_code == 200


def queries(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in found]


def test_published_figure_reads_no_session_and_no_more_when_it_has_more_rows(client, plan, control):
    small = frozen(told(plan))
    many(plan, 60)
    large = frozen(plan, version=2, number="2027-002", content=b"%PDF two", snapshot_sha256="a" * 64)
    for rest in ((), ("total",)):
        few, more = (queries(client, at(report, *rest)) for report in (small, large))
        assert len(few) == len(more) <= 3
        assert [sql for sql in more if "activities_" in sql or "commitments_" in sql] == []
    client.force_login(control)
    few, more = (len(queries(client, at(report, "total", public=False))) for report in (small, large))
    assert few == more


def test_draft_reads_no_more_when_it_has_more_rows(client, plan, control):
    draft = make_report(told(plan))
    client.force_login(control)
    before = len(queries(client, at(draft, "total", public=False)))
    many(plan, 60)
    assert len(queries(client, at(draft, "total", public=False))) == before


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_a_percentage_to_its_rows_and_to_who_said_it(visit, violations, report, march, control, planner):
    for width in (1280, 360):
        for by, page_of, says in (
            (None, report.public_url, "matriz.xlsx · Ejecutado · I5"),
            (control, report.get_absolute_url(), planner.full_name),
        ):
            page = visit(page_of, by=by, width=width)
            assert violations(page) == []
            page.get_by_role("link", name=re.compile("60,0")).first.click() if by else page.get_by_role(
                "link", name="De qué filas sale", exact=True
            ).click()
            page.get_by_text("3 ejecutado ÷ 5 programado, con un decimal.").wait_for()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.get_by_role("link", name="1.1 Mesas con la ciudadanía").first.click()
            page.get_by_text(says).first.wait_for()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page = visit(at(report), width=width)
        assert violations(page) == []
