"""The staff pages of reports: who may what, checks, texts that are never lost, progress with and without a script."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from records import files, jobs
from records.models import Job
from records.refusals import NotReady
from reports import actions, writing
from reports.models import Point, Report
from reports.texts import asked
from tests.factories import make_activity, make_plan, make_session, make_user
from tests.reports.reporting import approve, fill, make_job, make_months, make_published, make_report, preview_of


def address(name: str, plan, *args) -> str:
    return reverse(f"reports:{name}", args=[plan.entity.slug, plan.slug, *args])


def texts(report, **fields) -> dict:
    """What the form of a draft sends: each text with the digest of what was read of it."""
    written = {name: writing.typed(report.narrative.get(name)) for name in asked(report)}
    seen = {f"seen_{name}": digest for name, digest in writing.seen_of(report).items()}
    return {**written, **seen, "cutoff": report.cutoff.isoformat(), **fields}


@pytest.fixture
def draft(plan, planner, dependency):
    fill(plan, dependency)
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


@pytest.fixture
def as_planner(client, planner):
    client.force_login(planner)
    return client


@pytest.mark.parametrize("size", [2, 30])
def test_list_asks_the_same_of_the_database_whatever_its_size(as_planner, plan, size, django_assert_num_queries):
    make_months(plan, size)
    with django_assert_num_queries(9):
        html = as_planner.get(address("report_list", plan)).content.decode()
    assert html.count("Informe mensual · ") == size
    assert "enero de 2026" in html
    assert "2026-002" in html


def test_list_empty_says_what_to_do_first(as_planner, plan):
    html = as_planner.get(address("report_list", plan)).content.decode()
    assert "Empiece por el del último mes terminado" in html
    assert address("report_create", plan) in html


def test_new_report_offers_only_the_months_of_the_plan(as_planner, entity):
    plan = make_plan(entity, starts_on=date(2026, 11, 15), ends_on=date(2027, 1, 31))
    form = as_planner.get(address("report_create", plan)).context["form"]
    assert form.fields["month"].choices == [
        ("", "Elija un mes"),
        ("2026-11", "noviembre de 2026"),
        ("2026-12", "diciembre de 2026"),
        ("2027-01", "enero de 2027"),
    ]


def test_new_report_leads_to_its_draft(as_planner, plan):
    response = as_planner.post(address("report_create", plan), {"kind": "monthly", "month": "2026-09", "cutoff": ""})
    report = Report.objects.get()
    assert (report.kind, report.period, report.cutoff) == ("monthly", "2026-09", date(2026, 9, 30))
    assert response.url == report.get_absolute_url()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "monthly", "month": ""}, "Elija el mes del informe."),
        ({"kind": "monthly", "month": "2026-09", "cutoff": "2026-08-31"}, "El corte no puede ser anterior"),
        ({"kind": "monthly", "month": "2031-09"}, "no es una de las opciones"),
    ],
)
def test_new_report_with_a_mistake_says_so(as_planner, plan, data, said):
    assert said in as_planner.post(address("report_create", plan), data).content.decode()
    assert not Report.objects.exists()


def test_draft_says_what_to_look_at_with_links(as_planner, plan, draft):
    draft.cutoff = date(2026, 10, 31)
    draft.save()
    html = as_planner.get(draft.get_absolute_url()).content.decode()
    assert "El plan está en borrador. Apruébelo para poder publicar sus informes." in html
    assert "Un espacio programado hasta el 31 de octubre de 2026 está sin reportar." in html
    assert "2 espacios que faltaron se reportaron sin decir por qué." in html  # of one session of three
    assert "Hay 2 espacios sin causa registrada" in html and "1 espacio sin reporte" in html
    assert "El plan no tiene un objetivo escrito y el informe tampoco lo dice" in html
    assert re.search(r"Textos vacíos, sin los que sale el informe:\s*<a href=\"[^\"]*#id_reading\">Lectura de la", html)
    assert "Guardar y publicar" not in html


def test_draft_names_the_percentage_targets_that_nobody_explains(as_planner, plan, draft):
    target = {"target_kind": "percentage", "target_value": 100}
    short, explained = (make_activity(plan, name=name, **target) for name in ("Respuestas", "Apoyos"))
    make_session(short, date(2026, 3, 31), held_on=date(2026, 3, 31), numerator=3, denominator=4)
    make_session(explained, date(2026, 3, 31), executed_units=0, reason="Paro")
    html = as_planner.get(draft.get_absolute_url()).content.decode()
    assert "Una meta en porcentaje está sin cumplir o sin reportar y no dice por qué." in html
    assert "3 de 4: 75,0\xa0% de una meta de 100\xa0%" in html
    assert short.get_absolute_url() in html and explained.get_absolute_url() not in html
    assert "Hay 2 espacios sin causa registrada" in html and "1 espacio sin reporte" in html  # counted apart


@pytest.mark.parametrize(("who", "actions"), [("planner", {"reporte/", "motivo/"}), ("control", {""})])
def test_gaps_lead_to_what_their_reader_may_open(request, client, plan, draft, who, actions):
    client.force_login(request.getfixturevalue(who))
    found = re.findall(r'href="([^"]*/espacios/[^"]*)"', client.get(draft.get_absolute_url()).content.decode())
    # What was reported without a reason is explained; what nobody reported is reported.
    assert {re.search(r"/espacios/\d+/([^?]*)", link)[1] for link in found} == actions
    for link in found:
        assert client.get(link).status_code == 200


def test_draft_of_a_complete_plan_has_nothing_to_say(as_planner, plan, draft, planner):
    approve(plan)
    plan.activities.all().delete()
    actions.save_narrative(
        report=draft,
        narrative=dict.fromkeys(("objective", "reading", "participants", "commitments"), "x"),
        by=planner,
    )
    for kind in Point.Kind:
        actions.save_point(point=Point(report=draft, kind=kind, text="x"), by=planner)
    html = as_planner.get(draft.get_absolute_url()).content.decode()
    assert "Todo está reportado y explicado" in html
    assert "Guardar y publicar" in html


def test_texts_are_saved_with_their_paragraphs(as_planner, draft):
    data = texts(draft, reading="Dos párrafos.\r\n\r\nEl segundo.")
    response = as_planner.post(draft.get_absolute_url(), data)
    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert draft.narrative["reading"] == "Dos párrafos.\n\nEl segundo."


def test_text_over_somebody_elses_keeps_both_and_saves_the_others(as_planner, draft, planner):
    seen = texts(draft, reading="Lo mío", objective="Rendir cuentas.")
    actions.save_narrative(report=draft, narrative={"reading": "Lo de otra persona", "commitments": "Suyo"}, by=planner)
    page = as_planner.post(draft.get_absolute_url(), seen)
    html = page.content.decode()
    assert "Otra persona cambió algo de lo que usted escribió." in html
    assert "Lo de otra persona" in html
    assert ">Lo mío</textarea>" in html.replace("\n", "")
    draft.refresh_from_db()
    saved = {"reading": "Lo de otra persona", "commitments": "Suyo", "objective": "Rendir cuentas."}
    assert draft.narrative == saved
    told = {f"seen_{name}": digest for name, digest in page.context["seen"].items()}
    as_planner.post(draft.get_absolute_url(), {**seen, **told})
    draft.refresh_from_db()
    assert draft.narrative == {**saved, "reading": "Lo mío"}


def test_preview_is_asked_for_shown_and_downloaded(as_planner, plan, draft, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = as_planner.post(draft.get_absolute_url(), texts(draft, reading="Nuevo", then="preview"))
    assert response.url == address("report_progress", plan, draft.pk)
    page = as_planner.get(response.url).content.decode()
    assert "La vista previa está lista." in page
    file = as_planner.get(address("report_pdf", plan, draft.pk))
    draft = Report.objects.get(pk=draft.pk)
    content = b"".join(file.streaming_content)
    assert content == files.read(draft.file)
    assert file["Cache-Control"] == "private, no-store"
    assert (
        file["Content-Disposition"]
        == f'inline; filename="{plan.entity.slug}-informe-final-{plan.slug}-2026-v1-borrador.pdf"'
    )
    assert "Hecha el" in as_planner.get(draft.get_absolute_url()).content.decode()


def test_publication_is_confirmed_and_done(as_planner, plan, draft, django_capture_on_commit_callbacks):
    approve(plan)
    asked = as_planner.get(address("report_publish", plan, draft.pk)).content.decode()
    number = f"{timezone.localdate().year}-001"
    assert f"Será el informe {number}, versión 1. Publicar no se deshace." in asked
    assert "Hay 2 espacios sin causa registrada" in asked and "1 espacio sin reporte" in asked
    with django_capture_on_commit_callbacks(execute=True):
        response = as_planner.post(address("report_publish", plan, draft.pk))
    assert f"Publicado: informe {number}." in as_planner.get(response.url).content.decode()
    page = as_planner.get(draft.get_absolute_url()).content.decode()
    draft.refresh_from_db()
    assert draft.pdf_sha256 in page
    assert "Hacer una corrección" in page


def test_publication_of_a_draft_plan_is_refused_with_its_reason(as_planner, plan, draft):
    for answer in (as_planner.get, as_planner.post):
        page = answer(address("report_publish", plan, draft.pk), follow=True).content.decode()
        assert "El plan" in page
        assert "borrador" in page
    assert not Job.objects.exists()


def test_correction_starts_from_the_published_one(as_planner, plan):
    published = make_published(plan)
    response = as_planner.post(address("report_correct", plan, published.pk), {"correction": "Faltaba  marzo."})
    draft = Report.objects.get(version=2)
    assert (response.url, draft.correction) == (draft.get_absolute_url(), "Faltaba marzo.")


def test_correction_says_what_it_corrects_before_it_is_published(as_planner, plan, draft):
    published = make_published(approve(plan), period="2025", version=1)
    place = address("report_correct", plan, published.pk)
    page = as_planner.post(place, {"correction": " "})
    assert "correction" in page.context["form"].errors
    assert not Report.objects.filter(version=2).exists()
    silent = actions.start_report(plan=plan, kind="final", period="2025", by=plan.entity.memberships.get().user)
    with pytest.raises(NotReady, match="Diga qué corrige"):
        actions.request_render(report=silent, kind=actions.PUBLISH, by=None)
    as_planner.post(place, {"correction": "Faltaba marzo."})
    silent.refresh_from_db()
    assert (silent.correction, Report.objects.filter(version=2).count()) == ("Faltaba marzo.", 1)
    as_planner.post(address("report_correct", plan, silent.pk), {"correction": "Faltaba abril."})
    assert Report.objects.get(version=2).correction == "Faltaba abril."
    assert as_planner.get(address("report_correct", plan, draft.pk)).url == draft.get_absolute_url()


def test_new_report_of_a_published_period_asks_what_it_corrects(as_planner, plan):
    published = make_published(plan, kind="monthly", period="2026-09")
    response = as_planner.post(address("report_create", plan), {"kind": "monthly", "month": "2026-09", "cutoff": ""})
    assert response.url == address("report_correct", plan, published.pk)
    assert Report.objects.count() == 1


@pytest.mark.parametrize("htmx", [False, True])
def test_progress_says_how_far_and_asks_again(as_planner, plan, draft, htmx):
    make_job(draft, state="running", progress=42, step="Componiendo la página 3")
    page = as_planner.get(address("report_progress", plan, draft.pk), headers={"HX-Request": "true"} if htmx else {})
    html = page.content.decode()
    assert "42 %" in html
    assert "Componiendo la página 3" in html
    assert f'hx-get="{address("report_progress", plan, draft.pk)}"' in html
    assert '<meta http-equiv="refresh" content="3">' in html
    assert ("<html" in html) is not htmx


def test_progress_that_ended_reloads_the_page(as_planner, plan, draft):
    make_job(draft, state="done", finished_at=timezone.now())
    page = as_planner.get(address("report_progress", plan, draft.pk), headers={"HX-Request": "true"})
    assert page["HX-Refresh"] == "true"


def test_failure_says_what_to_do_and_offers_another_try(as_planner, plan, draft):
    make_job(draft, state="failed", finished_at=timezone.now(), error="Revise el escudo.")
    html = as_planner.get(address("report_progress", plan, draft.pk)).content.decode()
    assert "Revise el escudo." in html
    assert "Intentar de nuevo" in html
    assert f'action="{address("report_preview", plan, draft.pk)}"' in html


def test_job_that_waits_long_says_that_the_worker_may_be_stopped(as_planner, plan, draft):
    job = make_job(draft)
    assert "Empieza en cuanto" in as_planner.get(address("report_progress", plan, draft.pk)).content.decode()
    Job.objects.filter(pk=job.pk).update(requested_at=timezone.now() - timezone.timedelta(minutes=2))
    assert "puede estar detenido" in as_planner.get(address("report_progress", plan, draft.pk)).content.decode()


def test_publication_behind_another_of_the_entity_says_that_it_waits_its_turn(as_planner, entity, plan, draft):
    make_job(draft, actions.PUBLISH, requested_at=timezone.now() - timezone.timedelta(minutes=2))
    other = make_report(make_plan(entity))
    make_job(other, actions.PUBLISH, state="running")
    html = as_planner.get(address("report_progress", plan, draft.pk)).content.decode()
    assert "Espera su turno" in html and "puede estar detenido" not in html


def test_draft_is_deleted_after_asking(as_planner, plan, draft):
    assert "Eliminar borrador" in as_planner.get(address("report_delete", plan, draft.pk)).content.decode()
    assert as_planner.post(address("report_delete", plan, draft.pk)).url == address("report_list", plan)
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("role", "read", "write"),
    [(Role.ADMINISTRATOR, 200, 403), (Role.HEAD, 200, 403), (Role.CONTROL, 200, 403), (None, 404, 404)],
)
def test_who_may_what(client, entity, outsider, plan, draft, role, read, write):
    client.force_login(make_user(entity, role) if role else outsider)
    draft.pages = 3
    preview_of(draft, b"%PDF-1.7 preview")
    assert client.get(address("report_list", plan)).status_code == read
    assert client.get(draft.get_absolute_url()).status_code == read
    assert client.get(address("report_pdf", plan, draft.pk)).status_code == read
    assert client.post(draft.get_absolute_url(), texts(draft, reading="x")).status_code == write
    assert client.get(address("report_create", plan)).status_code == write
    make_job(draft, state="done", finished_at=timezone.now())
    for name in ("report_preview", "report_publish", "report_delete", "report_correct", "report_cancel"):
        assert client.post(address(name, plan, draft.pk)).status_code == write
    assert Job.objects.get().state == "done"


def test_report_of_another_plan_is_not_found(as_planner, entity, draft):
    assert as_planner.get(address("report_detail", make_plan(entity), draft.pk)).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_progress_page_moves_by_itself_and_every_page_is_accessible(
    visit, violations, plan, draft, planner, monkeypatch
):
    approve(plan)
    monkeypatch.setattr(jobs, "send", lambda job_id: None)
    job = actions.request_render(report=draft, kind=actions.PREVIEW, by=planner)
    pages = [
        draft.get_absolute_url(),
        address("report_list", plan),
        address("report_create", plan),
        address("report_publish", plan, draft.pk),
        address("report_progress", plan, draft.pk),
    ]
    for width in (1280, 360):
        for page_address in pages:
            page = visit(page_address, by=planner, width=width)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "Empieza en cuanto haya" in page.locator(".progress-step").inner_text()
    Job.objects.filter(pk=job.pk).update(state="running", progress=61, step="Componiendo la página 7")
    page.get_by_text("61 %").wait_for()
    Job.objects.filter(pk=job.pk).update(state="failed", error="Revise el escudo.", finished_at=timezone.now())
    page.get_by_role("button", name="Intentar de nuevo").wait_for()
    assert violations(page) == []
