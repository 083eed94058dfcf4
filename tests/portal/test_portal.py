"""What the public sees: approved plans, published reports, nothing else, and the same number of queries at any size."""

import hashlib
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from display import figures
from display.colour import contrast
from records import files
from reports import actions, pages, published, snapshot
from tests.factories import make_activity, make_commitment, make_entity, make_plan, make_session
from tests.reports import sample
from tests.reports.reporting import approve, make_months, make_published, make_published_facts, preview_of
from tests.reports.taking import held

OLD = Path(__file__).parents[1] / "guard" / "published"
CANARY = "Canario inédito"


def plan_address(plan) -> str:
    return reverse("portal:plan", args=[plan.entity.slug, plan.slug])


def report_address(report, name: str = "report") -> str:
    plan = report.plan
    return reverse(f"portal:{name}", args=[plan.entity.slug, plan.slug, report.kind, report.period, report.version])


@pytest.fixture
def public(plan):
    plan.objective = "Que la gente decida."
    return approve(plan)


@pytest.mark.parametrize("size", [2, 30])
def test_home_counts_plans_in_three_queries(client, db, size, django_assert_num_queries):
    for number in range(size):
        approve(make_plan(make_entity(f"entidad-{number}")))
    with django_assert_num_queries(3):
        html = client.get(reverse("portal:home")).content.decode()
    assert html.count("1 plan publicado") == size
    assert reverse("portal:verify") in html


@pytest.mark.parametrize("size", [2, 30])
def test_entity_lists_plans_and_newest_reports_in_four_queries(client, entity, size, django_assert_num_queries):
    plans = [approve(make_plan(entity, title=f"Plan de la vigencia {number}")) for number in range(size)]
    make_months(plans[0], 12)
    with django_assert_num_queries(4):
        html = client.get(reverse("portal:entity", args=[entity.slug])).content.decode()
    assert html.count("Plan de la vigencia") - 10 == size
    assert "12 informes" in html


@pytest.mark.parametrize("size", [2, 30])
def test_plan_lists_its_reports_in_eleven_queries(client, public, size, django_assert_num_queries):
    make_months(public, size)
    for number in range(size):
        make_activity(public, phase=public.phases.create(number=number + 1, name=f"Fase {number}"))
    with django_assert_num_queries(11):
        html = client.get(plan_address(public)).content.decode()
    assert html.count("Informe mensual · ") == size


def test_plan_shows_the_figure_of_the_last_published_report(client, public, entity):
    phase = public.phases.create(number=1, name="Diagnóstico")
    make_activity(public, phase=phase, name="Mesas por comuna", number="1.1")
    make_activity(public, name="Foro abierto")
    make_activity(public, name=CANARY, outside_plan=True)
    make_published(public, cutoff=date(2026, 6, 30), period="2025", content=b"%PDF-1.7 older")
    make_published(public, number="2026-002")
    html = client.get(plan_address(public)).content.decode()
    assert "Que la gente decida." in html
    assert "Se ejecutaron 199 de 206 espacios (96,6\xa0%). Faltaron 7: de 6 se registró la causa y de 1 no." in html
    assert "96,6\xa0%" in html
    assert "informe 2026-002" in html
    assert "Con corte al 31 de diciembre de 2020." in html  # the facts' own date
    assert "1. Diagnóstico" in html
    assert "1.1 Mesas por comuna" in html
    assert "Sin fase" in html
    assert CANARY not in html


def test_plan_of_percentage_targets_alone_says_so(client, public):
    facts = sample.targets_alone()
    make_published(
        public,
        snapshot=json.loads(snapshot.canonical(facts)),
        snapshot_sha256=snapshot.sha256(facts),
        number="2026-002",
    )
    html = client.get(plan_address(public)).content.decode()
    assert "El plan solo tiene metas en porcentaje, que no se cuentan como espacios." in html
    assert "<strong>Metas en porcentaje: 1 de 3 metas cumplidas</strong>" in html
    assert "5.1 Respuesta a las preguntas de las mesas" in html
    assert "1 de 2 fechas reportadas" in html


def test_activities_of_a_plan_without_phases_are_just_activities(client, public):
    make_activity(public, name="Foro abierto")
    html = client.get(plan_address(public)).content.decode()
    assert "Foro abierto" in html
    assert "Sin fase" not in html


def test_plan_says_who_may_participate_by_which_means_and_who_answers(client, public):
    html = client.get(plan_address(public)).content.decode()
    assert "Cómo participar" in html
    for words in (public.who_may_participate, public.participation_means, public.responsible_units):
        assert words in html


def test_plan_without_reports_says_so(client, public):
    assert "Aún no hay informes publicados" in client.get(plan_address(public)).content.decode()


def test_report_shows_figures_hashes_and_file(client, public):
    report = make_published(public)
    html = client.get(report_address(report)).content.decode()
    assert "Informe 2026-001 · versión 1" in html
    assert report.pdf_sha256 in html
    assert report.snapshot_sha256 in html
    assert report_address(report, "report_pdf") in html


def test_file_is_the_published_one_and_kept_for_ever(client, public):
    report = make_published(public)
    address = report_address(report, "report_pdf")
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 one"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["ETag"] == f'"{report.pdf_sha256}"'
    assert (
        answer["Content-Disposition"] == f'attachment; filename="san-jacinto-informe-final-{public.slug}-2026-v1.pdf"'
    )
    assert "Set-Cookie" not in answer
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_superseded_version_stays_and_leads_to_the_current_one(client, public):
    first = make_published(public, state="superseded")
    second = make_published(public, version=2, content=b"%PDF-1.7 two")
    html = client.get(report_address(first)).content.decode()
    assert "Esta es la versión 1, que fue reemplazada." in html
    assert f'href="{report_address(second)}"' in html
    assert client.get(report_address(first, "report_pdf")).status_code == 200
    assert "fue reemplazada" not in client.get(report_address(second)).content.decode()


def test_nothing_unpublished_reaches_the_public(client, public, entity, planner):
    hidden = make_plan(entity, title=CANARY, slug="canario", objective=CANARY)
    make_activity(hidden, name=CANARY)
    draft = actions.start_report(plan=public, kind="final", period="2026", by=planner)
    actions.save_narrative(report=draft, narrative={"reading": CANARY}, by=planner)
    preview_of(draft, b"%PDF-1.7 canary")
    draft.pages = 3
    draft.save()
    make_published(public, kind="monthly", period="2026-01", content=b"%PDF-1.7 jan")
    seen = [
        client.get(address)
        for address in (
            reverse("portal:home"),
            reverse("portal:entity", args=[entity.slug]),
            plan_address(public),
            reverse("portal:verify") + f"?codigo={draft.pdf_sha256}",
        )
    ]
    assert [answer.status_code for answer in seen] == [200] * 4
    assert not any(CANARY in answer.content.decode() for answer in seen)
    assert "Informe final" not in seen[2].content.decode()
    for address in (plan_address(hidden), report_address(draft), report_address(draft, "report_pdf")):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/nadie/", "/san-jacinto/nada/", "/otra/plan-1/"])
def test_unknown_address_is_not_found(client, entity, address):
    assert client.get(address).status_code == 404


def test_plan_is_found_only_under_its_entity(client, public):
    make_entity("vecina")
    assert client.get(reverse("portal:plan", args=["vecina", public.slug])).status_code == 404


def test_colours_have_an_address_that_never_changes_its_content(client, entity):
    entity.primary, entity.secondary = "#ffe08a", "#F2B705"  # too light for white text
    entity.save()
    address = reverse("portal:identity_css", args=[entity.slug, entity.identity_digest])
    answer = client.get(address)
    css = answer.content.decode()
    assert answer["Content-Type"] == "text/css"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--entity-secondary:#f2b705;" in css
    assert "--entity-primary:#ffe08a" not in css
    light = css.splitlines()[1]
    assert light.startswith("@media not (prefers-color-scheme:dark){:root{--action:#")
    action, wash = re.search(r"--action:(#\w{6})", light)[1], re.search(r"--action-wash:(#\w{6})", light)[1]
    assert contrast(action, wash) >= 4.5  # links and buttons, also where they are chosen
    assert address in client.get(reverse("portal:entity", args=[entity.slug])).content.decode()
    assert client.get(reverse("portal:identity_css", args=[entity.slug, "viejo"])).url == address


def test_shield_is_served_and_absent_is_not_found(client, entity, tmp_path):
    address = reverse("portal:shield", args=[entity.slug])
    assert client.get(address).status_code == 404
    entity.shield = files.keep(b"\x89PNG")
    entity.save()
    answer = client.get(address)
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("image/png", b"\x89PNG")
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_reports_come_newest_first(client, public):
    make_months(public, 3)
    make_published(public, published_at=timezone.now() - timedelta(days=30), cutoff=date(2025, 12, 31), period="2025")
    html = client.get(plan_address(public)).content.decode()
    order = [html.index(words) for words in ("· marzo de 2026", "· febrero de 2026", "· enero de 2026", "· 2025")]
    assert order == sorted(order)


def test_report_is_read_whole_on_its_page(client, public, dependency):
    activity = make_activity(public, dependency, number="1.1", name="Mesas con la ciudadanía")
    make_session(activity, executed_units=1, held_on=date(2026, 3, 16), attendance_total=40)
    report = make_published_facts(public)
    html = client.get(report_address(report)).content.decode()
    whole = published.load(report.snapshot)
    for each in pages.placed(whole):
        assert f'<section id="{each.facts.slug}">' in html
    for table in pages.tables(pages.placed(whole)):
        assert f"<b>Tabla {table.number}.</b> {escape(table.title)}" in html
    english = client.get(f"/en{report_address(report)}").content.decode()
    assert "The whole report" in english and "<b>Tabla 1.</b>" in english  # a report has one language


def test_data_of_a_report_are_those_inside_its_pdf(client, public, dependency, django_assert_num_queries):
    make_session(make_activity(public, dependency), executed_units=1, held_on=date(2026, 3, 16))
    report = make_published_facts(public)
    page = client.get(report_address(report)).content.decode()
    for file in published.files(published.load(report.snapshot), report.snapshot):
        address = f"{report_address(report)}datos/{file.name}"
        assert f'href="{address}"' in page
        with django_assert_num_queries(1):
            answer = client.get(address)
        assert b"".join(answer.streaming_content) == file.content
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        named = f"{public.entity.slug}-informe-final-{public.slug}-2026-v1-{file.name}"
        assert answer["Content-Disposition"] == f'attachment; filename="{named}"'
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    facts = client.get(f"{report_address(report)}datos/datos.json")
    assert hashlib.sha256(b"".join(facts.streaming_content)).hexdigest() == report.snapshot_sha256
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{report_address(report)}datos/datos.xlsx"))))
    assert {"registros", "tabla-01", "diccionario"} <= set(book.sheetnames)
    assert client.get(f"{report_address(report)}datos/otro.csv").status_code == 404


def test_report_of_the_first_schema_has_its_facts_alone(client, public):
    stored = json.loads((OLD / sorted(path.name for path in OLD.glob("*.json"))[0]).read_text())
    report = make_published(public, snapshot=stored, snapshot_sha256=snapshot.sha256(stored))
    html = client.get(report_address(report)).content.decode()
    assert "El informe completo" not in html and "datos/datos.json" in html
    assert client.get(f"{report_address(report)}datos/datos.json").status_code == 200
    assert client.get(f"{report_address(report)}datos/datos.xlsx").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.django_db(transaction=True)
def test_public_pages_accessible(page, visit, violations, public, scheme):
    page.emulate_media(color_scheme=scheme)  # the reader chose before opening the page
    for number in range(3):
        make_activity(public, phase=public.phases.create(number=number + 1, name="Formulación de lo que viene"))
    for activity in public.activities.all():
        held(activity, date(2026, 3, 16), attendance_total=40, topics="Agua\nVías", planned_units=2)
    make_commitment(public, text="Publicar el acta", made_on=date(2026, 3, 16), due_on=date(2026, 4, 1))
    first = make_published_facts(public, state="superseded")
    make_published(public, version=2, content=b"%PDF-1.7 two")
    for width in (1280, 360):
        for address in (
            reverse("portal:home"),
            reverse("portal:entity", args=[public.entity.slug]),
            plan_address(public),
            report_address(first),
        ):
            visit(address, width=width)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_address_of_a_report_is_in_the_language_of_its_readers(client, public):
    report = make_published(public, kind="monthly", period="2026-01", content=b"%PDF-1.7 january")
    address = f"/{public.entity.slug}/{public.slug}/informes/mensual/2026-01/v{report.version}/"
    assert client.get(address).context["report"] == report
    assert client.get(address.replace("mensual", "monthly")).status_code == 404


def test_home_says_how_the_newest_plan_of_each_entity_goes(client, public, dependency, django_assert_num_queries):
    make_session(make_activity(public, dependency), date(2026, 3, 16), held_on=date(2026, 3, 16), executed_units=1)
    report = make_published_facts(public, period="2026", number="2026-001", content=b"%PDF-1.7")
    first = client.get(reverse("portal:home")).content.decode()
    with django_assert_num_queries(3):  # the figure of a report that never changes is read once
        html = client.get(reverse("portal:home")).content.decode()
    assert report.public_url in html and html == first
    facts = published.load(report.snapshot).facts("ejecucion").total
    assert f"{figures.percent(facts.ratio)}</strong>" in html
    assert f"{facts.executed} de {facts.planned} hasta el" in html
    assert '<meta name="description"' in html


def test_plan_says_of_each_activity_when_who_and_how_much_the_last_report_counts(client, public, dependency):
    activity = make_activity(public, dependency, name="Mesas por comuna", number="1.1")
    make_session(activity, date(2026, 3, 16), held_on=date(2026, 3, 16), executed_units=1)
    make_session(activity, date(2026, 9, 30), planned_precision="month")
    many = make_activity(public, all_dependencies=True, name="Boletín")
    for month in range(1, 7):
        make_session(many, date(2026, month, 10))
    before = client.get(plan_address(public)).content.decode()
    assert "16\xa0mar\xa02026, septiembre de 2026" in before
    assert "6 fechas, enero a junio de 2026" in before
    assert "Secretaría de Gobierno" in before and "Todas las dependencias" in before
    assert "Hecho al corte" not in before
    make_published_facts(public, period="2026", number="2026-001", content=b"%PDF-1.7")
    html = " ".join(client.get(plan_address(public)).content.decode().split())
    assert '<td data-label="Hecho al corte">1 de 2</td>' in html
    assert '<td data-label="Hecho al corte">sin reporte</td>' in html
