"""Every piece in every state, in the light and in the dark, on a desk and on a phone."""

import pytest
from django.test import Client
from django.urls import path
from playwright.sync_api import expect

from config.urls import urlpatterns as ours
from display.gallery import gallery

pytestmark = pytest.mark.browser
urlpatterns = [path("componentes/", gallery, name="gallery"), *ours]
FOCUSED = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


@pytest.fixture
def shown(settings, visit, db):
    settings.ROOT_URLCONF = __name__
    return lambda width: visit("/componentes/", width=width)


def test_page_exists_only_while_developing(db):
    assert Client().get("/componentes/").status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_pieces_are_legible_and_fit(page, shown, violations, scheme, width):
    page.emulate_media(color_scheme=scheme)
    shown(width)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_focus_is_visible_on_every_control(shown):
    page = shown(1280)
    controls = page.locator("a[href], button:enabled, input, select, textarea, summary").count()
    reached, unseen = set(), set()
    for _each in range(controls + 5):
        page.keyboard.press("Tab")
        control = page.evaluate("document.activeElement.outerHTML")
        if control.startswith("<body"):  # once around
            continue
        reached.add(control)
        if not page.evaluate(FOCUSED):
            unseen.add(control)
    assert unseen == set()
    assert len(reached) > 40


def test_save_stays_in_sight(shown):
    page = shown(360)
    page.get_by_label("Nombre").first.scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Guardar", exact=True).last).to_be_in_viewport()
