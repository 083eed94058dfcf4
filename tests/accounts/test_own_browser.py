"""The bell, the notices and their mail in Chromium: on a desk, on a phone, in the dark, also without JavaScript."""

import pytest

from records.notices import tell

pytestmark = pytest.mark.browser
LIST = "/panel/avisos/"


@pytest.fixture
def told(transactional_db, entity, planner):
    url = f"/panel/{entity.slug}/"
    for number in (1, 2, 3):
        what = f"Informe de seguimiento {number} del plan institucional de participación ciudadana"
        tell([planner], "job.failed", entity=entity, url=url, what=what, error="No hay actividades en el plan.")
    return planner


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_notices_are_accessible_and_fit(told, page, visit, violations, scheme, width):
    page.emulate_media(color_scheme=scheme)
    for address in (LIST, f"/panel/{told.memberships.get().entity.slug}/"):
        visit(address, by=told, width=width)
        assert page.get_by_role("link", name="3 avisos nuevos", exact=True).is_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("script", [True, False])
def test_notices_are_opened_and_read_with_the_keyboard_alone(told, browser, live_server, visit, script, page):
    context = browser.new_context(java_script_enabled=script, locale="es-CO")
    visit("/", by=told)  # signs in
    context.add_cookies(page.context.cookies())
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="3 avisos nuevos").press("Enter")
    assert page.locator("h1").inner_text() == "Avisos"
    page.get_by_role("button", name="Informe de seguimiento 3").press("Enter")
    page.wait_for_url("**/panel/san-jacinto/")
    page.get_by_role("link", name="2 avisos nuevos").press("Enter")
    page.get_by_role("button", name="Marcar todo como leído").press("Enter")
    page.get_by_role("link", name="Avisos", exact=True).wait_for()
    assert page.get_by_text("Nuevo", exact=True).count() == 0
    context.close()


def test_language_is_switched_and_stays_on_the_page(told, visit):
    page = visit(LIST, by=told, width=360)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/en/panel/avisos/")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Español").click()
    page.wait_for_url(f"**{LIST}")
    told.refresh_from_db()
    assert told.language == "es-co"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mail_is_accessible(told, mailoutbox, page, violations, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content(mailoutbox[0].alternatives[0][0])
    assert page.get_by_role("link", name="Verlo en Convite").is_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
