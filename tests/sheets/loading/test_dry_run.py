"""A dry run says what a load would do, and only reads: nobody waits for it."""

import threading
from datetime import date
from pathlib import Path

import pytest
from auditlog.context import disable_auditlog
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Attendance, Metric, Responsibility
from commitments.models import Commitment
from plans.models import Plan, StakeholderGroup
from sheets.loading.load import load, plan_for
from sheets.loading.result import Choices
from sheets.reader import read
from tests.factories import make_activity, make_dependency, make_entity, make_plan, make_session
from tests.sheets.loading.matrices import COMMITMENTS, DATED, MERGED, MONTHLY, rows_stored, run

YEAR = date(2026, 1, 1), date(2026, 12, 31)
GUARD = Path(__file__).parents[2] / "guard" / "inputs"


def wide(count):
    """Rows that create, change and refer to everything."""
    return {
        "Plan": [
            ["Fase", "Línea", "Actividad", "Meta", "Responsable", "Grupos de valor", "Fecha"],
            *(
                ["Diagnóstico", "Eje uno", f"{n // 100 + 1}.{n % 100} Foro {n}", 1, "Salud", "Ciudadanía", "3/5/26"]
                for n in range(1, count + 1)
            ),
        ],
        "Indicadores": [
            ["Actividad", "Indicador", "Valor", "Periodo"],
            *([f"Foro {n}", "Reproducciones", 10 + n, "mayo de 2026"] for n in range(1, count + 1)),
        ],
        "Compromisos": [
            COMMITMENTS,
            *(["Consejo", "Mayo", f"Vía {n}", "Salud", "30/11/2026", "Pendiente"] for n in range(1, count + 1)),
        ],
    }


def reads(statements):
    texts = [statement["sql"].strip() for statement in statements]
    assert [text for text in texts if not text.startswith("SELECT") or "FOR UPDATE" in text] == []
    return len(texts)


@pytest.mark.parametrize("is_new", [True, False], ids=["new plan", "stored plan"])
def test_dry_run_only_reads_and_as_little_of_many_rows(matrix, entity, is_new):
    numbers = []
    for count in (10, 1000):
        found = matrix(wide(count))
        plan = plan_for(entity, f"Plan de {count}", *YEAR)
        if not is_new:
            assert run(found, plan).errors == []
            plan = Plan.objects.get(title=plan.title)
            with disable_auditlog():  # an entry for each of 4000 rows is not what is measured
                Activity.objects.filter(plan=plan, number__gt="1.5").delete()
        before = rows_stored()
        with CaptureQueriesContext(connection) as captured:
            result = run(found, plan, dry_run=True)
        assert (result.errors, result.is_needed) == ([], True)
        assert rows_stored() == before
        numbers.append(reads(captured))
    assert numbers[0] == numbers[1] < 25


@pytest.mark.parametrize("is_new", [True, False], ids=["new plan", "stored plan"])
@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("01-formato-planeacion", YEAR),
        ("02-paac-rendicion-de-cuentas", (date(2020, 1, 1), date(2020, 12, 31))),
        ("03-seguimiento-mensual-2020", (date(2020, 7, 1), date(2020, 12, 31))),
    ],
)
def test_real_matrix_is_previewed_as_it_is_loaded(entity, name, dates, is_new):
    with (GUARD / f"{name}.xlsx").open("rb") as file:
        found = read(file, file.name, starts_on=dates[0], ends_on=dates[1])
    plan = plan_for(entity, "Plan", *dates)
    if not is_new:
        run(found, plan)
        plan = Plan.objects.get()
        change(plan)
    previewed = run(found, plan, dry_run=True)
    assert previewed == run(found, plan)
    assert (previewed.errors, previewed.is_needed) == ([], True)
    again = run(found, Plan.objects.get(), dry_run=True)
    assert (again.errors, again.is_needed) == ([], False)


def change(plan):
    """So that a load of the same file has something of each kind to create and to change."""
    activities = list(plan.activities.all())
    for activity in activities[::3]:
        activity.responsibilities.all().delete()
        activity.groups.clear()
        activity.sessions.all().delete()
    activities[-1].delete()
    plan.activities.filter(number__gt="").update(product="Otro", order=3)
    plan.phases.update(name="Otra")
    Metric.objects.filter(activity__plan=plan).update(value=-0)
    plan.commitments.update(due_on=plan.ends_on)


FAULTY = {
    "dates that are none": [*DATED, ["Ejecución", "2.3 Feria", 1, "Todas", "31/02/2026"]],
    "a number twice": [*DATED, ["Ejecución", "2.2 Feria", 1, "Todas", "30/06/26"]],
    "too long": [*DATED, ["Ejecución", "2.3 " + "x" * 600, 1, "Todas", "30/06/26"]],
    "a phase too long": [*DATED, ["Fase " + "x" * 300, "2.3 Feria", 1, "Todas", "30/06/26"]],
    "a dependency too long": [*DATED, ["Ejecución", "2.3 Feria", 1, "x" * 300, "30/06/26"]],
    "a share of nothing": [*DATED, ["Ejecución", "2.3 Feria", "0%", "Todas", "30/06/26"]],
    "commitments without reason": {
        "Plan": DATED,
        "Compromisos": [COMMITMENTS, ["Consejo", "Mayo", "Vía", "Salud", "30/11/2026", "Incumplido"]],
    },
    "the same commitment": {
        "Plan": DATED,
        "Compromisos": [COMMITMENTS, *[["Consejo", "Mayo", "Vía", "Salud", "30/11/2026", "Pendiente"]] * 2],
    },
}


@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.parametrize("state", ["new", "draft", "approved"])
def test_faulty_file_is_previewed_as_it_is_refused(matrix, entity, name, state):
    plan = plan_for(entity, "Plan", *YEAR)
    if state != "new":
        run(matrix(DATED[:2]), plan)
        Plan.objects.update(**({"state": "approved", "approved_on": YEAR[0]} if state == "approved" else {}))
        plan = Plan.objects.get()
    found, before = matrix(FAULTY[name]), rows_stored()
    previewed = run(found, plan, dry_run=True)
    assert previewed.errors
    assert previewed == run(found, plan)
    assert rows_stored() == before


def test_decisions_are_previewed_as_they_are_taken(matrix, plan):
    known = make_dependency(plan.entity, "Secretaría de Planeación Distrital")
    found = matrix(MONTHLY, merged=MERGED)
    asked = run(found, plan, dry_run=True, create_missing=False)
    assert asked.errors
    choices = Choices(
        dependencies={one.key: str(known.pk) for one in asked.dependencies},
        groups={one.key: "create" for one in asked.groups},
    )
    previewed = run(found, plan, dry_run=True, create_missing=False, choices=choices)
    assert [(item.label, item.state) for item in previewed.items if item.kind == "dependencies"] == [
        (known.name, "changed")
    ]
    assert previewed == run(found, plan, create_missing=False, choices=choices)
    known.refresh_from_db()
    assert known.aliases == "Secretaría de Salud"


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_dry_run_reads(matrix):
    plan = make_plan(make_entity())
    stored = make_session(make_activity(plan, name="Encuesta", number="1.1"), date(2026, 5, 3))
    found = matrix(DATED)
    before = run(found, plan, dry_run=True)
    raised = []

    def write():
        try:
            stored.executed_units, stored.held_on = 1, date(2026, 5, 3)
            stored.save()
            unit, group = make_dependency(plan.entity, "Tardía"), StakeholderGroup(entity=plan.entity, name="Tardío")
            group.save()
            activity = make_activity(plan, name="Feria tardía")
            activity.groups.add(group)
            Responsibility.objects.create(activity=activity, dependency=unit)
            session = make_session(activity, date(2026, 7, 1))
            Attendance.objects.create(session=session, group=group)
            Attendance.objects.create(session=stored, group=group)
            Metric.objects.create(
                activity=activity, kind="vistas", name="Vistas", value=1, period_from=YEAR[0], period_to=YEAR[1]
            )
            commitment = Commitment.objects.create(plan=plan, text="Vía", due_on=YEAR[1])
            commitment.responsible.add(unit)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    def meddle(execute, sql, params, many, context):
        rows = execute(sql, params, many, context)
        if 'FROM "activities_activity"' in sql and not meddled:
            meddled.append(sql)
            other = threading.Thread(target=write)
            other.start()
            other.join(30)
            assert not other.is_alive()
        return rows

    meddled = []
    with connection.execute_wrapper(meddle):
        assert run(found, plan, dry_run=True) == before
    assert (len(meddled), raised) == (1, [])
    assert plan.activities.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_loads_of_the_same_new_plan_make_it_once(matrix):
    entity = make_entity()
    found, results, start = matrix(DATED), [], threading.Barrier(2)

    def import_it():
        try:
            plan = plan_for(entity, "Plan nuevo", *YEAR)
            start.wait(10)
            results.append(load(found, plan=plan, by=None, create_missing=True))
        finally:
            connection.close()

    threads = [threading.Thread(target=import_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [result.errors for result in results] == [[], []]
    assert sorted(result.counts("created")["activities"] for result in results) == [0, 3]
    assert Plan.objects.filter(title="Plan nuevo").count() == 1
