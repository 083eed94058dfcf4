"""Loading matrices: what enters the tables, what is refused with its cell, and that a file twice changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Dependency
from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment
from plans.models import CyclePhase, Plan, StakeholderGroup
from sheets.loading.load import load, plan_for
from sheets.loading.result import CREATE, KINDS, Choices
from tests.factories import make_activity, make_dependency, make_plan, make_session

MONTHLY = [
    ["Línea o dependencia", "Actividad", "Grupos de interés", "Marzo", None, "Abril", None],
    [None, None, None, "P", "E", "P", "E"],
    ["Estrategia de barrios", "Talleres de barrio", "Ciudadanía; Mujeres", 2, 2, 3, 1],
    ["Secretaría de Salud", "Mesas de salud", "Ciudadanía", 1, None, 1, 0],
    [None, "Foros", None, 0, None, None, 2],
    ["* En abril los talleres de la vereda pasan a la vigencia 2027."],
    ["* Las mesas se aplazaron por la lluvia."],
]
MERGED = ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "A4:A5"]
DATED = [
    ["Fase", "Actividad", "Meta", "Responsable", "Fecha programada"],
    ["Diagnóstico", "1.1 Encuesta", 1, "Secretaría de Planeación\nDespacho Alcalde", "29/05/26"],
    ["Ejecución", "2.1 Audiencia", 2, "Todas las Dependencias", "30/06/26"],
    ["Ejecución", "2.2 Informes", "100%", "Despacho Alcalde", "28/02/26\n30/08/26"],
]
COMMITMENTS = ["Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado"]


def run(found, plan, **ways):
    return load(found, plan=plan, by=None, **{"create_missing": True, **ways})


def said(remarks):
    return [(f"{one.place.column}{one.place.row}", one.message) for one in remarks]


def counted(result, state="created"):
    return {kind: count for kind, count in result.counts(state).items() if count}


def rows_stored():
    return [
        model.objects.count() for model in (Activity, Session, Dependency, StakeholderGroup, CyclePhase, AuditEntry)
    ]


# --- What enters ------------------------------------------------------------------------------------------------------


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
        ("G5", "Se ejecutó y no estaba programada: queda como jornada adicional."),
    ]


def test_notes_explain_the_sessions_that_they_name(matrix, plan):
    run(matrix(MONTHLY, merged=MERGED), plan)
    reasons = {
        (session.activity.name, session.planned_on.month): (session.reason, session.footnote, session.carried_to_year)
        for session in Session.objects.exclude(reason="").select_related("activity")
    }
    first = "En abril los talleres de la vereda pasan a la vigencia 2027."
    second = "Las mesas se aplazaron por la lluvia."
    assert reasons == {("Talleres de barrio", 4): (first, first, 2027), ("Mesas de salud", 4): (second, second, None)}
    plan.refresh_from_db()
    assert plan.notes == ""


def test_note_of_no_session_stays_on_the_plan_once(matrix, plan):
    found = matrix([*MONTHLY[:5], ["* La biblioteca cerró en mayo."]], merged=MERGED)
    result = run(found, plan)
    assert said(result.warnings)[-1] == (
        "A6",
        "La nota no nombra ninguna jornada sin cumplir: queda entre las notas del plan.",
    )
    run(found, plan)
    plan.refresh_from_db()
    assert plan.notes == "La biblioteca cerró en mayo."


def test_note_is_bound_by_the_person_and_stays_bound(matrix, plan):
    found = matrix([*MONTHLY[:5], ["* La biblioteca cerró en mayo."]], merged=MERGED)
    loose = run(found, plan, dry_run=True).notes[0]
    assert [label for _key, label in loose.options] == ["Talleres de barrio · 04/2026", "Mesas de salud · 04/2026"]
    run(found, plan, choices=Choices(notes={loose.key: (loose.options[1][0],)}))
    assert Session.objects.get(activity__name="Mesas de salud", executed_units=0).reason == loose.text
    again = run(found, plan)
    plan.refresh_from_db()
    assert (plan.notes, counted(again, "changed"), again.notes) == ("", {}, [])


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


def test_number_beats_the_merged_phase(matrix, plan):
    rows = [["Fase", "Actividad"], ["Planear", "1.1 Uno"], [None, "2.1 Dos"], ["Hacer", "2.2 Tres"]]
    result = run(matrix(rows, merged=["A2:A3"]), plan)
    assert list(plan.activities.values_list("number", "phase__name")) == [
        ("1.1", "Planear"),
        ("2.1", "Hacer"),
        ("2.2", "Hacer"),
    ]
    assert ("A2", "El nombre «Planear» no dice a qué etapa del ciclo corresponde. Elíjala después en el plan.") in said(
        result.warnings
    )


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


def test_metrics_find_their_activity_or_make_one_outside_the_plan(matrix, plan):
    found = matrix(
        {
            "Plan": [["Actividad", "Fecha"], ["1.1 Foros de salud", "3/5/26"]],
            "Métricas": [
                ["Actividad", "Mes", "Indicador", "Valor"],
                ["1.1 Foros de salud", "Mayo", "Asistentes", 65],
                ["foros de salud", None, "Vistas", 8],
                ["Campus virtual", "Enero-Junio", "Transmisiones", 12],
                ["Campus Virtual", "Enero-Junio", "Países", 3],
                ["Foro de salud", "Mayo", "Vistas", 1],
            ],
        }
    )
    result = run(found, plan, dry_run=True)
    assert said(result.errors) == [
        ("A6", "«Foro de salud» no es una actividad del plan. ¿Quiso decir «Foros de salud»? Escríbala igual.")
    ]
    del found
    found = matrix(
        {
            "Plan": [["Actividad", "Fecha"], ["1.1 Foros de salud", "3/5/26"]],
            "Métricas": [
                ["Actividad", "Mes", "Indicador", "Valor"],
                ["1.1 Foros de salud", "Mayo", "Asistentes", 65],
                ["foros de salud", None, "Vistas", 8],
                ["Campus virtual", "Enero-Junio", "Transmisiones", 12],
                ["Campus Virtual", "Enero-Junio", "Países", 3],
            ],
        }
    )
    result = run(found, plan)
    assert counted(result) == {"activities": 2, "sessions": 1, "metrics": 4}
    assert said(result.warnings) == [
        ("A4", "«Campus virtual» no está entre las actividades: queda como actividad fuera del plan.")
    ]
    assert list(
        Metric.objects.order_by("pk").values_list("activity__name", "activity__outside_plan", "kind", "period_from")
    ) == [
        ("Foros de salud", False, "participantes", date(2026, 5, 1)),
        ("Foros de salud", False, "visualizaciones", date(2026, 5, 3)),
        ("Campus virtual", True, "transmisiones", date(2026, 1, 1)),
        ("Campus virtual", True, "paises", date(2026, 1, 1)),
    ]
    again = run(found, plan)
    assert (counted(again), counted(again, "changed"), again.warnings) == ({}, {}, [])
    assert counted(again, "unchanged") == {"activities": 2, "sessions": 1, "metrics": 4}


def test_commitments_take_our_states(matrix, plan):
    rows = [
        COMMITMENTS,
        ["Mesa", "Julio", "Entregar el acta", "Salud\nDespacho Alcalde", "31/08/2026", "Cumplido"],
        ["Mesa", "Julio", "Dar cronograma", "Todas las dependencias", "26/02/2027", "En avance"],
        ["Mesa", "5/8/26", "Abrir la sede", None, "30/09/2026", "Vencido"],
        ["Mesa", None, "Traducir la guía", None, "30/09/2026", "No viable: no hay traductor"],
        ["Mesa", None, "Comprar sillas", None, "30/09/2026", None],
    ]
    result = run(matrix(rows), plan)
    assert result.errors == []
    assert list(Commitment.objects.order_by("pk").values_list("text", "state", "closed_on", "made_on", "reason")) == [
        ("Entregar el acta", "reported_done", date(2026, 12, 31), date(2026, 7, 31), ""),
        ("Dar cronograma", "in_progress", None, date(2026, 7, 31), ""),
        ("Abrir la sede", "in_progress", None, date(2026, 8, 5), ""),
        ("Traducir la guía", "not_viable", date(2026, 12, 31), None, "no hay traductor"),
        ("Comprar sillas", "recorded", None, None, ""),
    ]
    first = Commitment.objects.get(text="Entregar el acta")
    assert [unit.name for unit in first.responsible.order_by("name")] == ["Despacho Alcalde", "Salud"]
    assert Commitment.objects.get(text="Dar cronograma").all_dependencies
    assert said(result.warnings) == [
        ("F2", "La hoja no dice cuándo se cerró: se toma el último día del plan, 31/12/2026."),
        ("F5", "La hoja no dice cuándo se cerró: se toma el último día del plan, 31/12/2026."),
    ]


def test_verified_commitment_stays_verified(matrix, plan):
    found = matrix([COMMITMENTS, ["Mesa", "Julio", "Entregar el acta", None, "31/08/2026", "Cumplido"]])
    run(found, plan)
    Commitment.objects.update(state="verified", verified_on=date(2026, 9, 1))
    assert counted(run(found, plan), "changed") == {}
    assert Commitment.objects.get().state == "verified"


def test_words_of_no_catalogue_are_left_out_with_the_reason(matrix, plan):
    rows = [
        ["Actividad", "Nivel de incidencia", "Modalidad", "Presupuesto"],
        ["Foro", "Consulta", "Presencial y virtual", "$ 1.500.000"],
        ["Feria", "Altísimo", "Por teléfono", None],
    ]
    result = run(matrix(rows), plan)
    forum, fair = plan.activities.all()
    assert (forum.incidence_level, forum.modality, forum.budget) == ("consultation", "hybrid", 1_500_000)
    assert (fair.incidence_level, fair.modality) == ("", "")
    assert said(result.left_out)[-2:] == [
        ("B3", "«Altísimo» no es un nivel de incidencia del catálogo."),
        ("C3", "«Por teléfono» no dice si es presencial, virtual o mixta."),
    ]


# --- Names ------------------------------------------------------------------------------------------------------------


def test_unknown_dependency_is_an_error_with_the_nearest(matrix, plan):
    make_dependency(plan.entity, "Secretaría de Planeación")
    rows = [["Actividad", "Responsable"], ["Foro", "Planeacion"], ["Feria", "Hacienda"]]
    result = run(matrix(rows), plan, create_missing=False)
    assert said(result.errors) == [
        ("B2", "«Planeacion» no es una dependencia de esta entidad. ¿Quiso decir «Secretaría de Planeación»?"),
        ("B3", "«Hacienda» no es una dependencia de esta entidad."),
    ]
    assert plan.activities.count() == 0
    assert result.as_dict()["created"] == dict.fromkeys(KINDS, 0)


def test_name_close_to_a_known_one_is_never_created_without_asking(matrix, plan):
    unit = make_dependency(plan.entity, "Secretaría de Planeación")
    found = matrix([["Actividad", "Responsable"], ["Foro", "Secretaria de Planeasión"]])
    result = run(found, plan)
    assert said(result.errors) == [
        (
            "B2",
            "«Secretaria de Planeasión» no es una dependencia de esta entidad. "
            "¿Quiso decir «Secretaría de Planeación»?",
        )
    ]
    proposal = run(found, plan, create_missing=False, propose=True, dry_run=True).dependencies[0]
    assert (proposal.taken, proposal.nearest) == (str(unit.pk), ((unit.pk, "Secretaría de Planeación"),))
    created = run(found, plan, dry_run=True, choices=Choices(dependencies={proposal.key: CREATE}))
    assert counted(created)["dependencies"] == 1


def test_mapped_name_becomes_an_alias_and_is_not_asked_again(matrix, plan):
    unit = make_dependency(plan.entity, "Secretaría de Planeación", aliases="SEPLAN")
    found = matrix([["Actividad", "Responsable"], ["Foro", "Oficina del Plan"], ["Feria", "seplan"]])
    key = run(found, plan, create_missing=False, dry_run=True).dependencies[0].key
    result = run(found, plan, create_missing=False, choices=Choices(dependencies={key: str(unit.pk)}))
    assert counted(result, "changed") == {"dependencies": 1}
    assert set(Responsibility.objects.values_list("dependency", flat=True)) == {unit.pk}
    unit.refresh_from_db()
    assert unit.aliases == "SEPLAN\nOficina del Plan"
    again = run(found, plan, create_missing=False)
    assert (again.errors, counted(again), counted(again, "changed")) == ([], {}, {})


def test_group_mapped_once_is_known_from_then_on(matrix, plan):
    group = StakeholderGroup.objects.create(entity=plan.entity, name="Víctimas del conflicto armado")
    found = matrix([["Actividad", "Grupos de valor"], ["Foro", "Víctimas"], ["Feria", "Jóvenes"]])
    key = run(found, plan, dry_run=True).groups[0].key
    result = run(found, plan, choices=Choices(groups={key: str(group.pk)}))
    assert (counted(result)["groups"], counted(result, "changed")) == (1, {"groups": 1})
    group.refresh_from_db()
    assert group.aliases == "Víctimas"
    again = run(found, plan, create_missing=False)
    assert (again.errors, again.groups, counted(again), counted(again, "changed")) == ([], [], {}, {})


def test_names_without_separator_are_told_apart_by_those_of_other_cells(matrix, plan):
    rows = [
        ["Actividad", "Responsable"],
        ["Foro", "Secretaría de Salud Oficina Jurídica"],
        ["Feria", "Oficina Jurídica"],
        ["Taller", "Secretaría de Salud"],
    ]
    run(matrix(rows), plan)
    assert set(plan.entity.dependencies.values_list("name", flat=True)) == {"Secretaría de Salud", "Oficina Jurídica"}


def test_block_switches_between_line_and_dependency(matrix, plan):
    found = matrix([["Línea o dependencia", "Actividad"], ["Programa de aguas", "Foro"], ["Barrios", "Feria"]])
    blocks = run(found, plan, dry_run=True).blocks
    assert [(block.name, block.taken) for block in blocks] == [("Programa de aguas", "line"), ("Barrios", "dependency")]
    choices = Choices(blocks={blocks[0].key: "dependency", blocks[1].key: "line"})
    run(found, plan, choices=choices)
    assert [line.name for line in plan.lines.all()] == ["Barrios"]
    assert [unit.name for unit in plan.entity.dependencies.all()] == ["Programa de aguas"]


def test_hundreds_of_unknown_names_are_one_error(matrix, plan):
    rows = [["Actividad", "Responsable"], *([f"Foro {n}", f"Persona {n}a"] for n in range(301))]
    assert said(run(matrix(rows), plan).errors) == [
        ("B2", "El archivo trae 301 nombres distintos que la entidad no tiene. Revise que la columna sea la correcta.")
    ]


# --- Twice, and changes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "merged"), [(MONTHLY, MERGED), (DATED, [])])
def test_file_twice_changes_nothing(matrix, plan, rows, merged):
    found = matrix(rows, merged=merged)
    first = run(found, plan)
    before = rows_stored()
    second = run(found, plan)
    assert (counted(second), counted(second, "changed")) == ({}, {})
    assert counted(second, "unchanged") == counted(first)
    assert rows_stored() == before


def test_dry_run_and_errors_store_nothing(matrix, entity):
    plan = plan_for(entity, "Plan nuevo", date(2026, 1, 1), date(2026, 12, 31))
    before = rows_stored()
    result = run(matrix(MONTHLY, merged=MERGED), plan, dry_run=True)
    assert counted(result)["sessions"] == 5
    bad = matrix([*DATED, ["Ejecución", "2.3 Feria", 1, "Todas", "31/02/2026"]])
    assert [where for where, _message in said(run(bad, plan).errors)] == ["E5"]
    assert (rows_stored(), Plan.objects.count()) == (before, 0)


def test_changed_cells_change_their_fields_and_say_before_and_after(matrix, plan):
    run(matrix(DATED), plan)
    changed = [*DATED[:2], ["Ejecución", "2.1 Audiencia pública", 3, "Despacho Alcalde", "30/06/26"]]
    result = run(matrix(changed), plan)
    assert counted(result, "changed") == {"activities": 1, "sessions": 1}
    changes = {item.kind: item.changes for item in result.items if item.state == "changed"}
    assert {(change.label, change.before, change.after) for change in changes["activities"]} == {
        ("Nombre", "Audiencia", "Audiencia pública"),
        ("Meta", "2", "3"),
        ("De todas las dependencias", "Sí", "No"),
        ("Responsables", "", "Despacho Alcalde"),
    }
    assert [(change.label, change.before, change.after) for change in changes["sessions"]] == [
        ("Unidades programadas", "2", "3")
    ]
    assert plan.activities.count() == 3  # what the file does not mention stays
    entry = AuditEntry.objects.filter(verb="session.update").get()
    assert entry.changes == {"planned_units": ["2", "3"]}


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


def test_reason_written_by_somebody_is_kept(matrix, plan):
    run(matrix(MONTHLY[:5], merged=MERGED), plan)
    Session.objects.filter(activity__name="Mesas de salud", executed_units=0).update(reason="Faltó el salón.")
    result = run(matrix(MONTHLY, merged=MERGED), plan)
    assert Session.objects.get(activity__name="Mesas de salud", executed_units=0).reason == "Faltó el salón."
    assert ("A7", "«Mesas de salud · 04/2026» ya tiene un motivo escrito: se conserva.") in said(result.warnings)


def test_moved_date_adds_a_session_and_says_that_the_other_stays(matrix, plan):
    run(matrix(DATED), plan)
    rows = [DATED[0], [*DATED[1][:4], "30/05/26"]]
    result = run(matrix(rows), plan)
    assert counted(result) == {"sessions": 1}
    assert said(result.warnings)[-1] == (
        "B2",
        "El plan tiene 1 jornadas de esta actividad en fechas que la hoja no trae: se conservan.",
    )


def test_dependency_named_only_by_the_block_keeps_those_that_support(matrix, plan):
    found = matrix([["Línea o dependencia", "Actividad"], ["Secretaría de Salud", "Foro"]])
    run(found, plan)
    activity = plan.activities.get()
    activity.responsibilities.create(dependency=make_dependency(plan.entity, "Apoyo"), part="support")
    assert counted(run(found, plan), "changed") == {}
    assert activity.responsibilities.count() == 2


# --- After approval ---------------------------------------------------------------------------------------------------


def approved(plan):
    plan.state, plan.approved_on = Plan.State.APPROVED, date(2026, 1, 15)
    plan.save()


def test_approved_plan_takes_execution_and_what_hangs_from_it(matrix, plan):
    rows = [list(row) for row in MONTHLY[:5]]
    for row in rows[2:]:
        row[4] = row[6] = None
    run(matrix(rows, merged=MERGED), plan)
    approved(plan)
    found = {
        "Plan": MONTHLY,
        "Métricas": [["Actividad", "Mes", "Indicador", "Valor"], ["Talleres de barrio", "Abril", "Asistentes", 40]],
        "Otros": [["Nombre del evento", "Fecha", "Asistentes"], ["Feria del libro", "2/4/26", 30]],
        "Compromisos": [COMMITMENTS, ["Mesa", "Abril", "Dar el acta", None, "31/08/2026", None]],
    }
    result = run(matrix(found, merged=MERGED), plan)
    assert result.errors == []
    assert counted(result) == {"activities": 1, "sessions": 2, "metrics": 1, "commitments": 1}
    assert counted(result, "changed") == {"sessions": 3}


def test_approved_plan_refuses_its_planned_side_with_the_cell(matrix, plan):
    run(matrix(DATED), plan)
    approved(plan)
    rows = [
        DATED[0],
        ["Diagnóstico", "1.1 Encuesta", 1, "Despacho Alcalde", "29/05/26\n30/05/26"],
        ["Ejecución", "2.1 Audiencia general", 2, "Todas las Dependencias", "30/06/26"],
        ["Cierre", "3.1 Feria", 1, "Despacho Alcalde", "30/06/26"],
        ["Ejecución", "2.2 Informes", "100%", "Despacho Alcalde", "28/02/26\n30/08/26\n1/9/26"],
    ]
    before = rows_stored()
    result = run(matrix(rows), plan)
    how = "Deje en la hoja lo aprobado, o devuelva el plan a borrador para cambiarlo."
    assert said(result.errors) == [
        (
            "D2",
            "Responsables: el plan aprobado dice «Secretaría de Planeación, Despacho Alcalde» y la hoja "
            f"«Despacho Alcalde». {how}",
        ),
        ("B3", f"Nombre: el plan aprobado dice «Audiencia» y la hoja «Audiencia general». {how}"),
        (
            "A4",
            "«Cierre» no está en el plan aprobado. Escriba el nombre aprobado, o devuelva el plan a borrador "
            "para cambiarlo.",
        ),
        (
            "B4",
            "«3.1 Feria» no está en el plan aprobado. Quite la fila, o devuelva el plan a borrador para agregarla.",
        ),
        (
            "E5",
            "«2.2 Informes · 01/09/2026» no está en el plan aprobado. Quite esta fecha, o devuelva el plan a "
            "borrador para programarla.",
        ),
    ]
    assert rows_stored() == before


# --- Bad rows ---------------------------------------------------------------------------------------------------------


def test_text_too_long_says_its_cell_and_the_limit(matrix, plan):
    rows = [["Actividad", "Periodicidad", "Responsable"], ["x" * 501, "y" * 121, None], ["Foro", None, "Z" * 201]]
    result = run(matrix(rows[:2]), plan)
    assert said(result.errors) == [
        ("A2", "Nombre: Asegúrese de que este valor tenga como máximo 500 caracteres (tiene 501)."),
        ("B2", "Periodicidad: Asegúrese de que este valor tenga como máximo 120 caracteres (tiene 121)."),
    ]
    result = run(matrix([rows[0], rows[2]]), plan)
    assert said(result.errors) == [
        (
            "C2",
            f"«{'Z' * 60}…» tiene 201 caracteres y un nombre lleva hasta 200. Revise que sea un nombre.",
        )
    ]


def test_commitments_in_error_say_their_cell(matrix, plan):
    Commitment.objects.create(plan=plan, text="Otro", code="C-9", due_on=date(2026, 5, 1))
    rows = [
        ["Código", *COMMITMENTS],
        ["C-1", "Mesa", "Julio", "Sin plazo", None, None, "Cumplido"],
        ["C-1", "Mesa", "Julio", "Mismo código", None, "31/08/2026", "Volando"],
        ["C-9", "Mesa", "Julio", "Código de otro", None, "31/08/2026", "Incumplido"],
        ["C-4", "Mesa", "15/9/26", "Antes de nacer", None, "31/08/2026", None],
        ["C-5", "mesa", "15/9/26", "antes de nacer", None, "30/09/2026", None],
    ]
    result = run(matrix(rows), plan)
    assert said(result.errors) == [
        ("D2", "El compromiso no tiene fecha límite. Escríbala en su fila."),
        ("D3", "El código C-1 ya está en la celda D2. Cambie uno."),
        (
            "G3",
            "«Volando» no es un estado que se reconozca. Escriba Pendiente, En avance, Cumplido, "
            "Cumplido parcialmente, Incumplido, No viable o Aplazado.",
        ),
        (
            "D4",
            "El plan ya tiene un compromiso C-9 con otro texto, instancia o fecha. Deje en la hoja los que tiene, o "
            "cámbielos antes en el plan.",
        ),
        (
            "G4",
            "«Incumplido» necesita el motivo. Escríbalo después de dos puntos: «Incumplido: por qué».",
        ),
        (
            "F5",
            "La fecha límite es anterior al día en que se adquirió el compromiso. Corrija una de las dos.",
        ),
        ("D6", "Este compromiso ya está en la celda D5. Deje uno de los dos."),
    ]
    assert Commitment.objects.count() == 1


def test_metric_said_twice_is_an_error(matrix, plan):
    rows = [
        ["Actividad", "Mes", "Indicador", "Valor"],
        ["Foro", "Mayo", "Alcance", 10],
        ["Foro", "Mayo", "Personas alcanzadas", 11],
    ]
    assert said(run(matrix(rows), plan).errors) == [
        (
            "D3",
            "«Personas alcanzadas» de esa actividad y ese periodo ya está en la celda D2. Deje un solo valor.",
        )
    ]


def test_database_says_with_its_sentence_what_no_rule_foresaw(matrix, plan):
    activity = make_activity(plan, name="Foro", number="1.1")
    session = make_session(activity, date(2026, 5, 29))
    Session.objects.filter(pk=session.pk).update(withdrawn_on=date(2026, 1, 1), in_force_from=date(2026, 1, 1))
    other = make_activity(plan, name="Foro viejo", number="9")
    found = matrix([["Actividad", "Meta", "Fecha"], ["1.1 Foro", 1, "29/05/26"]])
    assert counted(run(found, plan)) == {"sessions": 1}  # a withdrawn one is history
    assert other.sessions.count() == 0


# --- A plan of its own ------------------------------------------------------------------------------------------------


def test_plan_of_the_title_is_taken_and_its_dates_must_agree(entity):
    stored = make_plan(entity, title="Plan anual")
    assert plan_for(entity, "Plan anual", date(2026, 1, 1), date(2026, 12, 31)) == stored
    with pytest.raises(ValidationError, match="ya existe y va del 01/01/2026 al 31/12/2026"):
        plan_for(entity, "Plan anual", date(2026, 2, 1), date(2026, 12, 31))
    with pytest.raises(ValidationError, match="no puede terminar antes de empezar"):
        plan_for(entity, "Plan raro", date(2026, 2, 1), date(2026, 1, 1))


def test_new_plan_that_somebody_made_meanwhile_is_taken(matrix, entity):
    first, second = (plan_for(entity, "Plan nuevo", date(2026, 1, 1), date(2026, 12, 31)) for _ in range(2))
    run(matrix(DATED), first)
    assert (counted(run(matrix(DATED), second)), Plan.objects.count()) == ({}, 1)


def test_everything_loaded_has_its_entry_in_the_trail(matrix, entity, planner):
    plan = plan_for(entity, "Plan nuevo", date(2026, 1, 1), date(2026, 12, 31))
    load(matrix(MONTHLY, merged=MERGED), plan=plan, by=planner, create_missing=True)
    entries = AuditEntry.objects.filter(actor=planner, entity=entity)
    verbs = {verb: entries.filter(verb=verb).count() for verb in entries.values_list("verb", flat=True)}
    assert verbs == {
        "plan.create": 1,
        "dependency.create": 1,
        "stakeholdergroup.create": 2,
        "strategicline.create": 1,
        "activity.create": 3,
        "activity.update": 2,  # their groups
        "responsibility.create": 2,
        "session.create": 5,
    }


def test_queries_do_not_grow_with_the_rows(matrix, entity):
    def queries(count):
        rows = [
            ["Actividad", "Meta", "Responsable", "Grupos de valor", "Fecha"],
            *([f"{n}. Foro {n}", 1, "Salud", "Ciudadanía", "3/5/26"] for n in range(1, count + 1)),
        ]
        plan = plan_for(entity, f"Plan de {count}", date(2026, 1, 1), date(2026, 12, 31))
        with CaptureQueriesContext(connection) as captured:
            assert run(matrix(rows), plan).errors == []
        return len(captured)

    queries(2)  # the names of the entity are made here
    assert queries(20) == queries(5)


def test_endless_list_of_names_is_one_error_of_its_cell(matrix, plan):
    endless = "palabra, " * 1_000
    result = run(matrix([["Actividad", "Responsable"], ["Foro", endless]]), plan, create_missing=True)
    assert said(result.errors) == [
        (
            "B2",
            "El texto es demasiado largo para ser una lista de nombres. Deje en la celda solo los nombres.",
        )
    ]


@pytest.mark.parametrize("column", ["Fase", "Línea estratégica"])
def test_hundreds_of_phases_or_lines_are_one_error(matrix, plan, column):
    rows = [[column, "Actividad"], *([f"Tema {n}a", f"Foro {n}"] for n in range(201))]
    (error,) = run(matrix(rows), plan).errors
    assert error.place.column == "A"
    assert error.message == (
        "El archivo trae más de 200 nombres distintos en esta columna. Revise que sea la correcta."
    )
    assert not plan.phases.exists() and not plan.lines.exists()
