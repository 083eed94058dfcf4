"""The table of activities in a browser: by hand and by paste, on a large screen and a phone, with the keyboard alone,
without scripts, with two people, and with a line that is cut."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from activities.models import Activity
from tests.factories import make_activity, make_dependency, make_session

pytestmark = pytest.mark.browser
SCREENS = [(2560, 1440), (360, 740)]


@pytest.fixture
def plan(transactional_db, plan, dependency):
    for number, name in enumerate(("Diagnóstico", "Formulación", "Seguimiento"), start=1):
        plan.phases.create(number=number, name=name)
    make_dependency(plan.entity, "Secretaría de Hacienda")
    for name in ("Mujeres rurales", "Adultos mayores"):
        plan.entity.groups.create(name=name)
    return plan


def at(name: str, plan, *args) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


def matrix(rows: int) -> str:
    head = "Número\tActividad\tFase\tResponsable\tMeta\tUnidad\tFecha\tGrupos de valor"
    body = [
        f"{n % 3 + 1}.{n // 3 + 1}\tEncuentro {n} con las juntas\t{n % 3 + 1}\tSecretaría de Gobierno\t1\tencuentros"
        f"\tmar; jun\tMujeres rurales"
        for n in range(rows)
    ]
    return "\n".join([head, *body])


def opened(visit, planner, plan, width=1280, height=800):
    page = visit(at("grid", plan), by=planner, width=width, height=height)
    page.wait_for_selector("[data-ready]")
    return page


def settled(page):
    page.wait_for_selector(".is-saving", state="detached")


def cell_of(page, activity, key):
    return page.locator(f"tr[data-pk='{activity.pk}'] td.c-{key}")


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_planner_formulates_40_activities_by_paste(visit, violations, planner, plan, width, height):
    page = visit(at("activity_list", plan), by=planner, width=width, height=height)
    page.get_by_role("link", name="Escribirlas en una tabla").click()
    page.get_by_role("link", name="Pegar de una hoja").click()
    page.get_by_label("Las celdas").fill(matrix(40))
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_text("40 filas nuevas")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Pegar", exact=True).click()
    page.wait_for_selector("[data-ready]")
    assert page.get_by_text("Pegado: se agregaron 40 actividades.").is_visible()
    assert page.locator("tr[data-pk]").count() == 40
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert plan.activities.count() == 40
    page.goto(page.url.partition("?")[0] + "nueva/")
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_planner_formulates_40_activities_by_hand(visit, planner, plan, width, height):
    page = opened(visit, planner, plan, width, height)
    blank = page.locator("tbody").first.locator("tr[data-blank]")
    blank.locator("td.c-name").click()
    for n in range(40):
        page.keyboard.type(f"Encuentro {n}")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.keyboard.type("Secretaría de Gobierno")
        page.keyboard.press("Enter")
        expect(page.locator("tr[data-pk]")).to_have_count(n + 1)
        settled(page)
        page.keyboard.press("ArrowUp")
        blank.locator("td.c-name").focus()
    assert [row.name for row in plan.activities.by_phase()] == [f"Encuentro {n}" for n in range(40)]
    assert {str(row.phase) for row in plan.activities.all()} == {"1. Diagnóstico"}
    assert plan.activities.filter(responsibilities__dependency__name="Secretaría de Gobierno").count() == 40


def test_keyboard_alone_edits_moves_and_leaves(visit, planner, plan, dependency):
    phase = plan.phases.first()
    rows = [make_activity(plan, dependency, phase=phase, name=name) for name in ("Foro", "Mesa", "Feria")]
    page = opened(visit, planner, plan)
    assert page.evaluate("document.activeElement.className") == "c-name"
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.type(" del agua")
    page.keyboard.press("Enter")  # saves, and goes down
    page.keyboard.press("Enter")
    page.keyboard.type("borrado")
    page.keyboard.press("Escape")  # as it was
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("Secretaría de Hacienda")
    page.keyboard.press("Tab")
    page.keyboard.type("c")  # the choice that begins so
    page.keyboard.press("Enter")
    settled(page)
    names = list(plan.activities.by_phase().values_list("name", flat=True))
    assert names == ["Foro del agua", "Mesa", "Feria"]
    rows[1].refresh_from_db()
    assert rows[1].responsibilities.get().dependency.name == "Secretaría de Hacienda"
    assert rows[1].target_kind == "count"

    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    settled(page)
    rows[1].refresh_from_db()
    assert (rows[1].target_kind, rows[1].responsibilities.get().dependency.name) == ("", "Secretaría de Gobierno")

    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.tagName") == "A"
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-grid-status]")).to_have_text("La fila se movió.")
    assert [row.name for row in plan.activities.by_phase()] == ["Mesa", "Foro del agua", "Feria"]
    page.keyboard.press("Space")
    assert page.locator("input[name=rows]:checked").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('table')") is None


def test_two_people_on_one_cell_choose_and_on_one_row_do_not_meet(visit, planner, plan):
    activity = make_activity(plan, name="Foro", unit="foros")
    page = opened(visit, planner, plan)
    Activity.objects.filter(pk=activity.pk).update(name="Foro de otra", search_text="foro de otra", revision=1)
    cell_of(page, activity, "unit").dblclick()
    page.keyboard.type("mesas")
    page.keyboard.press("Enter")
    settled(page)
    activity.refresh_from_db()
    assert (activity.unit, activity.name) == ("mesas", "Foro de otra")
    assert cell_of(page, activity, "name").inner_text() == "Foro de otra"

    Activity.objects.filter(pk=activity.pk).update(name="Foro tercero", search_text="foro tercero", revision=7)
    for answer, stays in (("Lo que está guardado", "Foro tercero"), ("Lo que usted escribió", "Foro mío")):
        if answer == "Lo que usted escribió":
            Activity.objects.filter(pk=activity.pk).update(name="Foro cuarto", search_text="foro cuarto", revision=9)
        cell_of(page, activity, "name").dblclick()
        page.keyboard.press("Control+a")
        page.keyboard.type("Foro mío")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        assert "Foro mío" in dialog.inner_text()
        dialog.get_by_role("button", name=answer).click()
        settled(page)
        assert cell_of(page, activity, "name").inner_text() == stays
        page.wait_for_timeout(300)
        activity.refresh_from_db()
        assert activity.name == stays


def test_refused_text_stays_and_line_that_is_cut_loses_nothing(visit, planner, plan):
    activity = make_activity(plan, name="Foro")
    page = opened(visit, planner, plan)
    cell = cell_of(page, activity, "target_value")
    cell.click()
    page.keyboard.type("muchas")
    page.keyboard.press("Enter")
    page.wait_for_selector("td.is-refused")
    assert "«muchas» no es una cantidad" in cell.inner_text()
    assert cell.locator("div").first.inner_text() == "muchas"
    cell.click()
    page.keyboard.press("Escape")  # what is stored comes back
    assert (cell.inner_text(), page.locator("td.is-refused").count()) == ("", 0)
    page.keyboard.press("Enter")
    page.keyboard.type("4 foros")
    page.keyboard.press("Enter")
    settled(page)
    assert page.locator("td.is-refused").count() == 0
    assert cell_of(page, activity, "unit").inner_text() == "foros"

    page.route("**/celda/", lambda route: route.abort())
    cell_of(page, activity, "indicator").click()
    page.keyboard.type("Foros hechos")
    page.keyboard.press("Enter")
    page.wait_for_selector("td.is-unsent")
    assert "Sin conexión" in page.inner_text("[data-grid-status]")
    page.unroute("**/celda/")
    page.on("dialog", lambda dialog: dialog.accept())  # it asks before one leaves
    page.reload()
    page.wait_for_selector("[data-ready]")
    expect(page.locator("[data-grid-status]")).to_have_text("Guardado.")
    activity.refresh_from_db()
    assert (activity.indicator, activity.target_value) == ("Foros hechos", 4)


def test_session_that_ended_loses_nothing_typed(visit, planner, plan):
    activity = make_activity(plan, name="Foro")
    page = opened(visit, planner, plan)
    page.context.clear_cookies()
    cell_of(page, activity, "unit").click()
    page.keyboard.type("foros")
    page.keyboard.press("Enter")
    page.wait_for_selector("td.is-unsent")
    assert "Su sesión terminó." in page.inner_text("[data-grid-status]")
    page.on("dialog", lambda dialog: dialog.accept())
    page = opened(visit, planner, plan)
    expect(page.locator("[data-grid-status]")).to_have_text("Guardado.")
    activity.refresh_from_db()
    assert activity.unit == "foros"


def test_block_is_pasted_in_a_cell_and_a_column_too_many_is_told(visit, planner, plan):
    activity = make_activity(plan, name="Foro", periodicity="Anual")
    page = opened(visit, planner, plan)
    cell_of(page, activity, "periodicity").click()
    paste = """(text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      const options = { clipboardData: data, bubbles: true, cancelable: true };
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
    }"""
    page.evaluate(paste, "Mensual\tConsulta\tsobra\nSemestral\tControl social\ttambién")
    page.wait_for_url("**/pegar/")
    assert page.get_by_text("La columna «C» no tiene lugar en la tabla").is_visible()
    page.get_by_label("C sobra").select_option(label="No se trae")
    page.get_by_role("button", name="Revisar otra vez").click()
    assert page.get_by_role("link", name="Fila 2, Periodicidad: Una actividad nueva tiene nombre.").is_visible()
    page.get_by_label("Dejar por fuera la celda rechazada y traer lo demás").check()
    page.get_by_role("button", name="Pegar", exact=True).click()
    page.wait_for_selector("[data-ready]")
    activity.refresh_from_db()
    assert (activity.periodicity, activity.incidence_level) == ("Mensual", "consultation")
    page.get_by_role("button", name="Deshacer").click()
    page.wait_for_selector("[data-ready]")
    activity.refresh_from_db()
    assert (activity.periodicity, activity.incidence_level) == ("Anual", "")


def test_row_is_dragged_to_another_phase(visit, planner, plan):
    first, second, _third = plan.phases.all()
    rows = [make_activity(plan, phase=first, name=name) for name in ("Foro", "Mesa")]
    other = make_activity(plan, phase=second, name="Feria")
    page = opened(visit, planner, plan)
    page.locator(f"tr[data-pk='{rows[0].pk}'] [data-handle]").drag_to(page.locator(f"tr[data-pk='{other.pk}']"))
    expect(page.locator("[data-grid-status]")).to_have_text("La fila se movió.")
    assert [(row.name, row.phase_id) for row in plan.activities.by_phase()] == [
        ("Mesa", first.pk),
        ("Feria", second.pk),
        ("Foro", second.pk),
    ]


def test_table_works_without_scripts(visit, planner, plan, violations, browser, live_server, browser_context_args):
    activity = make_activity(plan, name="Foro", number="1.1")
    signed = visit(at("grid", plan), by=planner, width=360)
    context = browser.new_context(
        **{**browser_context_args, "java_script_enabled": False, "viewport": {"width": 360, "height": 740}}
    )
    context.add_cookies(signed.context.cookies())
    page = context.new_page()
    page.goto(live_server.url + at("grid", plan))
    page.get_by_role("link", name="Abrir la fila «1.1 Foro»").click()
    page.get_by_label("Unidad").fill("foros")
    Activity.objects.filter(pk=activity.pk).update(unit="mesas", revision=1)
    page.get_by_role("button", name="Guardar").click()
    box = page.get_by_role("group", name="Unidad")
    assert "mesas" in box.inner_text() and "foros" in box.inner_text()
    box.get_by_label("Lo que usted escribió").check()
    page.get_by_role("button", name="Guardar").click()
    activity.refresh_from_db()
    assert activity.unit == "foros"

    page.get_by_role("link", name="Nueva fila en «2. Formulación»").click()
    page.get_by_label("Actividad").fill("Mesa")
    page.get_by_role("button", name="Guardar y escribir otra").click()
    page.get_by_label("Actividad").fill("Feria")
    page.get_by_label("Espacios").fill("abril; mayo")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.get_by_role("link", name="Pegar de una hoja").click()
    page.get_by_label("Las celdas").fill("Número\tActividad\n1.1\tForo del agua")
    page.get_by_role("button", name="Ver qué cambia").click()
    page.get_by_role("button", name="Pegar", exact=True).click()
    assert [str(row) for row in plan.activities.by_phase()] == ["Mesa", "Feria", "1.1 Foro del agua"]
    page.get_by_text("Columnas").click()
    page.get_by_label("Indicador").uncheck()
    page.get_by_role("button", name="Mostrar estas").click()
    assert page.locator("th.c-indicator").count() == 0 and page.locator("th.c-unit").count() == 1
    context.close()


def test_second_editor_of_the_whole_form_chooses(visit, planner, plan, violations):
    activity = make_activity(plan, name="Foro", product="Un acta")
    page = visit(at("activity_update", plan, activity.pk), by=planner, width=360, height=740)
    page.get_by_label("Nombre").fill("Foro mío")
    Activity.objects.filter(pk=activity.pk).update(
        name="Foro de otra", product="Dos actas", search_text="foro de otra", revision=1
    )
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_selector(".clashes")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.get_by_role("group", name="Producto").get_by_label("Lo que está guardado").is_checked()
    page.get_by_role("button", name="Guardar").click()
    assert page.get_by_text("Escoja en cada dato cuál texto queda.").is_visible()
    page.get_by_role("group", name="Nombre").get_by_label("Lo que usted escribió").check()
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_url(f"**{activity.get_absolute_url()}")
    activity.refresh_from_db()
    assert (activity.name, activity.product) == ("Foro mío", "Dos actas")


def test_2000_activities_open_and_answer_quickly(visit, planner, plan, dependency, record_property):
    """The longest task of the browser while one opens it, moves and writes: 55 to 250 ms where nothing else runs."""
    phases = list(plan.phases.all())
    rows = Activity.objects.bulk_create(
        Activity(
            plan=plan,
            order=n,
            number=str(n),
            name=f"Encuentro {n} con las juntas de acción comunal",
            phase=phases[n % 3],
        )
        for n in range(2000)
    )
    for activity in rows[:5]:
        make_session(activity, date(2026, 3, 3))
    page = visit("/", by=planner)
    page.add_init_script(
        "window.longest = 0; new PerformanceObserver((list) => list.getEntries().forEach((task) => {"
        " window.longest = Math.max(window.longest, task.duration); })).observe({ type: 'longtask', buffered: true });"
    )
    page = opened(visit, planner, plan)
    assert page.locator("tr[data-pk]").count() == 100
    page.wait_for_timeout(300)
    opening = page.evaluate("window.longest")
    page.evaluate("window.longest = 0")
    for _step in range(20):
        page.keyboard.press("ArrowDown")
    for _row in range(5):
        page.keyboard.press("Enter")
        page.keyboard.type(" x")
        page.keyboard.press("Enter")
    settled(page)
    page.wait_for_timeout(300)
    using = page.evaluate("window.longest")
    print(f"longest task: opening {opening} ms, moving and writing {using} ms")
    assert opening < 1000 and using < 1000
