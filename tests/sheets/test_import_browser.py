"""A matrix is mended and imported on the screen alone, without JavaScript too; a new plan costs three clicks."""

import pytest
from django.urls import reverse

from activities.models import Activity
from plans.models import Plan
from tests.sheets.conftest import build_xlsx

pytestmark = pytest.mark.browser
ROWS = [
    ["PLAN DE PARTICIPACIÓN 2026"],
    ["No", "Actividad", "Meta", "Responsable", "Fecha programada"],
    ["1.1", "Encuesta de necesidades del barrio", 1, "Secretaría de Planeación", "29/05/26"],
    ["1.2", "Audiencia pública de cuentas", 2, "Oficina de Prensa", "30/06/26"],
    [None, "Lo que el barrio pidió el año pasado", None, None, None],  # torn
    ["1.3", "Feria de servicios en la plaza", 1, "Oficina de Prensa", "31/02/26"],
    ["1.4", None, "Publicar lo que se acordó en la plaza", 1, "Oficina de Prensa", "30/07/26"],  # shifted
]


@pytest.fixture
def damaged(tmp_path):
    file = tmp_path / "matriz.xlsx"
    file.write_bytes(build_xlsx(ROWS))
    return file


def check(page, violations, width):
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def mend_all(page):
    """The errors by their links, the torn row by its number: what a person does."""
    page.get_by_role("link", name="E6", exact=True).first.click()
    page.get_by_label("Lo que debe decir la celda").fill("28/02/26")
    page.get_by_role("button", name="Corregir la celda").click()
    page.get_by_text("Falta corregir 1 error").wait_for()
    page.get_by_role("button", name="Leer en su orden las filas corridas").click()
    page.get_by_role("button", name="Crear el plan").wait_for()
    page.get_by_role("link", name="Fila 5", exact=True).click()
    page.get_by_role("button", name="Unir con la fila de arriba").click()
    page.get_by_text("la fila 5 se une con la de arriba").first.wait_for(state="attached")
    page.get_by_role("button", name="Crear el plan").click()
    page.get_by_text("El archivo quedó importado").wait_for()


def activities():
    rows = Activity.objects.order_by("order").prefetch_related("sessions")
    return [(one.number, one.name, [f"{s.planned_on:%d/%m}" for s in one.sessions.all()]) for one in rows]


MENDED = [
    ("1.1", "Encuesta de necesidades del barrio", ["29/05"]),
    ("1.2", "Audiencia pública de cuentas Lo que el barrio pidió el año pasado", ["30/06"]),
    ("1.3", "Feria de servicios en la plaza", ["28/02"]),
    ("1.4", "Publicar lo que se acordó en la plaza", ["30/07"]),
]


@pytest.mark.parametrize("width", [1280, 360])
def test_shifted_and_torn_rows_are_mended_and_imported_on_the_screen(
    visit, violations, planner, entity, damaged, width
):
    page = visit(reverse("plans:plan_create", args=[entity.slug]), by=planner, width=width)
    check(page, violations, width)
    page.get_by_label("¿Tiene la matriz en una hoja de cálculo?").set_input_files(damaged)
    page.get_by_role("button", name="Ver qué entraría").click()
    page.get_by_role("heading", name="Lo que entraría de «matriz.xlsx»").wait_for()
    check(page, violations, width)
    mend_all(page)
    assert activities() == MENDED


@pytest.mark.parametrize("width", [1280, 360])
def test_cell_of_a_fact_and_what_undoes_its_import_are_accessible(
    visit, violations, planner, plan, client, upload, decide, address, width
):
    client.force_login(planner)
    decide(upload(address, build_xlsx(ROWS[:4])), action="import")
    activity = plan.activities.get(number="1.2")
    page = visit(activity.get_absolute_url(), by=planner, width=width)
    page.get_by_role("link", name="B4", exact=True).last.click()  # one click from the fact
    page.get_by_role("heading", name="Celda B4 de la hoja «Plan»").wait_for()
    assert page.locator("#celda").inner_text() == "Audiencia pública de cuentas"
    check(page, violations, width)
    page = visit(address, by=planner, width=width)
    check(page, violations, width)
    page.get_by_role("link", name="Deshacer esta importación").click()
    check(page, violations, width)
    page.get_by_role("button", name="Deshacer la importación").click()
    page.get_by_text("Se deshizo la importación").wait_for()
    assert not plan.activities.exists()


@pytest.fixture
def plain_page(browser, browser_context_args, live_server, client, planner):
    """A page of a browser that runs no script, signed in."""
    client.force_login(planner)
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    yield page
    context.close()


def test_same_without_javascript(plain_page, live_server, entity, damaged):
    page = plain_page
    page.goto(live_server.url + reverse("plans:plan_create", args=[entity.slug]))
    page.get_by_label("¿Tiene la matriz en una hoja de cálculo?").set_input_files(damaged)
    page.get_by_role("button", name="Ver qué entraría").click()
    mend_all(page)
    assert activities() == MENDED


def test_arrows_move_among_the_cells_and_enter_opens_one(visit, planner, entity, damaged):
    page = visit(reverse("plans:plan_create", args=[entity.slug]), by=planner)
    page.get_by_label("¿Tiene la matriz en una hoja de cálculo?").set_input_files(damaged)
    page.get_by_role("button", name="Ver qué entraría").click()
    page.locator("[data-grid] a[tabindex='0']").wait_for()  # the script of the page is there
    page.locator("[data-part='celda=E3']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.dataset.part") == "celda=E6"
    reading = page.locator("[data-part='celda=E6'] .grid-reading")
    assert reading.is_visible() and "no existe en el calendario" in reading.inner_text()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="E6").wait_for()
    assert page.evaluate("document.activeElement.id") == "texto"
    assert page.locator("[data-grid] a[tabindex='0']").count() == 1


def test_new_plan_from_a_sheet_without_doubts_costs_three_clicks_and_one_field(visit, planner, entity, tmp_path):
    file = tmp_path / "matriz.xlsx"
    file.write_bytes(build_xlsx(ROWS[:4]))
    page = visit(reverse("dashboard:board", args=[entity.slug]), by=planner)
    page.get_by_role("main").get_by_role("link", name="Nuevo plan").click()  # 1
    page.get_by_label("¿Tiene la matriz en una hoja de cálculo?").set_input_files(file)
    page.get_by_role("button", name="Ver qué entraría").click()  # 2
    page.get_by_role("button", name="Crear el plan").click()  # 3
    page.get_by_text("El archivo quedó importado").wait_for()
    plan = Plan.objects.get()
    assert (plan.title, str(plan.starts_on), plan.activities.count()) == ("PLAN DE PARTICIPACIÓN 2026", "2026-01-01", 2)


@pytest.mark.parametrize(("width", "height"), [(2560, 1440), (360, 740)])
def test_planner_imports_40_activities(visit, planner, entity, tmp_path, width, height):
    file = tmp_path / "matriz.xlsx"
    rows = [
        [f"1.{n}", f"Encuentro {n} con las juntas", 1, "Oficina de Prensa", f"{n % 28 + 1}/05/26"] for n in range(1, 41)
    ]
    file.write_bytes(build_xlsx([*ROWS[:2], *rows]))
    page = visit(reverse("plans:plan_create", args=[entity.slug]), by=planner, width=width, height=height)
    page.get_by_label("¿Tiene la matriz en una hoja de cálculo?").set_input_files(file)
    page.get_by_role("button", name="Ver qué entraría").click()
    page.get_by_role("button", name="Crear el plan").click()
    page.get_by_text("El archivo quedó importado").wait_for()
    plan = Plan.objects.get()
    assert [row.name for row in plan.activities.all()] == [row[1] for row in rows]
    assert plan.activities.filter(sessions__isnull=False).count() == 40
    assert page.evaluate("document.documentElement.scrollWidth") <= width
