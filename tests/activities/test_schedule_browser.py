"""Twelve monthly spaces in at most three clicks and three fields; the year and the coverage on a desk and a phone."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import make_activity, make_dependency, make_session

pytestmark = pytest.mark.browser
SIZES = {"desk": (1280, 800), "phone": (360, 740)}
SECOND_TUESDAYS = [13, 10, 10, 14, 12, 9, 14, 11, 8, 13, 10, 9]  # the 8th of December is a holiday


class Counted:
    """A page whose clicks and fields are counted."""

    def __init__(self, page):
        self.page, self.clicks, self.fields = page, 0, 0

    def click(self, role: str, name: str) -> None:
        self.page.get_by_role("main").get_by_role(role, name=name).click()
        self.page.wait_for_load_state()  # its scripts are there
        self.clicks += 1

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)
        self.fields += 1


@pytest.fixture
def activity(transactional_db, plan, dependency):
    return make_activity(plan, dependency, name="Mesa de salud", number="1.2")


@pytest.fixture
def bare(browser, live_server, browser_context_args):
    """A function that opens what `page` shows in a browser without scripts."""
    contexts = []

    def opened(page, address: str):
        context = browser.new_context(
            **{**browser_context_args, "java_script_enabled": False, "viewport": page.viewport_size}
        )
        contexts.append(context)
        context.add_cookies(page.context.cookies())
        other = context.new_page()
        other.goto(live_server.url + address)
        return other

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_twelve_monthly_spaces_take_three_clicks_and_three_fields(
    visit, planner, activity, violations, bare, scripts, size
):
    width, height = SIZES[size]
    page = visit(activity.get_absolute_url(), by=planner, width=width, height=height)
    walk = Counted(page if scripts else bare(page, activity.get_absolute_url()))
    walk.click("link", "Programar varios")
    walk.choose("Cada cuánto", "Cada mes")
    if scripts:
        walk.page.get_by_text("12 fechas propuestas").wait_for()
    walk.choose("Qué día del mes", "El segundo martes")
    if not scripts:
        walk.click("button", "Ver las fechas")
    else:
        walk.page.wait_for_url("**day=2x1**")
        walk.page.get_by_text("Inmaculada Concepción").wait_for()
        assert violations(walk.page) == []
    assert walk.page.get_by_text("12 fechas propuestas").is_visible()
    if scripts:
        assert walk.page.evaluate("document.documentElement.scrollWidth") <= width
    walk.click("button", "Guardar los espacios")
    assert "Se programaron 12 espacios." in walk.page.inner_text("main")
    assert [row.planned_on.day for row in activity.sessions.order_by("planned_on")] == SECOND_TUESDAYS
    assert walk.clicks <= 3 and walk.fields <= 3


def test_single_dates_are_left_out_and_moved(visit, planner, activity):
    page = visit(
        reverse("activities:schedule", args=[activity.plan.entity.slug, activity.plan.slug, activity.pk]), planner
    )
    page.get_by_label("Cada cuánto", exact=True).select_option(label="En fechas que escribo")
    page.get_by_label("Fechas", exact=True).press_sequentially("3 mar, 31 de febrero")
    page.get_by_text("no existe en el calendario").wait_for()
    assert page.get_by_label("Fechas", exact=True).evaluate("field => field === document.activeElement")
    page.get_by_label("Fechas", exact=True).fill("3 mar, 15 de abril, noviembre")
    page.get_by_text("3 fechas propuestas").wait_for()
    page.get_by_label("martes 3 de marzo de 2026").uncheck()
    page.get_by_label("Fecha 2").fill("2026-04-16")
    assert page.locator("[data-weekday]").nth(1).inner_text() == "jueves"
    assert "(2)" in page.get_by_role("button", name="Guardar los espacios").inner_text()
    page.get_by_label("Cantidad de cada uno").fill("2")
    page.get_by_role("button", name="Guardar los espacios").click()
    page.get_by_text("Se programaron 2 espacios.").wait_for()
    rows = activity.sessions.order_by("planned_on").values_list("planned_on", "planned_precision", "planned_units")
    assert list(rows) == [(date(2026, 4, 16), "day", 2), (date(2026, 11, 30), "month", 2)]


def test_creating_an_activity_offers_to_programme_it(visit, planner, transactional_db, plan):
    page = visit(reverse("activities:activity_create", args=[plan.entity.slug, plan.slug]), by=planner)
    page.get_by_label("Nombre").fill("Boletín")
    page.get_by_text("Cómo y dónde").click()
    page.get_by_label("Periodicidad").fill("Trimestral")
    page.get_by_role("button", name="Guardar y programar").click()
    page.get_by_text("4 fechas propuestas").wait_for()
    page.get_by_role("button", name="Guardar los espacios").click()
    page.get_by_text("Se programaron 4 espacios.").wait_for()


@pytest.fixture
def busy(activity, entity, plan):
    """Two activities of the same group on the same day, one that is only of a month."""
    group = entity.groups.create(name="Juventud")
    entity.groups.create(name="Personas mayores")
    phase = plan.phases.create(number=1, name="Mirar", stage="diagnosis")
    plan.phases.create(number=2, name="Evaluar", stage="evaluation")
    other = make_activity(plan, make_dependency(entity, "Salud"), name="Foro de la juventud", phase=phase)
    for one in (activity, other):
        one.groups.add(group)
        make_session(one, date(2026, 3, 16))
    make_session(other, date(2026, 4, 30), planned_precision="month")
    return plan


@pytest.mark.parametrize("size", SIZES)
def test_year_is_read_on_a_desk_and_on_a_phone(visit, planner, busy, violations, size):
    width, height = SIZES[size]
    page = visit(
        reverse("activities:calendar", args=[busy.entity.slug, busy.slug]), by=planner, width=width, height=height
    )
    assert page.locator(".month-table").count() == 12
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    name = page.locator(".day-names").get_by_role("link", name="Foro de la juventud", include_hidden=True)
    assert name.is_visible() == (size == "desk")
    if size == "phone":
        page.get_by_role("link", name="2 el 16 de marzo de 2026").click()
        page.get_by_role("link", name="lunes 16").first.wait_for()
        assert page.locator(".calendar-list tbody tr").count() == 2
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    else:
        page.get_by_label("Dependencia").select_option(label="Salud")
        page.wait_for_url("**dependency=*")
        page.get_by_role("link", name="Lista").click()
        page.wait_for_url("**view=lista**")
        assert "dependency=" in page.url and page.locator(".calendar-list tbody tr").count() == 2
        assert "Juventud: ese día también en" in page.inner_text("main")


def test_form_shows_the_coverage_while_one_ticks(visit, planner, busy, activity, violations):
    address = reverse("activities:activity_update", args=[busy.entity.slug, busy.slug, activity.pk])
    page = visit(address, by=planner, width=360, height=740)
    page.get_by_text("Quién apoya y para quiénes").click()
    live = page.locator("#cobertura-viva")
    assert "Personas mayores" in live.inner_text()
    page.get_by_label("Personas mayores").check()
    live.get_by_text("Todo grupo activo queda en alguna actividad.").wait_for()
    page.get_by_label("Fase", exact=True).select_option(label="2. Evaluar")
    live.get_by_text("Etapas sin ninguna").wait_for(state="detached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
