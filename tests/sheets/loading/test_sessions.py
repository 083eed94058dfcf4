"""Sessions from months and dates: what was planned, what was held, and who came."""

from datetime import date
from decimal import Decimal

from accounts.models import AuditEntry
from activities.models import Attendance, Metric, Responsibility, Session
from plans.models import StakeholderGroup
from tests.factories import make_activity, make_session
from tests.sheets.loading.matrices import DATED, MERGED, MONTHLY, counted, run, said


def test_months_become_sessions_with_what_was_executed(matrix, plan):
    result = run(matrix(MONTHLY, merged=MERGED), plan)
    assert result.errors == []
    assert counted(result) == {"lines": 1, "dependencies": 1, "groups": 2, "activities": 3, "sessions": 5}
    sessions = Session.objects.filter(activity__plan=plan).order_by("planned_on", "activity__order")
    assert list(
        sessions.values_list(
            "activity__name", "planned_on", "planned_units", "executed_units", "held_on", "held_precision"
        )
    ) == [
        ("Talleres de barrio", date(2026, 3, 31), 2, 2, date(2026, 3, 31), "month"),
        ("Mesas de salud", date(2026, 3, 31), 1, None, None, "day"),
        ("Talleres de barrio", date(2026, 4, 30), 3, 1, date(2026, 4, 30), "month"),
        ("Mesas de salud", date(2026, 4, 30), 1, 0, None, "day"),
        ("Foros", date(2026, 4, 30), 0, 2, date(2026, 4, 30), "month"),
    ]  # fmt: skip
    assert set(sessions.values_list("planned_precision", flat=True)) == {"month"}
    workshop, table, forum = plan.activities.all()
    assert (workshop.line.name, list(workshop.responsibilities.all())) == ("Estrategia de barrios", [])
    assert (table.line, table.responsibilities.get().dependency.name) == (None, "Secretaría de Salud")
    assert forum.responsibilities.get().part == Responsibility.Part.LEAD
    assert [group.name for group in workshop.groups.order_by("name")] == ["Ciudadanía", "Mujeres"]
    assert said(result.warnings) == [
        ("G5", "Se ejecutó y no estaba programado: queda como espacio adicional."),
    ]


def test_targets_and_dates_make_sessions(matrix, plan):
    result = run(matrix(DATED), plan)
    assert counted(result) == {"phases": 2, "dependencies": 2, "activities": 3, "sessions": 4}
    sessions = Session.objects.order_by("activity__order", "planned_on")
    assert list(sessions.values_list("activity__number", "planned_on", "planned_units")) == [
        ("1.1", date(2026, 5, 29), 1),
        ("2.1", date(2026, 6, 30), 2),
        ("2.2", date(2026, 2, 28), 1),
        ("2.2", date(2026, 8, 30), 1),
    ]
    survey, audience, reports = plan.activities.all()
    assert list(survey.responsibilities.values_list("dependency__name", "part")) == [
        ("Secretaría de Planeación", "lead"),
        ("Despacho Alcalde", "support"),
    ]
    assert (audience.all_dependencies, audience.responsible_text) == (True, "Todas las Dependencias")
    assert audience.responsibilities.count() == 0
    assert (reports.target_kind, reports.target_value) == ("percentage", Decimal(100))
    assert list(plan.phases.values_list("number", "name", "stage")) == [
        (1, "Diagnóstico", "diagnosis"),
        (2, "Ejecución", "implementation"),
    ]


def test_other_spaces_are_held_outside_the_plan_with_their_people(matrix, plan):
    found = matrix(
        {
            "Plan": [["Actividad", "Grupos de valor"], ["Encuesta", "Ciudadanía"]],
            "Otros": [
                ["Nombre del evento", "Fecha del evento", "Grupos de interés que participaron", "Personas alcanzadas",
                 "Preguntas"],
                ["Gobierno abierto", "26 de marzo de 2025", "219 personas - Ciudadanía", 19400, 34],
                ["Ciudad", "27 de marzo de 2025", "235 personas - Ciudadanía y expertos", None, None],
                ["Cine al parque", "28 de marzo de 2025", None, None, None],
            ],
        }
    )  # fmt: skip
    result = run(found, plan)
    assert counted(result) == {"groups": 1, "activities": 4, "sessions": 3, "metrics": 1}
    one, two, three = Session.objects.order_by("planned_on")
    assert (one.activity.outside_plan, one.executed_units, one.held_on) == (True, 1, date(2025, 3, 26))
    assert (one.attendance_total, one.questions, one.attendance_note) == (219, 34, "Ciudadanía")
    assert (three.executed_units, three.held_on) == (None, None)
    assert list(Attendance.objects.order_by("pk").values_list("session", "group__name", "people")) == [
        (one.pk, "Ciudadanía", 219),
        (two.pk, "Ciudadanía", None),
    ]
    metric = Metric.objects.get()
    assert (metric.kind, metric.value, metric.period_from, metric.period_to) == (
        "alcance",
        19400,
        date(2025, 3, 26),
        date(2025, 3, 26),
    )
    assert counted(run(found, plan)) == {}


def test_empty_execution_does_not_erase_what_was_reported(matrix, plan):
    run(matrix(MONTHLY, merged=MERGED), plan)
    Session.objects.filter(executed_units=2, planned_units=2).update(held_on=date(2026, 3, 12), held_precision="day")
    rows = [list(row) for row in MONTHLY]
    rows[2][4], rows[2][6] = None, 2
    result = run(matrix(rows, merged=MERGED), plan)
    march, april = Session.objects.filter(activity__name="Talleres de barrio").order_by("planned_on")
    assert (march.executed_units, march.held_on, march.held_precision) == (2, date(2026, 3, 12), "day")
    assert (april.executed_units, april.held_on, april.revision) == (2, date(2026, 4, 30), 1)
    assert counted(result, "changed") == {"sessions": 1}


def test_moved_date_adds_a_session_and_says_that_the_other_stays(matrix, plan):
    run(matrix(DATED), plan)
    rows = [DATED[0], [*DATED[1][:4], "30/05/26"]]
    result = run(matrix(rows), plan)
    assert counted(result) == {"sessions": 1}
    assert said(result.warnings)[-1] == (
        "B2",
        "El plan tiene 1 espacios de esta actividad en fechas que la hoja no trae: se conservan.",
    )


def test_withdrawn_session_is_history_and_the_date_is_free(matrix, plan):
    activity = make_activity(plan, name="Foro", number="1.1")
    session = make_session(activity, date(2026, 5, 29))
    Session.objects.filter(pk=session.pk).update(withdrawn_on=date(2026, 1, 1), in_force_from=date(2026, 1, 1))
    found = matrix([["Actividad", "Meta", "Fecha"], ["1.1 Foro", 1, "29/05/26"]])
    assert counted(run(found, plan)) == {"sessions": 1}


def test_attendance_counted_again_takes_the_new_number(matrix, plan):
    def spaces(people):
        headers = ["Nombre del evento", "Fecha del evento", "Grupos de interés que participaron"]
        return matrix([headers, ["Gobierno abierto", "26 de marzo de 2026", people]])

    StakeholderGroup.objects.create(entity=plan.entity, name="Ciudadanía")
    run(spaces("219 personas - Ciudadanía"), plan)
    assert list(Attendance.objects.values_list("group__name", "people")) == [("Ciudadanía", 219)]
    result = run(spaces("230 personas - Ciudadanía"), plan)
    assert list(Attendance.objects.values_list("group__name", "people")) == [("Ciudadanía", 230)]
    assert Session.objects.get().attendance_total == 230
    assert counted(result, "changed") == {"sessions": 1}
    assert AuditEntry.objects.get(verb="attendance.update").changes == {"people": [219, 230]}


def test_months_of_a_percentage_target_are_measuring_dates(matrix, plan):
    """P is what was received, E what was attended; an empty E is not reported."""
    rows = [
        ["Actividad", "Meta", "Marzo", None, "Abril", None, "Mayo", None, "Junio", None, "Julio", None],
        [None, None, *("P", "E") * 5],
        ["Respuestas", "100%", 61, 58, 20, None, 0, 0, 0, None, 7, 7],
        ["* Las respuestas de marzo esperaron un concepto."],
    ]
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1", "I1:J1", "K1:L1"]
    result = run(matrix(rows, merged=merged), plan)
    assert result.errors == []
    dates = Session.objects.order_by("planned_on")
    assert list(
        dates.values_list("planned_on", "planned_units", "numerator", "denominator", "held_on", "executed_units")
    ) == [
        (date(2026, 3, 31), 1, 58, 61, date(2026, 3, 31), None),
        (date(2026, 4, 30), 1, None, None, None, None),
        (date(2026, 5, 31), 1, 0, 0, None, None),
        (date(2026, 7, 31), 1, 7, 7, date(2026, 7, 31), None),
    ]
    assert dates[0].reason == "Las respuestas de marzo esperaron un concepto."
    assert counted(run(matrix(rows, merged=merged), plan)) == {}
    dates.filter(numerator=58).update(held_on=date(2026, 3, 12), held_precision="day")
    rows[2][3] = 60
    assert counted(run(matrix(rows, merged=merged), plan), "changed") == {"sessions": 1}
    assert (dates[0].numerator, dates[0].held_on) == (60, date(2026, 3, 12))


def test_month_of_a_percentage_target_with_more_attended_than_received_is_an_error(matrix, plan):
    rows = [["Actividad", "Meta", "Marzo", None], [None, None, "P", "E"], ["Respuestas", "100%", 3, 4]]
    result = run(matrix(rows, merged=["A1:A2", "B1:B2", "C1:D1"]), plan)
    assert said(result.errors) == [("D3", "Los atendidos no pueden ser más que los recibidos.")]
    assert not Session.objects.exists()
