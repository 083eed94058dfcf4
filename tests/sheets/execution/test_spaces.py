"""Which space each row means."""

from datetime import date

import pytest

from activities.models import Session
from sheets.export import Context
from sheets.loading.result import choice_key
from tests.activities.returning import accepted, approve
from tests.factories import make_activity, make_dependency, make_session, make_user
from tests.sheets.execution.conftest import HEAD, changes, doubts, said

Q = "Fecha en que se hizo"


def reported():
    rows = Session.objects.filter(executed_units__isnull=False).order_by("pk")
    return [(row.planned_on, row.executed_units, row.held_on) for row in rows]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("1.1", None),
        (None, "Encuentro con las juntas"),
        (None, "1.1 Encuentro con las juntas"),
        (None, "ENCUENTRO CON LAS JUNTAS."),
        ("1.1", "Encuentro con juntas de acción"),
        (7, "Encuentro con las juntas"),  # the number of a list of its own
    ],
)
def test_by_number_or_by_name(bring, number, name):
    assert said(bring([HEAD, [number, name, "16/03/26", "17/03/26"]])) == []
    assert reported() == [(date(2026, 3, 16), 1, date(2026, 3, 17))]


def test_a_name_that_nobody_knows_is_an_error_and_nothing_is_stored(bring):
    rows = [
        ["1.1", None, "16/03/26", "17/03/26"],
        ["9.9", "Feria", None, "17/03/26"],
        [None, "Carnaval", None, "1/3/26"],
    ]
    told = "no es una actividad de este plan. Escriba su número o su nombre como están en el plan."
    assert said(bring([HEAD, *rows])) == [("B3", f"«Feria» {told}"), ("B4", f"«Carnaval» {told}")]
    assert reported() == []


def test_a_number_of_another_activity_is_an_error(bring):
    assert said(bring([HEAD, ["1.1", "Feria de la salud", None, "17/03/26"]])) == [
        (
            "B2",
            "El número 1.1 es en el plan «Encuentro con las juntas», y la fila dice «Feria de la salud». Corrija uno "
            "de los dos.",
        )
    ]


def test_the_day_that_was_programmed_tells_which_else_the_month(bring, encounter):
    make_session(encounter, date(2026, 3, 23))
    make_session(encounter, date(2026, 4, 6))
    rows = [["1.1", None, "16/03/26", "16/03/26"], ["1.1", None, "23/03/26", "2/04/26"], ["1.1", None, None, "7/04/26"]]
    assert said(bring([HEAD, *rows])) == []
    assert reported() == [
        (date(2026, 3, 16), 1, date(2026, 3, 16)),
        (date(2026, 3, 23), 1, date(2026, 4, 2)),
        (date(2026, 4, 6), 1, date(2026, 4, 7)),
    ]


def test_another_planned_day_of_the_month_is_taken_and_told(bring):
    assert doubts(bring([HEAD, ["1.1", None, "20/03/26", "20/03/26"]])) == [
        (
            "C2",
            "El plan lo tiene programado así: 16 de marzo de 2026. Se toma ese espacio, y su fecha programada no "
            "cambia.",
        )
    ]


def test_of_several_the_person_chooses_one_or_says_that_it_was_another(bring, encounter):
    first = Session.objects.get()
    second = make_session(encounter, date(2026, 3, 23))
    rows = [HEAD, ["1.1", "Encuentro con las juntas", None, "18/03/26", None, 40]]
    result = bring(rows)
    assert said(result) == [
        ("B2", "La fila puede ser de 2 espacios de ese mes: elija cuál es, o escriba su fecha exacta.")
    ]
    (asked,) = result.spaces
    assert [(value, str(words)) for value, words in asked.options] == [
        (str(first.pk), "1.1 Encuentro con las juntas · 16 de marzo de 2026"),
        (str(second.pk), "1.1 Encuentro con las juntas · 23 de marzo de 2026"),
        ("extra", "Es un espacio de «Encuentro con las juntas» que no estaba programado"),
        ("out", "Dejar la fila por fuera"),
    ]
    key = choice_key("H 2")
    assert asked.key == key and asked.taken == ""
    assert (said(bring(rows, spaces={key: "out"})), reported()) == ([], [])
    assert said(bring(rows, spaces={key: str(second.pk)}, dry_run=True)) == []
    assert said(bring(rows, spaces={key: "extra"})) == []
    assert reported() == [(date(2026, 3, 18), 1, date(2026, 3, 18))]
    extra = Session.objects.get(planned_on=date(2026, 3, 18))
    assert (extra.planned_units, extra.attendance_total, extra.activity) == (0, 40, encounter)
    # and the same sheet again finds it
    assert (said(bring(rows)), changes(bring(rows))) == ([], {})


def test_a_choice_of_a_space_that_was_not_offered_is_none(bring, plan, encounter):
    make_session(encounter, date(2026, 3, 23))
    other = make_session(make_activity(plan, make_dependency(plan.entity)), date(2026, 3, 23))
    result = bring([HEAD, ["1.1", None, None, "18/03/26"]], spaces={choice_key("H 2"): str(other.pk)})
    assert len(said(result)) == 1 and reported() == []


def test_two_rows_of_one_space_are_an_error(bring):
    row = ["1.1", None, "16/03/26", "17/03/26"]
    assert said(bring([HEAD, row, row])) == [("A3", "La fila 2 ya dice qué pasó con este mismo espacio: deje una.")]


def test_a_space_that_was_withdrawn_is_not_reported(bring, encounter):
    Session.objects.update(withdrawn_on=date(2026, 3, 1))
    assert said(bring([HEAD, ["1.1", None, "16/03/26", "17/03/26"]])) == [
        (
            "C2",
            "El espacio (16 de marzo de 2026) se retiró del plan el 1 de marzo de 2026: no se reporta. Quite esta "
            "fila.",
        )
    ]


def test_one_that_was_moved_is_the_one_that_replaced_it(bring, encounter):
    new = make_session(encounter, date(2026, 4, 20), in_force_from=date(2026, 3, 1))
    Session.objects.exclude(pk=new.pk).update(withdrawn_on=date(2026, 3, 1), replaced_by=new)
    result = bring([HEAD, ["1.1", None, "16/03/26", "20/04/26"]])
    assert doubts(result) == [
        ("C2", "El espacio (16 de marzo de 2026) pasó a otra fecha (20 de abril de 2026): se toma ese.")
    ]
    assert reported() == [(date(2026, 4, 20), 1, date(2026, 4, 20))]


def test_one_that_passes_to_another_year_is_reported_in_its_page(bring):
    Session.objects.update(carried_to_year=2027, reason="Agenda")
    assert said(bring([HEAD, ["1.1", None, "16/03/26", "17/03/26"]])) == [
        ("A2", "Este espacio pasa a la vigencia 2027. Si sí se hizo, repórtelo en su página.")
    ]


def test_rows_of_another_dependency_are_refused_with_its_name(bring, plan, planner):
    other = make_activity(plan, make_dependency(plan.entity, "Secretaría de Salud"), number="2.1", name="Jornada")
    make_session(other, date(2026, 3, 9))
    rows = [HEAD, ["1.1", None, "16/03/26", "17/03/26"], ["2.1", "Jornada", "09/03/26", "09/03/26"]]
    assert said(bring(rows)) == [
        ("B3", "«Jornada» es de «Secretaría de Salud», y usted reporta lo de su dependencia: quite esta fila.")
    ]
    assert reported() == []
    assert said(bring(rows, by=planner)) == []
    assert len(reported()) == 2


def test_a_supporting_head_and_one_of_all_report_too(bring, plan, dependency):
    lead = make_dependency(plan.entity)
    shared = make_activity(plan, lead, number="3.1", name="Rendición de cuentas")
    shared.responsibilities.create(dependency=dependency, part="support")
    everybody = make_activity(plan, number="3.2", name="Publicar", all_dependencies=True)
    for activity in (shared, everybody):
        make_session(activity, date(2026, 3, 9))
    rows = [HEAD, ["3.1", None, None, "09/03/26"], ["3.2", None, None, "09/03/26"]]
    assert (said(bring(rows)), len(reported())) == ([], 2)


def test_a_month_that_was_accepted_takes_nothing_more(bring, plan, dependency, head, planner):
    approve(plan)
    bring([HEAD, ["1.1", None, "16/03/26", "17/03/26", 1, 30]])
    accepted(plan, dependency, head=head, planner=planner)
    ((cell, sentence),) = said(bring([HEAD, ["1.1", None, "16/03/26", "17/03/26", 1, 31]]))
    assert (cell, sentence) == (
        "F2",
        "Planeación ya aceptó el formato interno de marzo de 2026 de «Secretaría de Gobierno», y lo reportado de ese "
        "mes no cambia. Planeación puede reabrirlo, con un motivo.",
    )
    assert said(bring([HEAD, ["1.1", None, "16/03/26", "17/03/26", 1, 30]])) == []


def test_the_key_of_a_row_says_its_space(bring, plan, encounter):
    make_session(encounter, date(2026, 3, 23))
    second = Session.objects.get(planned_on=date(2026, 3, 23))
    key = Context(plan).key(second.pk)
    rows = [["Clave", "Actividad", Q], [key, "Otro nombre", "18/03/26"], ["12345678-1", None, "18/03/26"]]
    assert said(bring(rows)) == [("A3", "La clave «12345678-1» no es de este plan: bórrela.")]
    assert said(bring(rows[:2])) == []
    assert reported() == [(date(2026, 3, 23), 1, date(2026, 3, 18))]


def test_what_changed_after_the_preview_is_told_and_not_written_over(bring, encounter):
    rows = [HEAD, ["1.1", None, "16/03/26", "17/03/26", 1, 30]]
    seen = bring(rows, dry_run=True).seen
    space = Session.objects.get()
    assert seen == {space.pk: 0}
    Session.objects.update(executed_units=1, held_on=date(2026, 3, 16), attendance_total=50, revision=1)
    result = bring(rows, seen=seen)
    assert said(result) == [
        ("A2", "Alguien cambió este espacio después de la vista previa: mire qué cambiaría y vuelva a guardar.")
    ]
    assert Session.objects.get().attendance_total == 50
    assert changes(result) == {
        "1.1 Encuentro con las juntas · 16 de marzo de 2026": [
            ("Realizado el", "16 de marzo de 2026", "17 de marzo de 2026"),
            ("Asistentes", "50", "30"),
        ]
    }
    assert said(bring(rows, seen=result.seen)) == []


def test_of_an_activity_that_changed_hands_both_ends_are_found(bring, plan, dependency, encounter, planner):
    """What was reported stayed under who led it; the rest goes on under its new number's owner."""
    encounter.withdrawn_on = date(2026, 4, 1)
    encounter.save()
    heir = make_dependency(plan.entity, "Secretaría de Salud")
    new = make_activity(
        plan, heir, number="1.1", name="Encuentro con las juntas", replaces=encounter, in_force_from=date(2026, 4, 1)
    )
    make_session(new, date(2026, 5, 4), in_force_from=date(2026, 4, 1))
    rows = [HEAD, ["1.1", None, "16/03/26", "17/03/26"], ["1.1", None, "04/05/26", "05/05/26"]]
    assert said(bring(rows, by=planner)) == []
    assert [(row.activity, row.held_on) for row in Session.objects.order_by("planned_on")] == [
        (encounter, date(2026, 3, 17)),
        (new, date(2026, 5, 5)),
    ]
    months = [["Actividad", "Marzo", None, "Mayo", None], [None, "P", "E", "P", "E"]]
    merged = ["A1:A2", "B1:C1", "D1:E1"]
    result = bring([*months, ["Encuentro con las juntas", 1, 1, 1, 1]], by=planner, merged=merged)
    assert (said(result), changes(result)) == ([], {})
    # the one who leads it now reports what is theirs
    other = make_user(plan.entity, "head", heir)
    assert said(bring(rows, by=other)) == [
        (
            "C2",
            "«Encuentro con las juntas» es de «Secretaría de Gobierno», y usted reporta lo de su dependencia: quite "
            "esta fila.",
        )
    ]
