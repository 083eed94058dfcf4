"""The desk of a draft in Chromium: two people at once, what a lost connection does, its page on a desk and a phone."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from reports import actions, writing
from reports.models import Report
from tests.factories import make_user
from tests.reports.reporting import fill, make_report

pytestmark = pytest.mark.browser
SAVED = re.compile(r"Guardado a las \d\d:\d\d")


@pytest.fixture
def draft(transactional_db, plan, planner, dependency):
    fill(plan, dependency)
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


def write(report: Report, by, **narrative) -> None:
    """As somebody does who found these texts empty."""
    row = Report.objects.select_related("plan").get(pk=report.pk)
    writing.save(report=row, narrative=narrative, seen=dict.fromkeys(narrative, writing.digest("")), by=by)


def text(page, label: str):
    return page.locator("[data-text]").filter(has=page.get_by_label(label, exact=True))


def stored(report: Report) -> dict:
    report.refresh_from_db()
    return report.narrative


def test_text_is_saved_as_it_is_written_and_its_page_follows(draft, visit, planner):
    page = visit(draft.get_absolute_url(), by=planner)
    reading = text(page, "Lectura de la ejecución")
    reading.locator("textarea").press_sequentially("Se hizo el {ejecución total}.")
    expect(reading.locator(".desk-status")).to_have_text(SAVED)
    expect(page.locator("#seccion-ejecucion .sheet")).to_contain_text("Se hizo el 40,0 %.")
    assert stored(draft) == {"reading": "Se hizo el {ejecución total}."}
    page.reload()  # nothing is left to save: nobody is asked
    assert reading.locator("textarea").input_value() == "Se hizo el {ejecución total}."


def test_two_people_at_once_lose_nothing(draft, entity, visit, planner):
    first = visit(draft.get_absolute_url(), by=planner)
    other = make_user(entity, Role.PLANNER)
    reading = text(first, "Lectura de la ejecución")
    write(draft, other, reading="Lo de Ana.", commitments="De Ana.")
    # Another text of the same draft goes its way.
    objective = text(first, "Objetivo")
    objective.locator("textarea").fill("Rendir cuentas.")
    objective.locator("textarea").blur()
    expect(objective.locator(".desk-status")).to_have_text(SAVED)
    # The same text does not.
    reading.locator("textarea").press_sequentially("Lo mío.")
    expect(reading.locator("[role=alert]")).to_contain_text(f"{other.full_name} cambió este texto")
    expect(reading.locator("[data-theirs]")).to_have_text("Lo de Ana.")
    assert reading.locator("textarea").input_value() == "Lo mío."
    assert stored(draft) == {"reading": "Lo de Ana.", "commitments": "De Ana.", "objective": "Rendir cuentas."}
    # Typing on changes nothing of it: the person decides.
    reading.locator("textarea").press_sequentially(" Y más.")
    first.wait_for_timeout(1800)
    assert stored(draft)["reading"] == "Lo de Ana."
    reading.get_by_role("button", name="Reunir los dos").click()
    expect(reading.locator(".desk-status")).to_have_text(SAVED)
    assert stored(draft)["reading"] == "Lo mío. Y más.\n\nLo de Ana."


def test_what_is_stored_may_stay(draft, entity, visit, planner):
    page = visit(draft.get_absolute_url(), by=planner)
    reading = text(page, "Lectura de la ejecución")
    write(draft, planner, reading="Guardado.")
    reading.locator("textarea").fill("Otro.")
    reading.locator("textarea").blur()
    reading.get_by_role("button", name="Dejar lo guardado").click()
    expect(reading.locator(".desk-status")).to_have_text(SAVED)
    assert reading.locator("textarea").input_value() == "Guardado."
    assert stored(draft)["reading"] == "Guardado."


def test_text_waits_for_the_connection_and_for_the_session(draft, visit, planner, context):
    page = visit(draft.get_absolute_url(), by=planner)
    reading = text(page, "Lectura de la ejecución")
    context.set_offline(True)
    reading.locator("textarea").press_sequentially("Sin red.")
    expect(reading.locator(".desk-status")).to_contain_text("No se guardó: no hay conexión.")
    context.set_offline(False)
    expect(reading.locator(".desk-status")).to_have_text(SAVED, timeout=12000)
    cookies = context.cookies()
    context.clear_cookies(name="sessionid")
    reading.locator("textarea").press_sequentially(" Ni sesión.")
    expect(reading.locator(".desk-status")).to_contain_text("su sesión terminó")
    assert reading.locator("textarea").input_value() == "Sin red. Ni sesión."
    context.add_cookies(cookies)
    expect(reading.locator(".desk-status")).to_have_text(SAVED, timeout=12000)
    assert stored(draft) == {"reading": "Sin red. Ni sesión."}


@pytest.mark.parametrize("width", [1280, 360])
def test_desk_accessible_in_every_state(draft, entity, visit, violations, planner, width):
    page = visit(draft.get_absolute_url(), by=planner, width=width)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    write(draft, make_user(entity, Role.PLANNER), reading="Una lectura larga. " * 30)
    reading = text(page, "Lectura de la ejecución")
    reading.locator("textarea").fill("Otra.")
    reading.locator("textarea").blur()
    expect(reading.locator("[role=alert]")).to_be_visible()
    page.locator("#seccion-anexo summary").click()
    expect(page.locator("#seccion-anexo .sheet table")).to_be_visible()
    assert page.locator("[data-side][open]").count() == (7 if width == 1280 else 0)
    page.evaluate("document.querySelectorAll('[data-side]').forEach((side) => (side.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    assert said == []


def test_desk_without_a_script_saves_with_one_button(draft, browser, live_server, planner, visit):
    page = visit(draft.get_absolute_url(), by=planner)
    state = page.context.storage_state()
    with browser.new_context(java_script_enabled=False, storage_state=state, locale="es-CO") as plain:
        bare = plain.new_page()
        bare.goto(live_server.url + draft.get_absolute_url())
        bare.get_by_label("Lectura de la ejecución", exact=True).fill("Así fue.")
        bare.get_by_role("button", name="Guardar", exact=True).click()
        expect(bare.get_by_text("Textos guardados.")).to_be_visible()
        expect(bare.locator("#seccion-ejecucion .sheet")).to_contain_text("Así fue.")
    assert stored(draft)["reading"] == "Así fue."


def test_figures_are_offered_while_typing_and_beside_the_text(draft, visit, planner):
    page = visit(draft.get_absolute_url(), by=planner)
    reading = text(page, "Lectura de la ejecución")
    box = reading.locator("textarea")
    box.press_sequentially("Se hizo el {ejecucion tot")
    expect(page.get_by_role("option")).to_have_text(["ejecución total40,0 %"])
    box.press("Enter")
    assert box.input_value() == "Se hizo el {ejecución total}"
    expect(page.get_by_role("listbox")).to_have_count(0)
    box.press_sequentially(" de {espacios ")
    named = ["programados", "ejecutados", "sin ejecutar", "sin explicar"]
    expect(page.get_by_role("option")).to_contain_text([f"espacios {name}" for name in named])
    box.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_contain_text("espacios ejecutados")
    assert box.get_attribute("aria-activedescendant") == page.locator("[aria-selected=true]").get_attribute("id")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    box.fill("Fueron")
    reading.get_by_text("Insertar una cifra").click()
    reading.get_by_role("button", name="espacios programados").click()
    assert box.input_value() == "Fueron {espacios programados}"
    expect(reading.locator(".desk-status")).to_have_text(SAVED)
    assert stored(draft)["reading"] == "Fueron {espacios programados}"


def test_text_of_the_report_before_never_takes_the_place_of_what_is_written(draft, plan, visit, planner, violations):
    make_report(plan, "monthly", "2026-08", cutoff=date(2026, 8, 31), narrative={"reading": "Lo de agosto."})
    report = actions.start_report(plan=plan, kind="monthly", period="2026-09", by=planner)
    page = visit(report.get_absolute_url(), by=planner)
    reading = text(page, "Lectura de la ejecución")
    reading.locator("textarea").fill("Lo de septiembre.")
    reading.get_by_text("El texto de agosto de 2026").first.click()
    reading.get_by_text("Frases con las cifras de hoy").click()
    assert violations(page) == []
    reading.get_by_role("button", name="Traer el texto de agosto de 2026").click()
    assert reading.locator("textarea").input_value() == "Lo de septiembre.\n\nLo de agosto."
