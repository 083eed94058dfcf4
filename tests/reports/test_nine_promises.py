"""Nine promises of a sheet that says «Cumplido» of what was closed on no day: six kept, two overdue, one to come."""

import io
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from commitments import balance
from plans.models import Plan
from recalculation import recalculate
from reports import documents, snapshot
from reports.models import Report
from tests.reports.reporting import approve
from tests.reports.taking import final, monthly, printed, shown
from tests.sheets.conftest import build_xlsx

END = date(2020, 12, 31)
UNIT = "Secretaría de Convivencia"
SPACES = [
    ["Actividad", "Meta", "Responsable", "Fecha programada"],
    ["Mesa de vecinas", 2, UNIT, "31/07/20\n30/11/20"],
]
PROMISES = [
    ["Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado"],
    ["Mesas de vecinas", "Julio", "Publicar el calendario de reuniones", UNIT, "31/08/2020", "Cumplido"],
    ["Mesas de vecinas", "Julio", "Explicar la ruta de salud", UNIT, "30/09/2020", "Cumplido"],
    ["Mesas de vecinas", "Agosto", "Prestar el salón comunal", UNIT, "30/10/2020", "Cumplido"],
    ["Mesas de vecinas", "Septiembre", "Mostrar el presupuesto", UNIT, "30/11/2020", "En avance"],
    ["Mesas de vecinas", "Noviembre", "Enseñar control social", UNIT, "26/02/2021", "En avance"],
    ["Comités de barrio", "Agosto", "Poner al día los planes", UNIT, "15/12/2020", "Cumplido"],
    ["Comités de barrio", "Octubre", "Enviar el balance de ayudas", UNIT, "20/11/2020", "Vencido"],
    ["Comité de la ciudad", "Julio", "Publicar el acta", UNIT, "14/08/2020", "Cumplido"],
    ["Subcomités", "Julio", "Definir el plan de trabajo", UNIT, "31/07/2020", "Cumplido"],
]


@pytest.fixture
def nine(entity, tmp_path) -> Plan:
    path = tmp_path / "seguimiento.xlsx"
    path.write_bytes(build_xlsx({"Plan": SPACES, "Compromisos": PROMISES}))
    days = ["--start=2020-07-01", "--end=2020-12-31", "--create-missing"]
    call_command("import_plan", path, f"--entity={entity.slug}", "--title=Plan 2020", *days, stdout=io.StringIO())
    return approve(Plan.objects.select_related("entity").get(title="Plan 2020"))


MONTHS = [
    ["Instancia o espacio", "Adquiridos en", "Adquiridos", "Cumplidos", "Vencidos", "En plazo"],
    ["Mesas de vecinas", "julio de 2020", "2", "2", "0", "0"],
    ["Mesas de vecinas", "agosto de 2020", "1", "1", "0", "0"],
    ["Mesas de vecinas", "septiembre de 2020", "1", "0", "1", "0"],
    ["Mesas de vecinas", "noviembre de 2020", "1", "0", "0", "1"],
    ["Comités de barrio", "agosto de 2020", "1", "1", "0", "0"],
    ["Comités de barrio", "octubre de 2020", "1", "0", "1", "0"],
    ["Comité de la ciudad", "julio de 2020", "1", "1", "0", "0"],
    ["Subcomités", "julio de 2020", "1", "1", "0", "0"],
    ["Total", "", "9", "6", "2", "1"],
]


def test_balance_at_the_end_of_the_year(nine):
    found = balance.of_plan(nine, END)
    assert (found.made, found.fulfilled, found.overdue, found.open, found.undated, found.closed) == (9, 6, 2, 1, 0, 0)
    assert (found.fulfilled_due, found.due, found.fulfilment) == (6, 8, Fraction(3, 4))
    assert (found.kept_on_time, found.kept_late, found.kept_unknown) == (0, 0, 6)
    assert {row.text: row.state for row in nine.commitments.all() if row.standing(END) == "overdue"} == {
        "Mostrar el presupuesto": "in_progress",
        "Enviar el balance de ayudas": "in_progress",
    }
    assert [(row.instance, row.made, row.fulfilled, row.overdue, row.open) for row in found.instances] == [
        ("Mesas de vecinas", 5, 3, 1, 1),
        ("Comités de barrio", 2, 1, 1, 0),
        ("Comité de la ciudad", 1, 1, 0, 0),
        ("Subcomités", 1, 1, 0, 0),
    ]
    assert found.ages == (0, 2, 0, 0)  # since the 20th and the 30th of November


def test_page_and_final_report_say_the_same(client, planner, nine):
    taken = final(nine, "compromisos", "responsables", "registros", cutoff=END)
    said = shown(taken, "compromisos")
    assert printed(said["month_table"]) == MONTHS
    assert said["sentences"] == [
        "De 8 que vencían hasta el corte: 6 cumplidos y 2 vencidos. El cumplimiento es de 75,0 %.".replace(
            " %", "\u00a0%"
        ),
        "De los cumplidos: 6 en un día que nadie registró.",
    ]
    assert printed(said["kept_table"])[1:] == [
        ["El plazo que regía al corte", "0", "0", "6"],
        ["El primer plazo que se dijo", "0", "0", "6"],
    ]
    period = documents.known()["commitments"].period(nine)
    own = snapshot.take(Report(plan=nine, kind="commitments", period=period, cutoff=END))
    assert printed(shown(own, "responsables")["age_table"])[1:] == [
        ["De 16 a 30 días hábiles", "2", "100,0\u00a0%"],
        ["Total", "2", "100,0\u00a0%"],
    ]
    client.force_login(planner)
    address = reverse("commitments:commitment_balance", args=[nine.entity.slug, nine.slug])
    with time_machine.travel(datetime(2020, 12, 31, 17, tzinfo=UTC)):
        page = client.get(address)
    tables = {table.slug: table for table in page.context["tables"]}
    assert printed(tables["meses"]) == MONTHS
    assert page.context["fulfilment"] == "75,0\u00a0%" and "cumplidos: 6 de 8 que vencían" in page.content.decode()
    found = recalculate(snapshot.canonical(taken))
    counted = [one for one in found.figures if one.key.startswith("compromisos")]
    assert {"compromisos-a-tiempo", "compromisos-atraso", "compromisos-mes-1"} <= {one.key for one in counted}
    assert not [one.key for one in counted if one.disagreeing]


@pytest.mark.parametrize(
    ("month", "made", "overdue", "undated"),
    [(7, 4, 0, 4), (8, 6, 0, 6), (9, 7, 0, 6), (10, 8, 0, 6), (11, 9, 1, 6)],
)
def test_no_month_claims_more_than_the_sheet_says(nine, month, made, overdue, undated):
    taken = monthly(nine, date(2020, month, 1), "compromisos")
    facts = taken.facts("compromisos")
    assert (facts.made, facts.fulfilled, facts.overdue, facts.undated) == (made, 0, overdue, undated)
    assert facts.kept_on_time == facts.kept_late == 0
    assert not shown(taken, "compromisos")["kept_table"]
