"""The sections of an entity's reports: switched, moved, renamed and added, and frozen with what was published."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Entity
from accounts.trail import action, changes
from records.refusals import Stale
from reports import (
    actions,
    chapters,
    checks,
    cover,
    documents,
    outline,
    pages,
    published,
    sections,
    signing,
    snapshot,
    writing,
)
from reports.models import REQUIRED, Chapter, Point, Report
from tests.factories import make_activity, make_commitment, make_entity, make_plan
from tests.reports.reporting import approve, fill, make_published, make_report
from tests.reports.taking import END, JAN, held

MONTHLY = documents.known()["monthly"].sections


@pytest.fixture
def full(plan, dependency):
    """Something of each section: an execution of 40,0 %, and a commitment."""
    fill(plan, dependency)
    make_commitment(plan, made_on=date(2026, 2, 1), due_on=date(2026, 3, 10))
    return plan


def anew(report: Report) -> Report:
    """As the next request reads it."""
    return Report.objects.select_related("plan__entity").get(pk=report.pk)


def slugs(kind: str, entity: Entity) -> list[str]:
    return [place.slug for place in outline.arranged(kind, entity.chapters.filter(kind=kind)) if place.is_on]


def switch(entity, slug, by, kind="final", is_on=False):
    return chapters.switch_chapter(entity=entity, kind=kind, slug=slug, is_on=is_on, by=by)


def move(entity, slug, by, up, kind="final"):
    chapters.move_chapter(entity=entity, kind=kind, slug=slug, up=up, by=by)


def rename(entity, slug, title, by, kind="final"):
    seen = entity.revision
    return chapters.save_chapter(entity=entity, kind=kind, slug=slug, title=title, seen=seen, by=by)


def add(entity, title, by, kind="final"):
    return chapters.add_chapter(entity=entity, kind=kind, title=title, seen=entity.revision, by=by)


def headings(taken) -> list[str]:
    return [f"{each.number} {each.facts.title}".strip() for each in pages.placed(taken)]


# --- The list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", documents.known())
def test_without_rows_the_list_is_that_of_the_kind(entity, kind):
    assert slugs(kind, entity) == list(documents.known()[kind].sections)


def test_section_is_left_out_of_one_kind_of_one_entity(entity, planner):
    switch(entity, "metricas", planner, kind="monthly")
    assert slugs("monthly", entity) == [slug for slug in MONTHLY if slug != "metricas"]
    assert "metricas" in slugs("period", entity)
    assert "metricas" in slugs("monthly", make_entity("otra"))
    switch(entity, "metricas", planner, kind="monthly", is_on=True)
    assert slugs("monthly", entity) == list(MONTHLY)


def test_sections_move_between_the_first_and_the_last(entity, planner):
    move(entity, "plan", planner, up=True)
    move(entity, "ejecucion", planner, up=True)  # already at the beginning
    move(entity, "evidencias", planner, up=False)  # already at the end
    for stays in ("resumen", "anexo", "registros"):
        move(entity, stays, planner, up=True)
        move(entity, stays, planner, up=False)
    found = slugs("final", entity)
    assert found[0] == "resumen" and found[-2:] == ["anexo", "registros"]
    at = found.index("observaciones")
    assert found[at : at + 4] == ["observaciones", "plan", "recomendaciones", "metodo"]
    assert found[1] == "ejecucion" and found[-3] == "evidencias"


def test_own_section_is_the_last_of_those_that_move(entity, planner):
    own = add(entity, "Cómo se financió", planner)
    assert slugs("final", entity)[-3:] == [own.slug, "anexo", "registros"]
    move(entity, own.slug, planner, up=True)
    assert slugs("final", entity)[-4:] == [own.slug, "evidencias", "anexo", "registros"]


def test_section_newer_than_the_rows_has_its_place(entity, planner):
    switch(entity, "plan", planner)
    entity.chapters.filter(section="metricas").delete()
    assert slugs("final", entity)[3:8] == ["participantes", "percepcion", "imagenes", "metricas", "compromisos"]


def test_section_that_the_kind_no_longer_has_is_not_in_the_list(entity, planner):
    switch(entity, "plan", planner)
    entity.chapters.create(kind="final", section="viene")
    entity.chapters.create(kind="final", section="de-antes")
    assert not {"viene", "de-antes"} & set(slugs("final", entity))


def test_kinds_own_list_is_back_and_the_trail_keeps_what_there_was(entity, planner):
    switch(entity, "cambio", planner, kind="commitments")
    add(entity, "Cómo se financió", planner, kind="commitments")
    chapters.reset(entity=entity, kind="commitments", seen=entity.revision, by=planner)
    assert not entity.chapters.exists()
    entry = AuditEntry.objects.latest("pk")
    assert (action(entry), entry.actor) == ("Volvió a lo de fábrica", planner)
    [change] = changes(entry)
    assert change.label == "Secciones de los informes"
    assert change.before == (
        "1. En una página; 2. Balance de compromisos; 3. Desde el informe anterior (no incluida); "
        "4. Quién responde y con quién se adquirieron; 5. Observaciones; 6. Recomendaciones; 7. El plan; "
        "8. Cómo se hizo este informe; 9. Cómo se financió; 10. Los registros que forman las cifras"
    )


@pytest.mark.parametrize("slug", REQUIRED)
def test_section_that_every_report_has_says_why_and_stays(entity, planner, slug):
    assert sections.known()[slug].required
    with pytest.raises(ValidationError, match="Esa sección va en todos los informes"):
        switch(entity, slug, planner, kind={"matriz": "plan", "formato": "return"}.get(slug, "final"))
    assert not entity.chapters.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        entity.chapters.create(kind="final", section=slug, is_on=False)


def test_no_other_section_says_that_it_stays():
    assert {slug for slug, section in sections.known().items() if section.required} == set(REQUIRED)


def test_invalid_rows_cannot_exist(entity, planner):
    switch(entity, "plan", planner)
    for row in ({"section": "plan"}, {"section": "", "title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            entity.chapters.create(kind="final", **row)
    with pytest.raises(ValidationError):
        add(entity, "x" * 121, planner)
    entity.refresh_from_db()
    with pytest.raises(ValidationError, match="Escriba el título"):
        add(entity, "", planner)
    entity.refresh_from_db()
    for number in range(chapters.MOST_OWN):
        add(entity, f"Sección {number}", planner)
    with pytest.raises(ValidationError, match="Caben 12 secciones propias"):
        add(entity, "Una más", planner)


def test_slug_of_a_deleted_section_is_never_that_of_another(entity, planner):
    own = add(entity, "Una", planner)
    slug = own.slug
    chapters.delete_chapter(entity=entity, kind="final", slug=slug, seen=entity.revision, by=planner)
    assert add(entity, "Otra", planner).slug != slug


def test_two_people_on_a_list_never_mix_theirs(entity, planner):
    other = Entity.objects.get(pk=entity.pk)
    switch(entity, "plan", planner)
    with pytest.raises(Stale):
        rename(other, "plan", "El plan de la vigencia", planner)
    with pytest.raises(Stale):
        chapters.reset(entity=other, kind="final", seen=other.revision, by=planner)
    assert entity.chapters.get(section="plan").title == ""


# --- The report -------------------------------------------------------------------------------------------------------


def test_report_follows_the_list(full, planner, client):
    entity = full.entity
    report = actions.start_report(plan=full, kind="final", period="2026", by=planner)
    before = headings(snapshot.take(anew(report)))
    assert before == [
        "En una página",
        "01 Cómo cerró el plan",
        "02 Balance de compromisos",
        "03 El plan",
        "04 Cómo se hizo este informe",
        "05 Lo que se hizo en todo el plan",
        "Anexo: las actividades del plan",
    ]
    own = add(entity, "Cómo se financió", planner)
    move(entity, own.slug, planner, up=True)
    move(entity, own.slug, planner, up=True)
    move(entity, "plan", planner, up=True)
    move(entity, "plan", planner, up=True)
    move(entity, "plan", planner, up=True)
    move(entity, "plan", planner, up=True)
    rename(entity, "plan", "El plan de la vigencia", planner)
    switch(entity, "compromisos", planner)
    actions.save_narrative(
        report=anew(report), narrative={own.slug: "Se hizo el {ejecución total}.\n\nCon recursos propios."}, by=planner
    )
    taken = snapshot.take(anew(report))
    assert headings(taken) == [
        "En una página",
        "01 Cómo cerró el plan",
        "02 El plan de la vigencia",
        "03 Cómo se hizo este informe",
        "04 Cómo se financió",
        "05 Lo que se hizo en todo el plan",
        "Anexo: las actividades del plan",
    ]
    stored = json.loads(snapshot.canonical(taken))
    assert stored["edition"]["left_out"] == {"compromisos": "Balance de compromisos"}
    assert [(row["title"], row["texts"]) for row in stored["sections"] if row["slug"] == own.slug] == [
        ("Cómo se financió", {own.slug: "Se hizo el 40,0\xa0%.\n\nCon recursos propios."})
    ]
    assert snapshot.load(stored) == taken
    said = pages.paper(taken, "0" * 64)
    assert f'<a href="#{own.slug}">Cómo se financió</a>' in said
    assert "<p>Se hizo el 40,0 %.</p>" in said.replace("\xa0", " ") and "<p>Con recursos propios.</p>" in said
    assert "Balance de compromisos</h2>" not in said
    assert "la entidad no incluyó: «Balance de compromisos»." in said


def test_section_of_its_own_without_text_is_not_printed(full, planner):
    own = add(full.entity, "Cómo se financió", planner)
    taken = snapshot.take(Report(plan=full, kind="final", period="2026", cutoff=END))
    assert own.slug not in [each.slug for each in taken.sections]


def test_what_was_published_keeps_the_sections_that_it_had(full, planner):
    entity = full.entity
    own = add(entity, "Cómo se financió", planner)
    rename(entity, "plan", "El plan de la vigencia", planner)
    switch(entity, "compromisos", planner)
    report = Report(plan=full, kind="final", period="2026", cutoff=END, narrative={own.slug: "Con recursos propios."})
    taken = snapshot.take(report, on=date(2027, 1, 15), number="2026-001")
    fingerprint = snapshot.sha256(taken)
    frozen = {"snapshot": json.loads(snapshot.canonical(taken)), "snapshot_sha256": fingerprint}
    public = make_published(full, **frozen)
    before = published.paper(published.load(public.snapshot), fingerprint)

    chapters.delete_chapter(entity=entity, kind="final", slug=own.slug, seen=entity.revision, by=planner)
    chapters.reset(entity=entity, kind="final", seen=entity.revision, by=planner)
    switch(entity, "ejecucion", planner)

    public = anew(public)
    assert snapshot.sha256(public.snapshot) == fingerprint
    assert snapshot.sha256(snapshot.load(public.snapshot)) == fingerprint
    assert published.paper(published.load(public.snapshot), fingerprint) == before
    assert "Cómo se financió" in before and "El plan de la vigencia" in before


def test_correction_has_the_sections_of_today_and_the_texts_of_before(full, planner):
    own = add(full.entity, "Cómo se financió", planner)
    switch(full.entity, "ejecucion", planner)
    make_published(full, narrative={own.slug: "Con recursos propios.", "reading": "Así fue."})
    report = actions.start_report(plan=full, kind="final", period="2026", correction="Una cifra.", by=planner)
    assert report.narrative == {own.slug: "Con recursos propios.", "reading": "Así fue."}
    assert "ejecucion" not in [each.slug for each in snapshot.take(anew(report)).sections]


def test_report_without_execution_answers_with_what_it_has(full, planner):
    switch(full.entity, "ejecucion", planner)
    report = Report(plan=full, kind="final", period="2026", cutoff=END)
    taken = snapshot.take(report)
    [summary, *_others] = pages.placed(taken)
    assert [head for head, _sentence in summary.context["findings"]] == [
        "Cuánto se prometió",
        "Cuánto se cumplió",
        "Lo vencido",
    ]
    said = pages.paper(taken, "0" * 64)
    assert "de cumplimiento" in said and "Un cuadro por cada" not in said
    assert [rule.name for rule in taken.facts("metodo").rules] == ["Personas participantes", "Compromisos", "Signos"]
    switch(full.entity, "compromisos", planner)
    bare = snapshot.take(Report(plan=full, kind="final", period="2026", cutoff=END))
    said = pages.paper(bare, "0" * 64)
    assert pages.placed(bare)[0].context["findings"] == []
    assert "compromisos registrados" not in said and "de cumplimiento" not in said
    assert cover.ring(bare, None) == ""


def test_summary_says_nothing_of_commitments_that_are_left_out(plan, planner):
    held(make_activity(plan), JAN)
    report = {"plan": plan, "kind": "final", "period": "2026", "cutoff": END}
    said = dict(pages.placed(snapshot.take(Report(**report)))[0].context["findings"])
    assert said["Compromisos"] == "No hay compromisos registrados al corte."
    switch(plan.entity, "compromisos", planner)
    assert "Compromisos" not in dict(pages.placed(snapshot.take(Report(**report)))[0].context["findings"])


def test_public_page_of_the_plan_shows_the_last_report_that_tells_its_execution(client, plan, planner):
    approve(plan)
    held(make_activity(plan), JAN)
    report = {"plan": plan, "kind": "final", "period": "2026", "cutoff": END}
    with_it = snapshot.take(Report(**report), on=date(2027, 1, 15), number="2026-001")
    switch(plan.entity, "ejecucion", planner)
    without = snapshot.take(Report(**report), on=date(2027, 2, 15), number="2026-001")
    for version, taken in ((1, with_it), (2, without)):
        frozen = {"snapshot": json.loads(snapshot.canonical(taken)), "snapshot_sha256": snapshot.sha256(taken)}
        make_published(plan, version=version, content=f"%PDF-{version}".encode(), **frozen)
    page = client.get(reverse("portal:plan", args=[plan.entity.slug, plan.slug]))
    assert page.context["last"].version == 1


# --- What the draft warns of ------------------------------------------------------------------------------------------


def found(report: Report) -> checks.Checks:
    report = anew(report)
    taken = snapshot.take(report)
    return checks.of(report, taken, pages.placed(taken))


def test_figure_of_a_section_that_is_left_out_is_said_in_words(full, planner):
    report = actions.start_report(plan=full, kind="final", period="2026", by=planner)
    narrative = {"commitments": "Se hizo el {ejecución total} con {espasios}."}
    actions.save_narrative(report=report, narrative=narrative, by=planner)
    assert [remark.at for remark in found(report).written] == ["id_commitments"]
    switch(full.entity, "ejecucion", planner)
    result = found(report)
    assert "ejecución total" not in result.figures
    assert [remark.sentence for remark in result.written] == [
        "«{ejecución total}» es una cifra de «Cómo cerró el plan», sección que la entidad no incluye en estos "
        "informes: se imprime como está escrita.",
        "«{espasios}» no es una cifra de este informe y se imprime como está escrita.",
    ]
    taken = snapshot.take(anew(report))
    [texts] = [each.texts for each in taken.sections if each.slug == "compromisos"]
    assert texts == {"commitments": "Se hizo el {ejecución total} con {espasios}."}


def test_what_was_written_for_nothing_is_said(full, planner):
    report = actions.start_report(plan=full, kind="final", period="2026", by=planner)
    actions.save_narrative(report=report, narrative={"reading": "Así fue."}, by=planner)
    actions.save_point(point=Point(report=anew(report), kind="observation", text="Faltó apoyo."), by=planner)
    for slug in ("ejecucion", "observaciones", "recomendaciones"):
        switch(full.entity, slug, planner)
    said = [remark.sentence for remark in found(report).remarks]
    sentence = "Lo escrito para «{}» no saldrá: la entidad no incluye esa sección en estos informes."
    assert said[:2] == [sentence.format("Cómo cerró el plan"), sentence.format("Observaciones")]
    assert not [
        remark for remark in found(report).empty_texts if remark.sentence in ("Observaciones", "Recomendaciones")
    ]


def test_change_of_the_list_voids_what_was_signed_of_drafts(full, planner, administrator):
    report = actions.start_report(plan=full, kind="final", period="2026", by=planner)
    signing.sign(report=report, position="Jefa", seen=report.revision, on=END, by=planner)
    other = make_report(make_plan(make_entity("otra")))
    switch(full.entity, "metricas", administrator, kind="monthly")
    assert len(signing.standing(report)) == 1
    switch(full.entity, "metricas", administrator)
    assert signing.standing(report) == []
    assert anew(report).revision == report.revision + 1
    assert anew(other).revision == other.revision


# --- The desk ---------------------------------------------------------------------------------------------------------


def at(report: Report, name: str, *args) -> str:
    return reverse(f"reports:{name}", args=[report.plan.entity.slug, report.plan.slug, report.pk, *args])


def test_own_section_is_written_on_the_desk(client, full, planner):
    own = add(full.entity, "Cómo se financió", planner)
    report = actions.start_report(plan=full, kind="final", period="2026", by=planner)
    client.force_login(planner)
    page = client.get(report.get_absolute_url())
    [block] = [block for block in page.context["blocks"] if block.slug == own.slug]
    assert (block.title, [each.name for each in block.writings]) == ("Cómo se financió", [own.slug])
    assert f'name="{own.slug}"' in page.content.decode()
    sent = {own.slug: "Con el {ejecución total}.", f"seen_{own.slug}": block.writings[0].seen}
    answer = client.post(at(report, "text_save", own.slug), sent)
    assert answer["HX-Trigger"] == "text-saved"
    assert anew(report).narrative == {own.slug: "Con el {ejecución total}."}
    sheet = client.get(at(report, "section_preview", own.slug)).content.decode()
    assert "Con el 40,0 %." in sheet.replace("\xa0", " ")


def test_desk_lacks_what_the_entity_does_not_include(client, full, planner):
    switch(full.entity, "ejecucion", planner)
    switch(full.entity, "observaciones", planner)
    report = actions.start_report(plan=full, kind="final", period="2026", by=planner)
    client.force_login(planner)
    blocks = [block.slug for block in client.get(report.get_absolute_url()).context["blocks"]]
    assert "compromisos" in blocks and not {"ejecucion", "observaciones"} & set(blocks)
    assert client.get(at(report, "section_preview", "ejecucion")).status_code == 404
    assert client.get(at(report, "point_create", "observaciones")).status_code == 404
    assert client.get(at(report, "report_publish")).status_code in (200, 302)


def test_text_of_a_section_left_out_meanwhile_is_kept(client, full, planner):
    report = actions.start_report(plan=full, kind="final", period="2026", by=planner)
    client.force_login(planner)
    seen = client.get(report.get_absolute_url()).context["seen"]
    switch(full.entity, "ejecucion", planner)
    sent = {"reading": "Así fue.", "seen_reading": seen["reading"]}
    assert client.post(at(report, "text_save", "reading"), sent)["HX-Trigger"] == "text-saved"
    whole = {f"seen_{name}": digest for name, digest in seen.items()} | {
        "cutoff": report.cutoff,
        "objective": "Contar.",
    }
    again = {"reading": "Así fue el año.", "seen_reading": writing.seen_of(anew(report))["reading"]}
    assert client.post(report.get_absolute_url(), whole | again).status_code == 302
    assert anew(report).narrative == {"reading": "Así fue el año.", "objective": "Contar."}


# --- The pages --------------------------------------------------------------------------------------------------------


def address(name: str, entity: Entity, *args) -> str:
    return reverse(f"chapters:{name}", args=[entity.slug, *args])


@pytest.fixture
def as_planner(client, planner):
    client.force_login(planner)
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_page_shows_the_list_and_what_it_holds_for(as_planner, full):
    entity = full.entity
    assert address("kind_list", entity) in text(
        as_planner.get(reverse("reports:report_list", args=[entity.slug, full.slug]))
    )
    assert "De fábrica" in text(as_planner.get(address("kind_list", entity)))
    page = text(as_planner.get(address("chapter_list", entity, "final")))
    assert "hoy no hay borradores de esta clase" in page and "Volver a las de fábrica" not in page
    make_report(full)
    page = text(as_planner.get(address("chapter_list", entity, "final")))
    assert "vale desde ya para los borradores, y cambiarla anula sus firmas: <a" in page
    assert "Va siempre: dice cómo se cuenta y cómo se verifica una copia." in page
    assert "Subir «El plan»" in page and "Bajar «El plan»" in page
    assert "Subir «En una página»" not in page and "Subir «Anexo: las actividades del plan»" not in page


def test_buttons_of_the_page_change_the_list(as_planner, entity, planner):
    here = address("chapter_list", entity, "final")
    moved = as_planner.post(address("chapter_move", entity, "final", "plan"), {"to": "up"})
    assert (moved.status_code, moved.url) == (302, f"{here}#plan")
    as_planner.post(address("chapter_switch", entity, "final", "metricas"), {"to": "off"})
    as_planner.post(address("chapter_update", entity, "final", "plan"), {"title": "  Nuestro   plan ", "revision": 2})
    added = as_planner.post(address("chapter_create", entity, "final"), {"title": "Cómo se financió", "revision": 3})
    own = entity.chapters.get(section="")
    assert added.url == f"{here}#{own.slug}"
    found = slugs("final", entity)
    assert found.index("plan") == found.index("recomendaciones") - 1 and "metricas" not in found
    assert entity.chapters.get(section="plan").title == "Nuestro plan"
    page = text(as_planner.get(here))
    assert "No incluida" in page and "Con título de la entidad" in page and "Propia: su texto" in page
    kinds = text(as_planner.get(address("kind_list", entity)))
    assert "Con cambios de la entidad · 1 no incluida · 1 propia" in kinds
    as_planner.post(address("chapter_switch", entity, "final", "metricas"), {"to": "on"})
    assert "metricas" in slugs("final", entity)
    verbs = list(AuditEntry.objects.filter(verb__startswith="chapter.").order_by("pk").values_list("verb", "actor"))
    assert {actor for _verb, actor in verbs} == {planner.pk}
    assert [verb for verb, _actor in verbs] == ["chapter.update"] * 4 + ["chapter.create", "chapter.update"]


def test_required_section_says_no(as_planner, entity):
    answer = as_planner.post(address("chapter_switch", entity, "final", "metodo"), {"to": "off"}, follow=True)
    assert "Esa sección va en todos los informes." in text(answer)


def test_factory_title_typed_again_is_no_title(as_planner, entity):
    sent = {"title": "El plan", "revision": 0}
    as_planner.post(address("chapter_update", entity, "final", "plan"), sent)
    assert entity.chapters.get(section="plan").title == ""


def test_own_section_is_deleted_once_it_is_confirmed(as_planner, full, planner):
    entity = full.entity
    own = add(entity, "Cómo se financió", planner)
    make_report(full, narrative={own.slug: "Con recursos propios."})
    place = address("chapter_delete", entity, "final", own.slug)
    assert "Lo que se escribió para ella en 1 borrador no saldrá." in text(as_planner.get(place))
    assert as_planner.post(place, {"revision": entity.revision}).status_code == 302
    assert own.slug not in slugs("final", entity)
    assert as_planner.get(place).status_code == 404


def test_list_is_reset_once_it_is_confirmed(as_planner, entity, planner):
    add(entity, "Cómo se financió", planner)
    switch(entity, "plan", planner)
    place = address("chapter_reset", entity, "final")
    assert "<li>Cómo se financió</li>" in text(as_planner.get(place))
    assert as_planner.post(place, {"revision": entity.revision}).status_code == 302
    assert slugs("final", entity) == list(documents.known()["final"].sections)


@pytest.mark.parametrize("name", ["chapter_create", "chapter_update", "chapter_delete", "chapter_reset"])
def test_second_person_is_told_and_keeps_what_they_typed(as_planner, entity, planner, name):
    own = add(entity, "Una", planner)
    place = address(name, entity, "final", *([own.slug] if name in ("chapter_update", "chapter_delete") else []))
    sent = {"title": "De la otra", "revision": entity.revision}
    switch(entity, "plan", planner)
    answer = as_planner.post(place, sent)
    assert answer.status_code == 200
    assert "Otra persona cambió estos datos" in answer.context["form"].non_field_errors()[0]
    if "title" in answer.context["form"].fields:
        assert answer.context["form"]["title"].value() == "De la otra"
    sent["revision"] = answer.context["form"]["revision"].value()
    assert as_planner.post(place, sent).status_code == 302


def test_bad_input_is_told(as_planner, entity, planner):
    own = add(entity, "Una", planner)
    seen = entity.revision
    for place in (
        address("chapter_create", entity, "final"),
        address("chapter_update", entity, "final", own.slug),
    ):
        assert "title" in as_planner.post(place, {"title": "  ", "revision": seen}).context["form"].errors
        long = as_planner.post(place, {"title": "x" * 300, "revision": seen}).context["form"]
        assert "120" in long.errors["title"][0]
    assert entity.chapters.get(section="").title == "Una"


def test_what_is_not_there_is_not_found(as_planner, entity, planner):
    foreign = add(make_entity("otra"), "Ajena", planner)
    own = add(entity, "Una", planner)
    for word, slug in (
        ("final", "viene"),
        ("final", "otra"),
        ("final", foreign.slug),
        ("mensual", own.slug),
        ("final", "propia-999"),
        ("nada", "plan"),
    ):
        assert as_planner.get(address("chapter_update", entity, word, slug)).status_code == 404
        for name in ("chapter_switch", "chapter_move"):
            assert as_planner.post(address(name, entity, word, slug), {"to": "up"}).status_code == 404
    assert as_planner.get(address("chapter_update", entity, "final", "registros")).status_code == 404
    assert as_planner.get(address("chapter_delete", entity, "final", "plan")).status_code == 404
    assert as_planner.get(address("chapter_list", entity, "nada")).status_code == 404
    assert Chapter.objects.filter(entity=entity, section="viene").count() == 0


@pytest.mark.parametrize("size", [1, 8])
def test_page_asks_the_same_whatever_its_size(as_planner, plan, planner, django_assert_num_queries, size):
    for number in range(size):
        add(plan.entity, f"Sección {number}", planner)
        make_report(make_plan(plan.entity))
    with django_assert_num_queries(6):  # session, person, entity, roles, rows, drafts
        as_planner.get(address("chapter_list", plan.entity, "final"))
    with django_assert_num_queries(5):
        as_planner.get(address("kind_list", plan.entity))


def test_facts_are_taken_with_one_query_for_the_list(full, planner):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            snapshot.take(Report(plan=full, kind="final", period="2026", cutoff=END), only=("plan",))
        return len(asked)

    before = queries()
    for number in range(5):
        add(full.entity, f"Sección {number}", planner)
    assert queries() == before
