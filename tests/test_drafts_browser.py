"""Nothing typed is lost: a tab that closes, a session that ends, and what of it another person must never see."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Role
from activities.models import Session
from tests.factories import make_activity, make_session, make_user

pytestmark = pytest.mark.browser
PASSWORD = "una-clave-de-prueba"
REASON = "Llovió y la vía quedó cerrada"
KEYS = "Object.keys(localStorage).filter((key) => key.startsWith('convite-draft:'))"


@pytest.fixture
def session(transactional_db, plan, dependency):
    return make_session(make_activity(plan, dependency, name="Mesa"), date(2026, 3, 16))


@pytest.fixture
def address(session, live_server):
    plan = session.activity.plan
    return live_server.url + reverse("activities:session_update", args=[plan.entity.slug, plan.slug, session.pk])


def sign_in(page, live_server, user):
    user.set_password(PASSWORD)
    user.save()
    page.goto(f"{live_server.url}{reverse('account_login')}")
    enter(page, user)


def enter(page, user):
    page.get_by_label("Correo").fill(user.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Ingresar").click()


def type_reason(page):
    page.get_by_text("No se hizo", exact=True).click()
    page.get_by_label("Motivo").select_option("force_majeure")
    page.get_by_label("Por qué faltó").fill(REASON)


def test_session_that_ended_under_a_report_sends_it_once_its_person_is_back(
    new_context, live_server, head, session, address
):
    context = new_context()
    page = context.new_page()
    sign_in(page, live_server, head)
    page.goto(address)
    type_reason(page)
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Guardar el reporte").click()
    page.get_by_text("Su sesión se cerró. Quedó guardado en este teléfono").first.wait_for()
    page.locator(".sending").get_by_role("link", name="Ingresar").click()
    enter(page, head)
    page.locator(".message-success", has_text="Se guardó el reporte.").wait_for()
    assert Session.objects.get().reason == REASON
    assert page.evaluate(KEYS) == []


def test_session_that_ended_under_a_form_loses_nothing(new_context, live_server, head, session, address):
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, head)
    page.goto(address)
    type_reason(page)
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Guardar el reporte").click()
    assert "/cuenta/" in page.url
    enter(page, head)
    assert page.url == address
    assert page.get_by_label("Por qué faltó").input_value() == REASON
    assert page.get_by_label("No se hizo", exact=True).is_checked()
    assert Session.objects.get().executed_units is None
    page.get_by_role("button", name="Guardar el reporte").click()
    assert "Se guardó el reporte." in page.inner_text("main")
    assert Session.objects.get().reason == REASON


def test_tab_that_was_closed_offers_what_was_typed(visit, head, address, live_server, violations):
    path = address.removeprefix(live_server.url)
    page = visit(path, by=head, width=360, height=740)
    type_reason(page)
    page.wait_for_function(f"{KEYS}.length === 1")
    other = page.context.new_page()
    page.close(run_before_unload=False)

    other.goto(address)
    assert other.get_by_label("Por qué faltó").input_value() == ""
    assert violations(other) == []
    other.get_by_role("button", name="Recuperar lo que había escrito").click()
    assert other.get_by_label("Por qué faltó").input_value() == REASON
    assert other.get_by_label("Por qué faltó").is_visible()
    assert not other.get_by_role("button", name="Descartar").is_visible()
    other.reload()
    other.get_by_role("button", name="Descartar").click()
    assert other.evaluate(KEYS) == []
    other.reload()
    assert not other.get_by_role("button", name="Descartar").is_visible()


def test_draft_is_offered_to_its_person_alone_and_goes_when_they_leave(
    visit, head, entity, dependency, address, live_server
):
    path = address.removeprefix(live_server.url)
    page = visit(path, by=head)
    type_reason(page)
    page.wait_for_function(f"{KEYS}.length === 1")
    page.on("dialog", lambda dialog: dialog.accept())

    page = visit(path, by=make_user(entity, Role.HEAD, dependency))
    assert not page.get_by_role("button", name="Descartar").is_visible()
    page = visit(path, by=head)
    assert page.get_by_role("button", name="Descartar").is_visible()
    page.goto(live_server.url + reverse("account_logout"))
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Salir").click()
    assert page.evaluate(KEYS) == []


def test_draft_over_what_somebody_changed_says_so_before_it_is_saved(visit, head, session, address, live_server):
    path = address.removeprefix(live_server.url)
    page = visit(path, by=head)
    page.on("dialog", lambda dialog: dialog.accept())
    type_reason(page)
    page.wait_for_function(f"{KEYS}.length === 1")
    stored = Session.objects.get()
    stored.claim()
    stored.footnote = "De otra persona"
    stored.save()

    page.goto(address)
    page.get_by_role("button", name="Recuperar lo que había escrito").click()
    page.get_by_role("button", name="Guardar el reporte").click()
    page.locator("[data-error-summary]", has_text="Otra persona cambió estos datos").wait_for()
    assert page.get_by_label("Por qué faltó").input_value() == REASON
    assert page.evaluate(KEYS) != []


def test_draft_of_another_version_of_the_form_is_shown(visit, head, address, live_server):
    path = address.removeprefix(live_server.url)
    page = visit(path, by=head)
    key = f"convite-draft:{head.pk}:{path}"
    draft = "[{ at: Date.now(), values: [['reason', 'Llovió'], ['gone', 'De antes']] }]"
    page.evaluate(f"localStorage.setItem('{key}', JSON.stringify({draft}))")
    page.goto(address)
    page.get_by_role("button", name="Recuperar lo que había escrito").click()
    assert "De antes" in page.inner_text(".report-form")
    for damaged in ("{", "7", "null"):
        page.evaluate(f"localStorage.setItem('{key}', '{damaged}')")
        page.goto(address)
        assert not page.get_by_role("button", name="Descartar").is_visible()
