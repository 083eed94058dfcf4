"""The matrix of four columns: what it says, and that it is read back as it went."""

import io

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from sheets.format import write_format
from tests.factories import make_activity, make_entity, make_plan


@pytest.fixture
def filled(plan):
    first = plan.phases.create(number=1, name="Diagnóstico", stage="diagnosis")
    second = plan.phases.create(number=2, name="Formulación/Planeación", stage="formulation")
    for phase, number, name in ((first, "1.1", "Escuchar"), (first, "1.2", "Medir"), (second, "2.1", "Escribir")):
        make_activity(
            plan, phase=phase, number=number, name=name, objective=f"Saber {name}", product=f"Acta de {name.lower()}"
        )
    return plan


def format_of(client, plan, by) -> bytes:
    client.force_login(by)
    answer = client.get(reverse("sheets:plan_format", args=[plan.entity.slug, plan.slug]))
    return b"".join(answer.streaming_content)


def test_it_has_the_four_columns_its_phases_merged(client, filled, planner):
    make_activity(filled, name="Sin fase", target_kind="count", target_value=4, unit="informes")
    make_activity(filled, name="Fuera", outside_plan=True)
    sheet = openpyxl.load_workbook(io.BytesIO(format_of(client, filled, planner))).active
    assert [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True) if any(row)] == [
        [filled.title],
        ["Formato Planeación de la Participación"],
        ["Fase del ciclo de la gestión", "Actividades", "Objetivo(s) de la actividad", "Meta/Producto"],
        ["Diagnóstico", "1.1 Escuchar", "Saber Escuchar", "Acta de escuchar"],
        ["1.2 Medir", "Saber Medir", "Acta de medir"],
        ["Formulación/Planeación", "2.1 Escribir", "Saber Escribir", "Acta de escribir"],
        ["Sin fase", "4 informes"],
    ]
    assert "A5:A6" in {str(each) for each in sheet.merged_cells.ranges}


def rows(plan):
    fields = ("phase__number", "phase__name", "phase__stage", "number", "name", "objective", "product")
    return list(plan.activities.order_by("order").values_list(*fields))


def brought(path, plan, **options) -> str:
    out = io.StringIO()
    days = (f"--start={plan.starts_on}", f"--end={plan.ends_on}")
    call_command(
        "import_plan", str(path), f"--entity={plan.entity.slug}", f"--title={plan.title}", *days, stdout=out, **options
    )
    return out.getvalue()


def test_formula_stays_a_text(client, filled, planner):
    make_activity(filled, name="=1+1", objective="=CMD()")
    sheet = openpyxl.load_workbook(io.BytesIO(format_of(client, filled, planner))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    [cell] = [cell for cell in cells if cell.value == "=1+1"]
    assert cell.quotePrefix


def test_it_is_read_back_as_it_went(client, filled, planner, tmp_path):
    path = tmp_path / "formato.xlsx"
    path.write_bytes(format_of(client, filled, planner))
    other = make_plan(make_entity("otra"), title="Otro plan")
    brought(path, other)
    assert rows(other) == rows(filled)
    before = list(filled.activities.values_list("pk", "revision"))
    assert "activities: 0 nuevas, 0 cambiadas, 3 iguales" in brought(path, filled)
    assert list(filled.activities.values_list("pk", "revision")) == before


@pytest.mark.parametrize("number", [2, 60])
def test_statements_do_not_grow(filled, number, django_assert_num_queries):

    for n in range(number):
        make_activity(filled, name=f"Más {n}", phase=filled.phases.first())
    with django_assert_num_queries(1):
        write_format(filled, io.BytesIO())
