"""More time for a promise, and its verification with citizens, as people do it on a phone and at a desk."""

from datetime import date

import pytest
from django.utils import timezone

from plans.models import Plan
from tests.factories import make_commitment

pytestmark = pytest.mark.browser


@pytest.fixture
def promise(transactional_db, plan, dependency):
    promise = make_commitment(plan, text="Arreglar el puente de la vereda El Prado", code="C-2026-001")
    promise.responsible.add(dependency)
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 15))
    return promise


def test_extension_is_asked_on_a_phone_and_granted_at_a_desk(visit, head, planner, promise, violations):
    page = visit(promise.get_absolute_url(), by=head, width=360, height=740)
    page.get_by_role("link", name="Pedir una prórroga").click()
    later = timezone.localdate().replace(year=timezone.localdate().year + 1, day=1)
    page.get_by_label("Plazo nuevo").fill(f"{later}")
    page.get_by_label("Por qué se necesita más tiempo").fill("Faltan los estudios de suelo.")
    assert violations(page) == []
    page.get_by_role("button", name="Pedir la prórroga").click()
    assert "falta que planeación decida" in page.inner_text("main")

    page = visit(promise.get_absolute_url(), by=planner)
    page.get_by_role("link", name="Decidir").click()
    assert violations(page) == []
    page.get_by_role("button", name="Conceder").click()
    told = page.inner_text("main")
    assert "Se prometió para el 30 de abril de 2026" in told and "Se concedió la prórroga" in told
    assert violations(page) == []
    promise.refresh_from_db()
    assert promise.due_on == later


def test_dispute_is_replied_and_the_promise_verified_with_its_minutes(visit, head, planner, promise, violations):
    type(promise).objects.filter(pk=promise.pk).update(state="reported_done", closed_on=date(2026, 4, 20))
    for text in ("El puente no llegó", "Ni siquiera empezaron"):
        promise.answers.create(kind="disputes", text=text, same_text=text, answered_on=timezone.localdate())
    page = visit(promise.get_absolute_url(), by=head, width=360, height=740)
    page.get_by_role("link", name="Leer y responder").click()
    for mark in page.get_by_label("No se cumplió").all():
        mark.check()
    page.get_by_label("Respuesta", exact=True).fill("El puente se entrega el viernes.")
    assert violations(page) == []
    page.get_by_role("button", name="Responder").click()
    assert "Se respondió a 2 personas." in page.inner_text("main")

    page = visit(promise.get_absolute_url(), by=planner)
    page.get_by_role("link", name="Verificar con la ciudadanía").click()
    page.get_by_label("Sí: quienes lo revisaron lo dan por cumplido").check()
    page.get_by_label("Con quiénes").fill("La mesa de El Prado")
    page.get_by_label("Qué se encontró").fill("El puente se usa desde mayo.")
    minutes = {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 acta"}
    page.get_by_label("Archivo").set_input_files(minutes)
    assert violations(page) == []
    page.get_by_role("button", name="Guardar la verificación").click()
    told = page.inner_text(".timeline")
    assert "Se verificó con la ciudadanía: se cumplió" in told and "La entidad respondió a 2 personas" in told
    promise.refresh_from_db()
    assert promise.state == "verified"
