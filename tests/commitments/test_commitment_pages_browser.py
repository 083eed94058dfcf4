"""A promise followed until it is fulfilled, counted in clicks and fields, and a promise that a head writes down."""

from datetime import date

import pytest

from tests.factories import make_activity, make_commitment, make_session

pytestmark = pytest.mark.browser


@pytest.fixture
def promise(transactional_db, plan, dependency):
    promise = make_commitment(plan, text="Arreglar el puente de la vereda El Prado", code="C-01")
    promise.responsible.add(dependency)
    return promise


@pytest.mark.parametrize(("scripts", "width"), [(True, 360), (False, 1280)])
def test_promise_is_followed_and_declared_done_in_three_clicks_and_four_fields(
    new_context, live_server, visit, head, promise, violations, scripts, width
):
    cookies = visit("/", by=head).context.cookies()
    page = new_context(viewport={"width": width, "height": 740}, java_script_enabled=scripts).new_page()
    page.context.add_cookies(cookies)
    page.goto(live_server.url + promise.get_absolute_url())
    assert page.locator("h1").inner_text() == promise.text

    page.get_by_role("link", name="Agregar seguimiento").click()
    assert page.locator("h1").bounding_box()["y"] <= 200
    progress = page.get_by_label("Avance en %")
    assert progress.bounding_box()["y"] <= 420
    progress.fill("100")
    page.get_by_label("Qué se hizo").fill("Se entregó el puente.")
    page.get_by_label("Sí, quedó cumplido").check()
    page.get_by_text("Evidencia", exact=True).click()
    page.get_by_label("Dónde está la evidencia").fill("Acta de entrega, en el archivo")
    page.get_by_role("button", name="Guardar el seguimiento").click()

    assert "quedó reportado como cumplido" in page.inner_text("main")
    told = [line for line in page.inner_text(".timeline").split("\n") if line]
    assert "Seguimiento: 100\xa0%" in told and "Reportado como cumplido" in told
    promise.refresh_from_db()
    assert promise.state == "reported_done"
    if scripts:
        assert violations(page) == []


def test_head_writes_down_what_was_promised_after_reporting(
    visit, head, plan, dependency, transactional_db, violations
):
    session = make_session(
        make_activity(plan, dependency, name="Mesa rural"), executed_units=1, held_on=date(2026, 3, 16)
    )
    page = visit(session.get_absolute_url(), by=head, width=360, height=740)
    page.get_by_role("link", name="Sí: escribir el compromiso").click()
    page.get_by_label("Compromiso").fill("Arreglar el puente")
    page.get_by_label("Plazo: se cumple a más tardar el").fill("2026-06-30")
    assert violations(page) == []
    page.get_by_role("button", name="Guardar").click()
    promise = plan.commitments.get()
    assert (promise.session, promise.made_on, promise.instance) == (session, date(2026, 3, 16), "Mesa rural")
    assert list(promise.responsible.all()) == [dependency]


def test_state_shows_what_it_asks_for_without_scripts(new_context, live_server, visit, planner, promise):
    cookies = visit("/", by=planner).context.cookies()
    page = new_context(java_script_enabled=False).new_page()
    page.context.add_cookies(cookies)
    page.goto(f"{live_server.url}{promise.get_absolute_url()}estado/")
    labels = ("No se sabe qué día se cerró", "Pasa a la vigencia", "Motivo")

    def shown() -> list[str]:
        return [label for label in labels if page.get_by_label(label).is_visible()]

    assert shown() == []
    for state, asked in (
        ("Reportado como cumplido", [labels[0]]),
        ("Cumplido en parte", [labels[2]]),
        ("Incumplido", [labels[0], labels[2]]),
        ("Pasa a otra vigencia", list(labels)),
    ):
        page.get_by_text(state, exact=True).last.click()
        assert shown() == asked, state
