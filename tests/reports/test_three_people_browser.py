"""A report in the browsers of three people: written by two at once, returned once, signed by all, and published."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from records.models import SignOff
from reports import actions
from reports.models import Report
from tests.factories import make_user
from tests.reports.reporting import approve, fill

pytestmark = pytest.mark.browser
SAVED = re.compile(r"Guardado a las \d\d:\d\d")


@pytest.fixture
def draft(transactional_db, plan, planner, dependency):
    plan.entity.signs_reports = True
    plan.entity.save()
    approve(fill(plan, dependency))
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


@pytest.fixture
def sit_down(browser, live_server):
    """A function that opens the site for a person, in a browser of their own."""
    contexts = []

    def sit(person):
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context = browser.new_context(base_url=live_server.url, locale="es-CO")
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield sit
    for context in contexts:
        context.close()


def text(page, label: str):
    return page.locator("[data-text]").filter(has=page.get_by_label(label, exact=True))


def sign(page, report: Report, step: str, position: str) -> None:
    page.goto(report.get_absolute_url())
    page.get_by_role("link", name="Firmar o devolver").click()
    expect(page.get_by_role("heading", name=f"Su firma: «{step}»")).to_be_visible()
    page.get_by_label("Cargo").fill(position)
    page.get_by_role("button", name="Firmar", exact=True).click()
    expect(page.get_by_text("Firmado.")).to_be_visible()


def test_report_is_written_by_two_returned_signed_by_three_and_published(draft, entity, planner, sit_down):
    other, chief = make_user(entity, Role.PLANNER), make_user(entity, Role.ADMINISTRATOR)
    ana, luis, rosa = sit_down(planner), sit_down(other), sit_down(chief)

    # Two write at once: different texts, and then the same one.
    ana.goto(draft.get_absolute_url())
    luis.goto(draft.get_absolute_url())
    hers, his = text(ana, "Lectura de la ejecución"), text(luis, "Objetivo")
    hers.locator("textarea").press_sequentially("Se hizo el {ejecución total}.")
    his.locator("textarea").press_sequentially("Rendir cuentas.")
    for one in (hers, his):
        one.locator("textarea").blur()
        expect(one.locator(".desk-status")).to_have_text(SAVED)
    his = text(luis, "Lectura de la ejecución")
    his.locator("textarea").press_sequentially("Faltó por el invierno.")
    his.locator("textarea").blur()
    expect(his.locator("[role=alert]")).to_contain_text(f"{planner.full_name} cambió este texto")
    his.get_by_role("button", name="Reunir los dos").click()
    expect(his.locator(".desk-status")).to_have_text(SAVED)
    draft.refresh_from_db()
    assert draft.narrative == {
        "reading": "Faltó por el invierno.\n\nSe hizo el {ejecución total}.",
        "objective": "Rendir cuentas.",
    }

    # A recommendation names a figure too.
    luis.locator("#seccion-recomendaciones").get_by_role("link", name="Agregar").click()
    luis.get_by_label("Texto").press_sequentially("Reponer lo que faltó: {espacios sin ejec")
    luis.get_by_label("Texto").press("Enter")
    luis.get_by_role("button", name="Guardar", exact=True).click()
    expect(luis.locator("#seccion-recomendaciones .sheet")).to_contain_text("Reponer lo que faltó: 3")

    # One signs, another returns it with a note; who signed is told, mends it, and all three sign.
    sign(ana, draft, "Elaboró", "Profesional")
    rosa.goto(draft.get_absolute_url())
    rosa.get_by_role("link", name="Firmar o devolver").click()
    rosa.get_by_label("Qué hay que cambiar").fill("Diga dónde faltó.")
    rosa.get_by_role("button", name="Devolver con la nota").click()
    expect(rosa.get_by_text("Devuelto: quienes firmaron ya lo saben.")).to_be_visible()
    ana.goto(reverse("accounts:notice_list"))
    expect(ana.locator("main")).to_contain_text("Diga dónde faltó.")
    ana.goto(draft.get_absolute_url())
    hers = text(ana, "Lectura de la ejecución")
    hers.locator("textarea").press_sequentially(" Faltó en la vereda.")
    hers.locator("textarea").blur()
    expect(hers.locator(".desk-status")).to_have_text(SAVED)
    sign(ana, draft, "Elaboró", "Profesional")
    sign(luis, draft, "Revisó", "Asesor")
    ana.goto(draft.get_absolute_url())
    expect(ana.get_by_role("button", name="Guardar y publicar")).to_have_count(0)  # a signature is missing
    sign(rosa, draft, "Aprobó", "Alcaldesa")

    luis.goto(draft.get_absolute_url())
    luis.get_by_role("button", name="Guardar y publicar").click()
    luis.get_by_role("button", name="Publicar", exact=True).click()
    luis.wait_for_url(re.compile("avance"))
    draft.refresh_from_db()
    assert draft.state == Report.State.PUBLISHED
    luis.goto(draft.public_url)
    for name in (planner.full_name, other.full_name, chief.full_name, "Alcaldesa"):
        expect(luis.locator("main")).to_contain_text(name)
    states = list(SignOff.objects.order_by("pk").values_list("stage", "state"))
    assert states == [
        ("prepared", "returned"),
        ("prepared", "signed"),
        ("reviewed", "signed"),
        ("approved", "signed"),
    ]
