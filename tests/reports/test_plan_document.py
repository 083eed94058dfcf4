"""The document of a plan: what it holds, what it prints, who may publish it."""

import io
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from plans.models import Plan
from plans.states import can_reopen
from reports import actions, cover, documents, pages, snapshot
from reports.models import Report
from reports.states import publication_blockers
from tests.factories import make_activity, make_session
from tests.reports.held_plans import QUESTIONS, one_page, signed_on_paper, three_lists
from tests.reports.reading import Page, read
from tests.reports.reporting import approve, make_published

pytestmark = pytest.mark.django_db


def document(plan: Plan, **fields) -> Report:
    kind = documents.known()["plan"]
    period = kind.period(plan)
    return Report(plan=plan, kind="plan", period=period, cutoff=kind.cutoff_of(plan, period), **fields)


def taken(plan: Plan):
    facts = snapshot.take(document(plan))
    assert snapshot.load(json.loads(snapshot.canonical(facts))) == facts
    return facts


def test_matrix_of_four_columns_is_held_whole_and_printed_standing(tmp_path):
    plan = one_page(tmp_path)
    facts = taken(plan)
    rows = facts.facts("matriz").rows
    assert len(rows) == plan.activities.count() == 14
    assert all(row.number and row.objective and row.product and row.phase for row in rows)
    assert [len(phase.rows) for phase in facts.facts("matriz").phases] == [3, 3, 3, 2, 3]
    page = Page(facts)
    tables = page.tables("matriz")
    assert [len(table.rows) for table in tables] == [3, 3, 3, 2, 3]
    assert tables[0].heads == ["Actividad", "Objetivo", "Producto"]
    first = rows[0]
    assert tables[0].rows[0] == [f"{first.number} {first.name}", first.objective, first.product]
    assert 'class="matriz wide' not in pages.paper(facts, "0" * 64)
    assert [(tile.value, tile.label) for tile in cover.counts(facts)] == [("14", "actividades")]


def test_three_lists_open_with_their_question_and_dates_are_all_printed(tmp_path):
    plan = three_lists(tmp_path)
    facts = taken(plan)
    lists = facts.facts("acciones").lists
    assert [each.title for each in lists] == [
        "Acciones para informar",
        "Acciones para dialogar",
        "Acciones para incentivar",
    ]
    assert [each.chapters[0].body.count("\n- ") for each in lists] == [17, 9, 4]
    assert [len(each.rows) for each in lists] == [6, 2, 1]
    page = Page(facts)
    assert list(page.sections) == ["resumen", "objetivo", "acciones", "acciones-2", "acciones-3", "matriz"]
    for slug, question in zip(("acciones", "acciones-2", "acciones-3"), QUESTIONS.values(), strict=True):
        assert [read(node) for node in page.sections[slug].iter("blockquote")] == [question]
    assert page.tables("acciones")[0].under("Cuándo")["1.2 Conformar los canales de atención en información clara"] == (
        "31 ene, 22 abr, 22 jul y 22 oct 2026"
    )
    assert sum(len(row.days) for row in facts.facts("matriz").rows) == 15
    assert page.tables("matriz")[0].heads == ["Actividad", "Meta", "Indicador", "Responsable", "Cuándo"]
    assert 'class="matriz wide' in pages.paper(facts, "0" * 64)
    assert page.sentence("resumen", "El plan promete") == (
        "El plan promete 10 actividades en 4 fases, con 14 acciones con fecha, para enero a diciembre de 2026."
    )


def test_plan_signed_on_paper_keeps_its_chapters_columns_and_month(tmp_path):
    plan = signed_on_paper(tmp_path)
    facts = taken(plan)
    assert [(each.number, each.facts.title) for each in pages.placed(facts)] == [
        ("", "En una página"),
        ("01", "Presentación"),
        ("02", "Justificación"),
        ("03", "Marco legal"),
        ("04", "Para qué es el plan"),
        ("05", "Cómo se participa"),
        ("06", "Qué se hará"),
        ("07", "Conclusiones"),
        ("08", "Recomendaciones"),
        ("09", "Quién lo elaboró y quién lo aprobó"),
    ]
    page = Page(facts)
    [table] = page.tables("matriz")
    assert table.title == "Las 31 actividades del plan"
    assert table.heads == ["Actividad", "Producto", "Unidad de medida", "Indicador", "Responsable", "Cuándo"]
    assert table.rows[4][1:] == [
        *("Cuidar la caracterización de los grupos", "Documento 5", "Documento 5 adoptado"),
        *("Todas las dependencias", "dic 2026"),
    ]
    assert [row.periodicity for row in facts.facts("matriz").rows] == ["Diciembre"] * 31
    [signed] = page.tables("aprobacion")
    assert (signed.heads, signed.rows[0]) == (
        ["Paso", "Nombre", "Fecha"],
        ["Elaboró", "Sandra Ríos", "noviembre de 2025"],
    )
    assert cover.feet(facts) == [
        "Elaboró\nSandra Ríos\nnoviembre de 2025",
        "Revisó\nLorenza Osorio\nnoviembre de 2025",
        "Aprobó\nLorenza Osorio\nnoviembre de 2025",
    ]
    paper = pages.paper(facts, "0" * 64)
    assert 'data-foot-3="Aprobó\nLorenza Osorio\nnoviembre de 2025"' in paper
    assert "<caption>Marco legal</caption>" in paper
    assert "Porque sirve" in paper


def test_document_of_an_approved_plan_has_the_chapters_that_were_approved(tmp_path):
    plan = signed_on_paper(tmp_path)
    plan.chapters.filter(title="Presentación").update(body="Escrito después")
    assert "Escrito después" not in pages.paper(taken(plan), "0" * 64)


def test_chapter_cannot_bring_a_script_into_the_document(plan):
    plan.chapters.create(title="<script>a</script>", body="<script>alert(1)</script> [x](javascript:alert(1))")
    paper = pages.paper(taken(plan), "0" * 64)
    assert "<script>" not in paper
    assert 'href="javascript' not in paper


def test_draft_names_who_will_sign_and_prints_no_foot(plan, planner):
    plan.signatories.create(stage="reviewed", person=planner)
    facts = taken(plan)
    assert [(step.stage, step.name, step.signed_on) for step in facts.facts("aprobacion").steps] == [
        ("Revisó", planner.full_name, None)
    ]
    assert cover.feet(facts) == []
    assert Page(facts).tables("aprobacion")[0].rows[0][-1] == "Sin firmar"


def test_plan_without_anything_still_has_a_document(plan):
    facts = taken(plan)
    assert Page(facts).sentence("resumen", "El plan todavía") == "El plan todavía no tiene actividades."
    assert "%" not in " ".join(tile.value for tile in cover.counts(facts))


def test_coverage_says_whom_the_plan_reaches(plan, dependency):
    young = plan.entity.groups.create(name="Jóvenes")
    plan.entity.groups.create(name="Mayores")
    phase = plan.phases.create(number=1, name="Diagnóstico", stage="diagnosis")
    make_activity(plan, dependency, phase=phase).groups.add(young)
    page = Page(taken(plan))
    assert page.sentence("cobertura", "De 2") == (
        "De 2 grupos de valor y de interés de la entidad, el plan convoca a 1. No a: «Mayores»."
    )
    assert page.tables("cobertura")[0].rows == [["Jóvenes", "1"], ["Mayores", "0"]]


def test_statements_do_not_grow_with_the_plan(plan, dependency, django_assert_max_num_queries):
    def fill(number):
        for at in range(number):
            phase = plan.phases.create(number=plan.phases.count() + 1, name=f"Fase {at}")
            make_session(make_activity(plan, dependency, phase=phase))
            plan.chapters.create(title=f"Capítulo {plan.chapters.count()}", body="Texto")

    fill(2)
    with django_assert_max_num_queries(45) as small:
        snapshot.take(document(plan))
    fill(20)
    with django_assert_max_num_queries(len(small)):
        snapshot.take(document(plan))


def test_it_is_published_of_an_approved_plan_alone_without_signatures_of_its_own(plan, planner):
    plan.entity.signs_reports = True
    plan.entity.save()
    make_activity(plan)
    report = actions.start_report(plan=plan, kind="plan", period="2026", by=planner)
    assert [blocker.text for blocker in publication_blockers(report)] == [
        "El plan está en borrador. Apruébelo para poder publicar sus informes."
    ]
    approve(plan)
    report.refresh_from_db()
    assert list(publication_blockers(report)) == []


def test_desk_shows_each_part_of_a_section(client, plan, planner):
    for title in ("Presentación", "Justificación"):
        plan.chapters.create(title=title, body=f"Texto de {title}", order=plan.chapters.count())
    report = actions.start_report(plan=plan, kind="plan", period="2026", by=planner)
    client.force_login(planner)
    page = client.get(report.get_absolute_url())
    assert [block.title for block in page.context["blocks"]][:3] == ["En una página", "Presentación", "Justificación"]
    assert "Corte:" not in page.content.decode()
    address = reverse("reports:section_preview", args=[plan.entity.slug, plan.slug, report.pk, "presentacion-2"])
    assert "Texto de Justificación" in client.get(address).content.decode()
    assert client.get(address.replace("presentacion-2", "objetivo-2")).status_code == 404


def test_public_page_is_its_twin_and_counts_no_execution(client, plan, dependency):
    approve(plan)
    plan.chapters.create(title="Presentación", body="> ¿Para qué?\n\n**Para** conversar")
    make_session(make_activity(plan, dependency, name="Mesa"))
    facts = snapshot.take(document(plan), on=date(2026, 2, 1), number="2026-001")
    stored = json.loads(snapshot.canonical(facts))
    report = make_published(plan, kind="plan", cutoff=plan.starts_on, snapshot=stored, snapshot_sha256="0" * 64)
    page = client.get(report.public_url).content.decode()
    assert "Documento 2026-001 · versión 1" in page
    assert "<blockquote>" in page
    assert "<strong>Para</strong> conversar" in page
    for words in ("Con corte", "Fecha de corte", "Compromisos con la ciudadanía", "De qué filas sale", "%</"):
        assert words not in page
    plan_page = client.get(reverse("portal:plan", args=[plan.entity.slug, plan.slug]))
    assert plan_page.context["last"] is None  # its figures are none of the execution
    assert report.public_url in plan_page.content.decode()
    assert not can_reopen(plan)  # readers hold it


def test_command_renders_it(plan, tmp_path):
    make_activity(plan)
    out = io.StringIO()
    call_command("render_report", plan.slug, "--kind=plan", f"--output={tmp_path / 'plan.pdf'}", stdout=out)
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
