"""A session reported on a phone, counted in taps, fields and screens, and what each answer shows."""

from datetime import date

import pytest
from django.urls import reverse

from activities.models import Session
from plans.models import Plan
from tests.factories import make_activity, make_session

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
TOP = "element => element.getBoundingClientRect().top"


@pytest.fixture
def session(transactional_db, plan, dependency):
    name = "4.2 Mesas de trabajo con las veedurías ciudadanas y las juntas de acción comunal de las veredas"
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))
    return make_session(make_activity(plan, dependency, name=name), date(2026, 3, 16), place="Salón comunal")


def address_of(session) -> str:
    plan = session.activity.plan
    return reverse("activities:session_update", args=[plan.entity.slug, plan.slug, session.pk])


@pytest.mark.parametrize("scripts", [True, False])
def test_space_done_as_planned_takes_two_taps_one_field_and_one_screen(
    new_context, live_server, visit, head, session, scripts
):
    cookies = visit("/", by=head).context.cookies()
    page = new_context(viewport=PHONE, java_script_enabled=scripts).new_page()
    page.context.add_cookies(cookies)
    page.goto(f"{live_server.url}/panel/{session.activity.plan.entity.slug}/")

    page.locator(f'a[href="{address_of(session)}"]').first.click()
    title, first = page.locator("h1"), page.locator("main input:visible").first
    people, save = (
        page.get_by_label("Cuántas personas", exact=True),
        page.get_by_role("button", name="Guardar el reporte"),
    )
    assert title.bounding_box()["y"] <= 200
    assert first.bounding_box()["y"] <= 420
    for control in (people, save):
        assert control.bounding_box()["y"] + control.bounding_box()["height"] <= PHONE["height"]
    people.fill("40")
    save.click()

    page.locator(".message-success", has_text="Se guardó el reporte.").wait_for()
    session.refresh_from_db()
    stored = (session.executed_units, session.held_on, session.attendance_total)
    assert stored == (1, date(2026, 3, 16), 40)


def test_each_answer_shows_what_it_asks_for_without_scripts(new_context, live_server, visit, head, session):
    cookies = visit("/", by=head).context.cookies()
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.context.add_cookies(cookies)
    page.goto(live_server.url + address_of(session))
    labels = ("Cuántos se hicieron", "Se hizo el", "Cuántas personas", "Por qué faltó")

    def shown() -> list[str]:
        return [label for label in labels if page.get_by_label(label, exact=True).is_visible()]

    assert shown() == ["Se hizo el", "Cuántas personas"]
    page.get_by_text("Se hizo en parte").click()
    assert shown() == list(labels)
    page.get_by_text("No se hizo", exact=True).click()
    assert shown() == ["Por qué faltó"]


def test_what_is_doubtful_is_shown_with_its_way_out(visit, head, session, violations):
    page = visit(address_of(session), by=head, **PHONE)
    page.get_by_text("Se hizo en parte").click()
    page.get_by_label("Cuántos se hicieron").fill("35")
    page.get_by_role("button", name="Guardar el reporte").click()
    assert "¿35 de 1? ¿Quiso decir asistentes?" in page.inner_text("[data-error-summary]")
    assert violations(page) == []
    page.get_by_role("button", name="Eran asistentes: guardar así").click()
    page.locator(".message-success", has_text="Se guardó el reporte.").wait_for()
    assert Session.objects.get().attendance_total == 35
