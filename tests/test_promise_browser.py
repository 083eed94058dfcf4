"""One promise, from the hall in which it was made to the page on which everybody reads that it was kept."""

import re
from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from commitments.models import Commitment
from commitments.models.answer import DAYS_TO_REPLY
from display import dates
from reports.models import Report
from tests.activities.photographs import photograph
from tests.factories import make_activity, make_plan, make_session
from tests.records.smtp import Server
from tests.reports.reporting import approve

pytestmark = pytest.mark.browser
TEXT = "Reparar el puente de la vereda El Prado"


@pytest.fixture
def post_office():
    """The mails that arrive, as text."""
    server = Server()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port, EMAIL_HOST_USER=""):
        yield server.heard
    server.close()


@pytest.fixture
def session(transactional_db, entity, dependency):
    """Planned for today, in an approved plan of this year."""
    today = timezone.localdate()
    plan = approve(make_plan(entity, starts_on=today.replace(month=1, day=1), ends_on=today.replace(month=12, day=31)))
    return make_session(make_activity(plan, dependency, name="Asamblea de El Prado"), today)


def test_promise_is_made_followed_declared_disputed_answered_verified_reported_and_read(
    visit, violations, session, head, planner, post_office
):
    plan, today = session.activity.plan, timezone.localdate()
    # Made, in the report of a space, on a phone.
    update = reverse("activities:session_update", args=[plan.entity.slug, plan.slug, session.pk])
    page = visit(update, by=head, width=360, height=740)
    page.get_by_label("Cuántas personas", exact=True).fill("40")
    page.locator("summary", has_text="Compromisos").click()
    page.get_by_label("A qué se comprometieron").first.fill(TEXT)
    page.get_by_label("Para cuándo").first.fill(f"{today + timedelta(30)}")
    page.get_by_role("button", name="Guardar el reporte").click()
    page.get_by_role("link", name=TEXT).click()
    expect(page.locator(".eyebrow")).to_contain_text(f"C-{today.year}-001")
    promise = Commitment.objects.get()
    public = reverse("portal:promise", args=[plan.entity.slug, promise.pk])

    # Followed, with a photograph.
    page = visit(promise.get_absolute_url(), by=head, width=360, height=740)
    page.get_by_role("link", name="Agregar seguimiento").click()
    page.get_by_label("Avance en %").fill("60")
    page.get_by_label("Qué se hizo").fill("Se fundieron las bases.")
    page.get_by_text("Evidencia", exact=True).click()
    picture = {"name": "bases.jpg", "mimeType": "image/jpeg", "buffer": photograph(1600, 1200)}
    page.set_input_files("#id_files", picture)
    page.get_by_role("button", name="Guardar el seguimiento").click()
    expect(page.locator(".timeline")).to_contain_text("Seguimiento: 60")
    assert promise.follow_ups.get().proofs.count() == 1

    # Declared done, which needs something that shows it.
    page = visit(promise.get_absolute_url(), by=head, width=360, height=740)
    page.get_by_role("link", name="Agregar seguimiento").click()
    page.get_by_label("Avance en %").fill("100")
    page.get_by_label("Qué se hizo").fill("Se entregó el puente.")
    page.get_by_label("Sí, quedó cumplido").check()
    page.get_by_role("button", name="Guardar el seguimiento").click()
    expect(page.locator("main")).to_contain_text("Dice que está todo hecho: adjunte la evidencia")
    page.get_by_label("Dónde está la evidencia").fill("Acta de entrega, en el archivo.")
    page.get_by_role("button", name="Guardar el seguimiento").click()
    expect(page.locator("main")).to_contain_text("quedó reportado como cumplido")

    # Disputed by somebody without an account; planning and who answers for it are told by mail.
    post_office.clear()
    page = visit(public, width=360, height=740)
    page.get_by_role("link", name="Responder").click()
    page.get_by_label(re.compile("No se cumplió")).check()
    page.get_by_label("Cuéntenos qué vio").fill("Al puente le faltan las barandas.")
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator("main")).to_contain_text(dates.day(dates.add_working_days(today, DAYS_TO_REPLY)))
    told = sorted(re.search(r"^To: (.*)\r$", mail, re.MULTILINE)[1] for mail in post_office)
    assert told == sorted([head.email, planner.email])
    promise.refresh_from_db()
    assert promise.state == "reported_done"

    # It cannot be verified before it was answered.
    page = visit(promise.get_absolute_url(), by=head)
    page.get_by_role("link", name="Leer y responder").click()
    expect(page.locator("main")).to_contain_text("Al puente le faltan las barandas.")
    page.get_by_label("No se cumplió").check()
    page.get_by_label("Respuesta", exact=True).fill("Las barandas se instalan el lunes.")
    page.get_by_role("button", name="Responder").click()
    expect(page.locator("main")).to_contain_text("Se respondió a 1 persona.")

    # Verified with those to whom it was made.
    page = visit(promise.get_absolute_url(), by=planner)
    page.get_by_role("link", name="Verificar con la ciudadanía").click()
    page.get_by_label("Sí: quienes lo revisaron lo dan por cumplido").check()
    page.get_by_label("Con quiénes").fill("La asamblea de El Prado")
    page.get_by_label("Qué se encontró").fill("El puente está en uso y tiene sus barandas.")
    minutes = {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 acta"}
    page.get_by_label("Archivo").set_input_files(minutes)
    page.get_by_role("button", name="Guardar la verificación").click()
    expect(page.locator(".timeline")).to_contain_text("Se verificó con la ciudadanía: se cumplió")

    # In the monthly report.
    page = visit(reverse("reports:report_create", args=[plan.entity.slug, plan.slug]) + "?clase=mensual", by=planner)
    page.get_by_label("Mes*", exact=True).select_option(f"{today:%Y-%m}")
    page.get_by_role("button", name="Empezar el informe").click()
    page.get_by_role("button", name="Guardar y publicar").click()
    page.get_by_role("button", name="Publicar", exact=True).click()
    page.wait_for_url(re.compile("avance"))
    page = visit(Report.objects.get(state="published").public_url)
    balance = page.locator("section", has=page.get_by_role("heading", name="Balance de compromisos"))
    expect(balance).to_contain_text("Hasta el corte se adquirió 1 compromiso con la ciudadanía: 1 cumplido.")
    expect(balance.get_by_role("row", name=TEXT).first).to_contain_text("Verificado con la ciudadanía")

    # On its public page: all that happened, both sides, for who has no account.
    page = visit(public, width=360, height=740)
    expect(page.locator(".chips-line")).to_contain_text("Verificado con la ciudadanía")
    told = page.inner_text("main")
    happened = (
        "Se adquirió",
        "Se fundieron las bases.",
        "Se entregó el puente.",
        "Alguien respondió que no se cumplió",
        "Al puente le faltan las barandas.",
        "Las barandas se instalan el lunes.",
        "Se verificó con la ciudadanía: se cumplió",
        "El puente está en uso y tiene sus barandas.",
    )
    assert [text for text in happened if text not in told] == []
    assert sorted(map(told.index, happened)) == list(map(told.index, happened))
    assert "bases.jpg" not in told and "en el archivo" not in told and head.full_name not in told
    assert violations(page) == []
