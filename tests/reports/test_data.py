"""The data of a report: its rows as files, inside the PDF and outside it, and what anybody can compute from them."""

import csv
import hashlib
import io
import json
from datetime import date

import openpyxl
import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Session
from display import datasets
from display.datasets import Dataset, Field
from display.tables import Cell, Column, Kind, Table
from records import files
from records.models import Origin, Source
from reports import pdf, published, snapshot
from tests.factories import make_activity, make_commitment, make_session
from tests.reports.taking import END, final, held, monthly

pytestmark = pytest.mark.django_db


def rows_of(taken, name: str) -> list[dict]:
    """A file as anybody reads it."""
    content = next(file.content for file in published.files(taken) if file.name == f"{name}.csv")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def told(plan, dependency):
    """A plan of two activities: units in March and June, and a percentage target measured in April."""
    first = make_activity(plan, dependency, number="1.1", name="Mesas con la ciudadanía")
    held(first, date(2026, 3, 10), executed=2, planned_units=3, reason="Hubo lluvias.", attendance_total=40)
    make_session(first, date(2026, 6, 1))
    share = make_activity(plan, dependency, number="1.2", name="Respuestas", target_kind="percentage", target_value=95)
    make_session(share, date(2026, 4, 30), held_on=date(2026, 4, 30), numerator=18, denominator=20)
    make_commitment(plan, text="Publicar el acta", made_on=date(2026, 3, 10), due_on=date(2026, 4, 1))
    return plan


def test_rows_are_those_of_the_cutoff_and_name_no_person(told, planner):
    rows = rows_of(monthly(told, date(2026, 3, 1)), "registros")
    assert [(row["actividad"], row["programado_para"], row["programado"], row["ejecutado"]) for row in rows] == [
        ("1", "2026-03-10", "3", "2"),
        ("1", "2026-06-01", "1", ""),
        ("2", "2026-04-30", "1", ""),
    ]
    assert [row["recibidos"] for row in rows] == ["", "", ""]  # measured after the cut-off
    assert [row["recibidos"] for row in rows_of(final(told), "registros")] == ["", "", "20"]
    assert rows[0]["causa_de_lo_que_falto"] == "Hubo lluvias."
    assert planner.email not in snapshot.canonical(final(told)).decode()
    [promise] = rows_of(final(told), "registros-compromisos")
    assert (promise["compromiso"], promise["plazo"], promise["cerrado_el"]) == ("Publicar el acta", "2026-04-01", "")


def test_row_says_when_it_was_reported_and_which_cells_said_it(told, entity):
    session = Session.objects.get(planned_on=date(2026, 3, 10))
    origin = Origin.objects.create(
        entity=entity, file=files.keep(b"matriz"), file_name="matriz.xlsx", brought_at="2026-03-12T10:00:00Z"
    )
    Source.objects.create(
        origin=origin, target=session, sheet="Ejecutado", row=5, cells={"planned_on": "H5", "executed_units": "I5"}
    )
    row = rows_of(final(told), "registros")[0]
    assert row["origen"] == "matriz.xlsx · Ejecutado · H5, I5"
    assert row["reportado_el"] == f"{timezone.localdate()}"


def test_statements_do_not_grow_with_the_plan(told, dependency):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            final(told, "registros")
        return len(queries)

    before = statements()
    for number in range(5):
        held(make_activity(told, dependency, name=f"Otra mesa {number}"), date(2026, 5, 4))
    assert statements() == before


def test_pdf_carries_the_data_that_its_fingerprint_is_of(told):
    taken = final(told)
    content = pdf.render(taken, fingerprint=snapshot.sha256(taken))
    with pikepdf.open(io.BytesIO(content)) as document:
        inside = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
        relations = {str(spec.obj.AFRelationship) for spec in document.attachments.values()}
    assert inside == {file.name: file.content for file in published.files(taken)}
    assert hashlib.sha256(inside["datos.json"]).hexdigest() == snapshot.sha256(taken)
    assert json.loads(inside["datos.json"])["plan"]["title"] == told.title
    assert relations == {"/Data"}
    assert {"registros.csv", "compromisos.csv", "diccionario.csv", "tabla-01.csv"} <= set(inside)


def test_every_column_is_in_the_dictionary(told):
    found = published.files(final(told))
    [words] = [rows_of(final(told), "diccionario")]
    for file in found:
        if file.name.endswith(".csv"):
            head = next(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
            name = file.name.removesuffix(".csv")
            assert name == "diccionario" or [row["campo"] for row in words if row["archivo"] == name] == head


def test_table_on_paper_is_the_same_as_data():
    columns = (Column("Actividad"), Column("Ejecutado", Kind.COUNT, group="A la fecha"), Column("Plazo", Kind.DATE))
    rows = (
        (Cell("Estrategia uno", span=3),),
        (Cell("Mesa", aside="Presencial"), 3, date(2026, 3, 10)),
        ("Foro", None, END),
    )
    data = datasets.of_table(Table("Lo que se hizo", columns, rows, total=("Total", 3, ""), number=4))
    assert (data.name, data.title) == ("tabla-04", "Tabla 4. Lo que se hizo")
    assert datasets.as_csv(data).decode("utf-8-sig").splitlines() == [
        "Actividad,Actividad: detalle,Ejecutado (a la fecha),Plazo",
        "Estrategia uno,,,",
        "Mesa,Presencial,3,2026-03-10",
        "Foro,,,2026-12-31",
        "Total,,3,",
    ]


def test_typed_text_is_never_a_formula():
    fields = (Field("texto", ""), Field("n", ""))
    data = Dataset("x", "X", fields, [("=HYPERLINK(1)", -2), ("@SUM(A1)", None), ("línea\x0buno", True)])
    lines = datasets.as_csv(data).decode("utf-8-sig").split("\r\n")
    assert lines[1:-1] == ["'=HYPERLINK(1),-2", "'@SUM(A1),", "línea\x0buno,sí"]
    sheet = openpyxl.load_workbook(io.BytesIO(datasets.as_workbook([data]))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["=HYPERLINK(1)", -2],
        ["@SUM(A1)", None],
        ["líneauno", "sí"],
    ]
    assert {sheet["A2"].data_type, sheet["A3"].data_type} == {"s"}
