"""The pages for entering and recovering the password, in Chromium: reachable, in Spanish, nothing for axe to find."""

import pytest
from django.urls import reverse

PAGES = {
    "account_login": "Ingresar",
    "account_reset_password": "Recuperar la contraseña",
    "account_reset_password_done": "Revise su correo",
    "account_reset_password_from_key_done": "Contraseña guardada",
    "account_inactive": "Cuenta inactiva",
    "account_signup": "Las cuentas las crea su entidad",
}


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.django_db(transaction=True)
def test_account_pages_accessible(page, visit, violations, scheme, width):
    page.emulate_media(color_scheme=scheme)  # the reader chose before opening the page
    for name, heading in PAGES.items():
        visit(reverse(name), width=width)
        assert page.locator("h1").inner_text() == heading
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_login_empty_leads_to_its_errors(visit, violations):
    page = visit(reverse("account_login"), width=360)
    page.get_by_role("button", name="Ingresar").click()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert violations(page) == []
    page.locator(".error-summary a").last.click()
    assert page.evaluate("document.activeElement.name") == "password"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_skip_link_is_first_and_leads_to_the_content(visit):
    page = visit(reverse("account_login"))
    page.locator("body").evaluate("body => body.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenido"


@pytest.mark.django_db
def test_reset_with_used_link_offers_another(client):
    response = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc-def"}))
    html = response.content.decode()
    assert "El enlace ya no sirve" in html
    assert f'href="{reverse("account_reset_password")}"' in html
