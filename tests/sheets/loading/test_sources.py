"""Every row that a file made or changed keeps the file and its cells, for ever."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Dependency
from activities.models import Activity, Metric, Session
from commitments.models import Commitment
from plans.models import CyclePhase, StakeholderGroup, StrategicLine
from records import files, sources
from records.models import Origin, Source
from sheets.loading.load import load
from tests.sheets.loading.matrices import COMMITMENTS, run

PLAN = [
    ["Fase", "Línea", "Actividad", "Meta", "Responsable", "Grupos de valor", "Fecha"],
    ["Diagnóstico", "Eje uno", "1.1 Foro", 1, "Salud", "Ciudadanía", "3/5/26"],
]
SHEETS = {
    "Plan": PLAN,
    "Indicadores": [["Actividad", "Indicador", "Valor", "Periodo"], ["1.1", "Reproducciones", 10, "mayo de 2026"]],
    "Compromisos": [COMMITMENTS, ["Consejo", "Mayo", "Abrir la vía", "Salud", "30/11/2026", "Pendiente"]],
}


@pytest.fixture
def bring(matrix, plan, planner):
    """Load a file of some name as the planner; the Result."""

    def bring(content, name="plan.xlsx", **ways):
        origin = Origin(
            entity=plan.entity,
            file=files.keep(name.encode()),
            file_name=name,
            brought_at=timezone.now(),
            brought_by=planner,
        )
        result = load(matrix(content), plan=plan, by=planner, create_missing=True, origin=origin, **ways)
        assert origin.pk is None
        return result

    return bring


def cited(row):
    return [(one.origin.file_name, one.sheet, one.row, dict(one.cells)) for one in sources.of(row)]


def test_each_kind_of_row_keeps_its_cells(bring, planner):
    assert bring(SHEETS).errors == []
    assert Source.objects.count() - 1 == len(bring(SHEETS).items) == 8  # one says which plan it went to
    file = "plan.xlsx"
    assert cited(Dependency.objects.get()) == [(file, "Plan", 2, {"Nombre": "E2"})]
    assert cited(StakeholderGroup.objects.get()) == [(file, "Plan", 2, {"Nombre": "F2"})]
    assert cited(CyclePhase.objects.get()) == [(file, "Plan", 2, {"Nombre": "A2"})]
    assert cited(StrategicLine.objects.get()) == [(file, "Plan", 2, {"Nombre": "B2"})]
    assert cited(Activity.objects.get()) == [(file, "Plan", 2, {
        "Fase": "A2", "Línea": "B2", "Número": "C2", "Nombre": "C2", "Clase de meta": "D2", "Meta": "D2",
        "Responsables": "E2", "De todas las dependencias": "E2", "Grupos de valor y de interés": "F2",
    })]  # fmt: skip
    session = {"Programado para": "G2", "Precisión": "G2", "Cantidad programada": "D2"}
    assert cited(Session.objects.get()) == [(file, "Plan", 2, session)]
    metric = {"Clase": "B2", "Nombre": "B2", "Valor": "C2", "Desde": "C2", "Hasta": "C2"}
    assert cited(Metric.objects.get()) == [(file, "Indicadores", 2, metric)]
    assert cited(Commitment.objects.get()) == [(file, "Compromisos", 2, {
        "Instancia o espacio": "A2", "Adquirido el": "B2", "Precisión": "B2", "Compromiso": "C2", "Responsables": "D2",
        "De todas las dependencias": "D2", "Plazo": "E2", "Estado": "F2",
    })]  # fmt: skip
    origin = Origin.objects.get()
    assert (origin.brought_by, AuditEntry.objects.filter(verb="origin.create", actor=planner).count()) == (planner, 1)


def test_row_that_a_second_file_changes_keeps_both(bring):
    bring(PLAN, "enero.xlsx")
    changed = [PLAN[0], ["Diagnóstico", "Eje uno", "1.1 Foro", 1, "Salud", "Mujeres", "3/5/26"]]
    assert bring(changed, "junio.xlsx").counts("changed")["activities"] == 1
    assert [name for name, *_rest in cited(Activity.objects.get())] == ["junio.xlsx", "enero.xlsx"]
    assert [name for name, *_rest in cited(Session.objects.get())] == ["enero.xlsx"]
    assert [name for name, *_rest in cited(StakeholderGroup.objects.get(name="Mujeres"))] == ["junio.xlsx"]


def test_attendance_is_said_by_its_cell(bring):
    bring([["Actividad", "Fecha", "Asistentes"], ["Foro", "3/5/26", "219 personas - Ciudadanía"]])
    StakeholderGroup.objects.create(entity=Session.objects.get().activity.plan.entity, name="Ciudadanía")
    bring([["Actividad", "Fecha", "Asistentes"], ["Foro", "3/5/26", "219 personas - Ciudadanía"]], "otra.xlsx")
    assert cited(Session.objects.get())[0][3]["Asistencias"] == "C2"


@pytest.mark.parametrize("ways", [{}, {"dry_run": True}], ids=["again", "dry run"])
def test_file_that_changes_nothing_is_no_origin(bring, ways):
    if not ways:
        bring(SHEETS)
    before = Origin.objects.count(), Source.objects.count()
    assert bring(SHEETS, "otra.xlsx", **ways).errors == []
    assert (Origin.objects.count(), Source.objects.count()) == before


def test_refused_file_is_no_origin(bring):
    assert bring([*PLAN, ["Diagnóstico", "Eje uno", "1.2 Feria", 1, "Salud", "", "31/02/2026"]]).errors
    assert not Origin.objects.exists()


def test_rows_loaded_from_no_file_have_no_source(matrix, plan):
    run(matrix(PLAN), plan)
    assert cited(Activity.objects.get()) == []


@pytest.mark.parametrize("size", [1, 30])
def test_sources_of_many_rows_are_one_statement(plan, size, entity):
    origin = Origin.objects.create(
        entity=entity, file=files.keep(b"1"), file_name="plan.xlsx", brought_at=timezone.now(), brought_by=None
    )
    rows = [plan.activities.create(name=f"Foro {n}") for n in range(size)]
    kind = ContentType.objects.get_for_model(Activity)
    Source.objects.bulk_create(
        Source(origin=origin, target_type=kind, target_id=row.pk, row=row.pk, cells={"name": "A1", "gone": "B1"})
        for row in rows
    )
    with CaptureQueriesContext(connection) as captured:
        assert [one.origin.brought_by for one in sources.of_rows(rows)[rows[-1].pk]] == [None]
    assert len(captured) == 1
    assert cited(rows[0]) == [("plan.xlsx", "", rows[0].pk, {"Nombre": "A1"})]
    assert sources.of_rows([]) == {}
