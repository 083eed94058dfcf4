"""A block of cells pasted into the table: where it goes, what is told of it, all of it or nothing, and the way back."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.grid.block import cells_of
from activities.models import Activity, Responsibility, Session
from tests.factories import make_activity, make_dependency


@pytest.fixture
def plan(plan, dependency):
    plan.phases.create(number=1, name="Diagnóstico", stage="diagnosis")
    plan.phases.create(number=2, name="Formulación", stage="formulation")
    plan.entity.groups.create(name="Mujeres rurales", aliases="Mujeres del campo")
    return plan


def at(name: str, plan, *args) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


def block_of(*rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def send(client, plan, block="", **more):
    return client.post(at("grid_paste", plan), {"block": block, "do": "look", **more})


def apply(client, plan, page, block, **more):
    """Presses «Pegar» in the page of a preview."""
    preview = page.context["preview"]
    sent = {f"column-{column.at}": column.key for column in preview.columns}
    sent |= {f"name-{ask.id}": ask.choice for ask in preview.asks} | {"seen": page.context["picked"]}
    return client.post(at("grid_paste", plan), sent | {"block": block, "do": "apply", **more})


def names(plan) -> list[str]:
    return [str(row) for row in plan.activities.by_phase()]


def test_block_is_cut_as_spreadsheets_copy_it():
    block = 'uno\t"dos\nlíneas y ""comillas"""\t\r\ntres\t5" de tubo\t\r\n'
    assert cells_of(block) == [["uno", 'dos\nlíneas y "comillas"'], ["tres", '5" de tubo']]
    assert cells_of('a\t"sin cerrar\nb\tc') == [["a", '"sin cerrar'], ["b", "c"]]
    assert cells_of("a\x0bb\tc\xa0d\x00") == [["a\nb", "c d"]]


def test_headings_say_where_each_column_goes(client, planner, plan):
    client.force_login(planner)
    block = block_of(
        ("Ítem", "Nombre de la actividad", "Fase del ciclo", "Dependencia responsable", "Meta", "Fecha", "Dirigido a"),
        (
            "1.1",
            "Foro del agua",
            "diagnostico",
            "SECRETARIA DE GOBIERNO",
            "4 foros",
            "marzo; junio",
            "Mujeres del campo",
        ),
        ("2.1", "Mesa", "2", "Todas las dependencias", "80 %", "15/09/2026", ""),
    )
    page = send(client, plan, block)
    assert [column.key for column in page.context["preview"].columns] == [
        *("number", "name", "phase", "lead", "target_value", "spaces", "groups"),
    ]
    assert page.context["counts"] == [("new", "2 filas nuevas")]
    assert Activity.objects.count() == 0
    answer = apply(client, plan, page, block)
    foro, mesa = plan.activities.by_phase()
    assert answer.url == f"{at('grid', plan)}?fila={foro.pk}"
    assert (str(foro), str(foro.phase), foro.target_kind, foro.unit) == (
        "1.1 Foro del agua",
        "1. Diagnóstico",
        "count",
        "foros",
    )
    assert [str(row) for row in foro.responsibilities.all()] == ["Secretaría de Gobierno · Lidera"]
    assert (foro.sessions.count(), foro.groups.get().name) == (2, "Mujeres rurales")
    assert (mesa.all_dependencies, mesa.target_value, str(mesa.phase)) == (True, 80, "2. Formulación")

    listed = client.get(answer.url)
    assert listed.context["undo"] == "Pegado: se agregaron 2 actividades."
    client.post(at("activity_undo", plan), {"from": "grid"})
    assert Activity.objects.count() == 0


def test_block_over_rows_changes_them_and_the_rest_is_new(client, planner, plan):
    first, second = plan.phases.all()
    rows = [make_activity(plan, name=name, phase=first, unit="x") for name in ("A", "B", "C")]
    make_activity(plan, name="Otra fase", phase=second)
    client.force_login(planner)
    block = block_of(("B2", "2. Formulación"), ("", ""), ("D2", ""), ("E2", ""))
    shown = "number.name.phase.unit"
    page = send(client, plan, block, at=rows[1].pk, column="name", shown=shown)
    told = [
        (row.label, row.state, [(cell.before, cell.after) for cell in row.cells])
        for row in page.context["preview"].rows
    ]
    assert told == [
        ("B", "changed", [("B", "B2"), ("1. Diagnóstico", "2. Formulación")]),
        ("Otra fase", "changed", [("Otra fase", "D2"), ("2. Formulación", "")]),
        ("E2", "new", [("", "E2"), ("", "2. Formulación")]),
    ]
    apply(client, plan, page, block, at=rows[1].pk, column="name", shown=shown)
    assert {row.name: str(row.phase) for row in plan.activities.by_phase()} == {
        "A": "1. Diagnóstico",
        "C": "1. Diagnóstico",
        "B2": "2. Formulación",
        "E2": "2. Formulación",
        "D2": "None",
    }
    client.post(at("activity_undo", plan), {"from": "grid"})
    assert names(plan) == ["A", "B", "C", "Otra fase"]


def test_column_too_many_is_told_and_nothing_is_shifted(client, planner, plan):
    client.force_login(planner)
    block = block_of(("Foro", "foros", "de más"), ("Mesa", "mesas", "sobra"))
    sent = {"at": "nueva:0", "column": "name", "shown": "number.name.unit"}
    page = send(client, plan, block, **sent)
    assert page.context["preview"].problems == [
        "La columna «C» no tiene lugar en la tabla: diga a cuál va, o que no se trae."
    ]
    assert 'value="apply"' not in page.content.decode()
    apply(client, plan, page, block, **sent)
    assert Activity.objects.count() == 0
    page = send(client, plan, block, **sent, **{"column-2": "-"})
    assert page.context["preview"].problems == []
    apply(client, plan, page, block, **sent)
    assert list(plan.activities.values_list("name", "unit")) == [("Foro", "foros"), ("Mesa", "mesas")]
    headed = send(client, plan, block_of(("Actividad", "Meta", "Presupuesto"), ("Feria", "3", "12.000")))
    assert "«Presupuesto»" in headed.context["preview"].problems[0]
    twice = send(client, plan, block_of(("Actividad", "Meta"), ("Feria", "3")), **{"column-1": "name"})
    assert twice.context["preview"].problems == ["Dos columnas van a «Actividad»: deje una."]


def test_refused_cells_hold_all_of_it_until_mended_or_left_out(client, planner, plan):
    make_activity(plan, number="1.1", name="Encuesta", target_kind="percentage", target_value=80)
    client.force_login(planner)
    block = block_of(
        ("Número", "Actividad", "Meta", "Fecha"),
        ("1.1", "Encuesta", "", ""),
        ("1.2", "Foro", "muchos", "32/01/2026"),
        ("1.2", "Otro foro", "3", ""),
        ("", "", "4", ""),
    )
    page = send(client, plan, block)
    told = {cell.at: cell.told for cell in page.context["preview"].refused}
    assert told == {
        (1, 2): "Una meta en porcentaje dice cuál, mayor que cero.",
        (2, 2): "«muchos» no es una cantidad: escriba 12, 80 % o 4 encuentros.",
        (2, 3): told[2, 3],
        (3, 0): "Otra actividad ya tiene el número 1.2.",
        (4, 0): "Una actividad nueva tiene nombre.",
    }
    assert "32/01/2026" in told[2, 3]
    answer = apply(client, plan, page, block)
    assert "No se trajo nada: revise lo que está señalado." in answer.content.decode()
    assert names(plan) == ["1.1 Encuesta"]

    mended = {"cell-2-2": "12", "cell-2-3": "31/01/2026", "cell-3-0": "1.3", "cell-1-2": "90 %"}
    page = send(client, plan, block, **mended)
    assert [cell.at for cell in page.context["preview"].refused] == [(4, 0)]
    apply(client, plan, page, block, **mended, skips="1")
    assert names(plan) == ["1.1 Encuesta", "1.2 Foro", "1.3 Otro foro"]
    assert list(plan.activities.values_list("target_value", flat=True)) == [90, 12, 3]


def test_unknown_names_are_asked_and_never_created_unasked(client, planner, plan):
    client.force_login(planner)
    make_dependency(plan.entity, "Secretaría de Hacienda")
    block = block_of(
        ("Actividad", "Fase", "Responsable", "Grupos de valor"),
        ("Foro", "Cierre", "Secretaria de Gobierrno", "Mujeres rurales; Pescadores"),
        ("Mesa", "Cierre", "Oficina Nueva; Secretaría de Hacienda", ""),
    )
    page = send(client, plan, block)
    asks = {ask.name: ask for ask in page.context["preview"].asks}
    assert {name: bool(ask.choice) for name, ask in asks.items()} == {
        "Cierre": False,
        "Secretaria de Gobierrno": True,  # a slip: proposed
        "Oficina Nueva": False,
        "Pescadores": False,
    }
    assert "Crear «Oficina Nueva»" in page.content.decode()
    apply(client, plan, page, block)
    assert (Activity.objects.count(), plan.entity.dependencies.count(), plan.phases.count()) == (0, 2, 2)

    answers = {f"name-{asks['Cierre'].id}": "crear", f"name-{asks['Oficina Nueva'].id}": "crear"}
    answers[f"name-{asks['Pescadores'].id}"] = "vacio"
    page = send(client, plan, block, **answers)
    assert page.context["preview"].is_ready and plan.entity.dependencies.count() == 2
    apply(client, plan, page, block)
    foro, mesa = plan.activities.by_phase()
    assert (str(foro.phase), str(mesa.phase), plan.phases.count()) == ("3. Cierre", "3. Cierre", 3)
    assert [str(row) for row in mesa.responsibilities.all()] == [
        "Oficina Nueva · Lidera",
        "Secretaría de Hacienda · Apoya",
    ]
    assert foro.responsibilities.get().dependency.name == "Secretaría de Gobierno"
    assert foro.groups.get().name == "Mujeres rurales"


def test_html_and_formulas_are_text(client, planner, plan):
    client.force_login(planner)
    block = block_of(
        ("Actividad", "Indicador"), ("<b>Foro</b><script>alert(1)</script>", "=HYPERLINK(A1)"), ("@mesa", "-1")
    )
    page = send(client, plan, block)
    assert "<script>alert(1)" not in page.content.decode()
    apply(client, plan, page, block)
    assert list(plan.activities.values_list("name", "indicator")) == [
        ("<b>Foro</b><script>alert(1)</script>", "=HYPERLINK(A1)"),
        ("@mesa", "-1"),
    ]
    html = client.get(at("grid", plan)).content.decode()
    assert "&lt;b&gt;Foro&lt;/b&gt;" in html and "<script>alert(1)" not in html


def test_row_changed_since_the_preview_holds_all_of_it(client, planner, plan):
    row = make_activity(plan, number="1.1", name="Encuesta")
    client.force_login(planner)
    block = block_of(("Número", "Actividad"), ("1.1", "Encuesta nueva"), ("1.2", "Foro"))
    page = send(client, plan, block)
    row.claim()
    answer = apply(client, plan, page, block)
    assert "No se trajo nada: otra persona cambió alguna de estas filas." in answer.content.decode()
    assert names(plan) == ["1.1 Encuesta"]


def test_too_many_rows_and_nothing_are_told(client, planner, plan):
    client.force_login(planner)
    page = send(client, plan, "\n".join(["Actividad", *(f"Foro {n}" for n in range(502))]))
    assert page.context["preview"].problems[0].startswith("Se pegan a lo sumo 500 filas")
    assert send(client, plan, " \n").context["errors"] == ["Pegue primero las celdas."]
    gone = send(client, plan, "Foro\tx", at="999999", column="name", shown="name.unit")
    assert gone.context["errors"] == ["Otra persona eliminó la fila en la que se pegó. Pegue de nuevo."]


@pytest.mark.parametrize("number", [2, 12])  # more spaces than SQLite takes at once are one statement more
def test_statements_do_not_grow(client, planner, plan, number):
    row = make_activity(plan, number="9.1", name="Encuesta")
    client.force_login(planner)
    body = [
        (f"1.{n}", f"Foro {n}", "1", "Secretaría de Gobierno", "mar; abr", "Mujeres rurales") for n in range(number)
    ]
    head = ("Número", "Actividad", "Fase", "Responsable", "Fecha", "Grupos de valor")
    block = block_of(head, (row.number, "Encuesta 2", "", "", "", ""), *body)
    ContentType.objects.get_for_models(Activity, Responsibility, Session)  # known from the first entry on
    client.get(at("grid_paste", plan))
    with CaptureQueriesContext(connection) as looking:
        page = send(client, plan, block)
    with CaptureQueriesContext(connection) as writing:
        apply(client, plan, page, block)
    assert Activity.objects.count() == number + 1
    assert (len(looking), len(writing)) == (14, 50)
