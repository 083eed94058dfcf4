"""What one row reports: the rules are those of the form of a space."""

from datetime import date

import pytest

from accounts.models import AuditEntry
from activities.models import Disaggregation, Session
from tests.factories import make_activity, make_session
from tests.sheets.execution.conftest import HEAD, changes, doubts, said

REASONS = (
    "«Cruce de agendas», «Lo pidieron los grupos convocados», «No hubo quórum o inscripciones», «Logística o lugar», "
    "«Presupuesto o contratación», «Fuerza mayor: clima, orden público, emergencia», «Cambió una norma o una orden», "
    "«Cambio en el equipo o en la dependencia», «Otro motivo»"
)


def test_one_that_was_held_is_reported(one, space):
    result = one(held="17 de marzo de 2026", done="sí", people="35 personas", told="Pidieron luz")
    assert said(result) == []
    assert changes(result) == {
        "1.1 Encuentro con las juntas · 16 de marzo de 2026": [
            ("Realizado el", "", "17 de marzo de 2026"),
            ("Cantidad ejecutada", "", "1"),
            ("Asistentes", "", "35"),
            ("Aportes de los asistentes", "", "Pidieron luz"),
        ]
    }
    now = space()
    assert (now.executed_units, now.held_on, now.attendance_total) == (1, date(2026, 3, 17), 35)
    assert (now.contributions, now.revision) == ("Pidieron luz", 1)


@pytest.mark.parametrize("written", [date(2026, 3, 17), 46098, "17/03/26", "17/03/2026", "Martes 17 de marzo"])
def test_a_date_is_read_however_it_is_written(one, space, written):
    assert said(one(held=written)) == []
    assert (space().held_on, space().executed_units) == (date(2026, 3, 17), 1)


@pytest.mark.parametrize("written", ["si", "Sí", "x", "X", "cumplido", "Realizada", "✓", True, 1, "1", "100%"])
def test_done_is_said_in_many_ways(one, space, written):
    assert said(one(held="17/03/26", done=written)) == []
    assert space().executed_units == 1


@pytest.mark.parametrize("written", ["no", "No se hizo", "cancelado", False, 0])
def test_so_is_not_done(one, space, written):
    assert said(one(done=written, why="Cruce de agendas")) == []
    now = space()
    assert (now.executed_units, now.held_on, now.reason_kind, now.reason) == (0, None, "agenda", "Cruce de agendas")


@pytest.mark.parametrize("written", ["pendiente", "En proceso", "programado"])
def test_what_waits_reports_nothing(one, space, written):
    result = one(done=written)
    assert (said(result), changes(result)) == ([], {})
    assert space().executed_units is None


@pytest.mark.parametrize(
    ("cells", "cell", "sentence"),
    [
        ({"done": "tal vez"}, "E2", "«tal vez» no dice si se hizo: escriba cuántos se hicieron, «sí» o «no»."),
        ({"done": "parcial"}, "E2", "Se hizo en parte: escriba cuántos se hicieron, con un número."),
        ({"done": 0.5}, "E2", "«0,5» no dice si se hizo: escriba cuántos se hicieron, «sí» o «no»."),
        ({"held": "01/07/26"}, "D2", "Esa fecha todavía no llega: se reporta lo que ya se hizo."),
        ({"held": "17/03/2016"}, "D2", "Revise el año: es anterior al del plan."),
        ({"held": "31/02/26"}, "D2", None),
        ({"held": "17/03/26 y 18/03/26"}, "D2", "Aquí va una sola fecha: use una fila para cada espacio."),
        ({"people": "muchas"}, "F2", "«muchas» no es una cantidad: escriba un número entero, por ejemplo 35."),
        ({"people": -3}, "F2", "«-3» no es una cantidad: escriba un número entero, por ejemplo 35."),
        ({"done": "no"}, "A2", f"Diga por qué no se hizo: {REASONS}."),
        ({"done": "no", "why": "Otro motivo"}, "J2", "Si es otro motivo, escriba cuál."),
        (
            {"done": "no", "why": "Cruce de agendas", "held": "17/03/26"},
            "D2",
            "Dice que no se hizo y trae la fecha en que se hizo: deje lo uno o lo otro.",
        ),
        (
            {"done": "no", "why": "Cruce de agendas", "people": 12},
            "F2",
            "Dice que no se hizo y trae esta cantidad: deje lo uno o lo otro.",
        ),
        ({"told": "Pidieron luz"}, "A2", "La fila no dice si se hizo: escriba cuántos se hicieron, «sí» o «no»."),
    ],
)
def test_what_the_form_refuses_is_an_error_at_its_cell(one, space, cells, cell, sentence):
    ((where, told),) = said(one(**cells))
    assert where == cell
    assert sentence is None or told == sentence
    assert space().revision == 0


def test_groups_add_up_to_the_total_at_most(one, space, entity):
    entity.groups.create(name="Mujeres")
    result = one(held="17/03/26", people=10, women=12)
    assert said(result) == [
        (
            "F2",
            "Los grupos suman 12 y los asistentes son 10. A quien es de dos grupos, cuéntelo en uno solo; si el total "
            "está mal, corríjalo.",
        )
    ]
    assert said(one(held="17/03/26", women=12)) == []
    assert space().attendance_total == 12
    assert list(space().attendances.values_list("group__name", "people")) == [("Mujeres", 12)]
    assert changes(one(held="17/03/26", women=13, people=20)) == {
        "1.1 Encuentro con las juntas · 16 de marzo de 2026": [
            ("Asistentes", "12", "20"),
            ("Quiénes asistieron", "Mujeres: 12", "Mujeres: 13"),
        ]
    }
    assert list(space().attendances.values_list("people", flat=True)) == [13]


def test_a_differential_count_is_never_of_more_people_than_came(one, space):
    one(held="17/03/26", people=30)
    Disaggregation.objects.create(session=space(), variable="sex", value="woman", people=20)
    assert said(one(people=15)) == [("F2", "«Sexo» suma 20 y los asistentes son 15: corrija lo uno o lo otro.")]


def test_without_a_day_it_is_that_of_the_plan_and_the_person_is_told(one, space):
    assert doubts(one(done="x")) == [
        ("E2", "La fila no dice en qué fecha se hizo: queda la programada, 16 de marzo de 2026.")
    ]
    assert space().held_on == date(2026, 3, 16)


def test_of_what_is_still_to_come_the_day_is_asked(bring, encounter):
    make_session(encounter, date(2026, 9, 1))
    row = ["1.1", None, "01/09/26", None, "sí"]
    assert said(bring([HEAD, row])) == [("E2", "Diga en qué fecha se hizo.")]


def test_what_is_filled_in_before_its_day_reports_nothing(bring, encounter):
    make_session(encounter, date(2026, 9, 1))
    head = ["Número", "Actividad", "Fecha programada", "Cuántos se hicieron", "Asistentes", "Lugar", "Temas"]
    result = bring([head, ["1.1", None, "01/09/26", 0, 0, "Casa comunal", "Agua"]])
    assert (said(result), changes(result)) == ([], {})


def test_less_than_was_programmed_needs_a_reason(bring, encounter):
    many = make_session(encounter, date(2026, 4, 30), planned_precision="month", planned_units=5)
    row = ["1.1", None, "abril", "29/04/26", 3]
    assert said(bring([HEAD, row])) == [("A2", "Se hizo menos de lo programado: diga por qué.")]
    result = bring([HEAD, [*row, None, None, None, None, "Llovió", "toda la semana"]])
    assert doubts(result) == [("J2", "No es un motivo de la lista: queda como «Otro motivo», con estas palabras.")]
    many.refresh_from_db()
    assert (many.executed_units, many.reason_kind, many.reason) == (3, "other", "Llovió; toda la semana")
    bring([HEAD, ["1.1", None, "abril", "29/04/26", 5]])
    many.refresh_from_db()
    assert (many.executed_units, many.reason_kind, many.reason) == (5, "", "")


def test_a_reason_of_the_list_keeps_the_words_beside_it(one, space):
    one(done="no", why="Fuerza mayor", more="Se cayó el puente")
    assert (space().reason_kind, space().reason) == ("force_majeure", "Se cayó el puente")


def test_more_than_was_programmed_is_asked_about(one, space):
    assert doubts(one(held="17/03/26", done=35)) == [("E2", "¿35 de 1? ¿Quiso decir asistentes?")]
    assert space().executed_units == 35


def test_what_was_reported_held_is_not_taken_back_by_a_sheet(one, space):
    one(held="17/03/26", people=30)
    assert said(one(done="no", why="Cruce de agendas")) == [
        (
            "E2",
            "Ya se reportó que este espacio se hizo (17 de marzo de 2026). Si no fue así, cámbielo en su página.",
        )
    ]


def test_what_was_not_held_may_be_told_to_have_been(one, space):
    one(done="no", why="Cruce de agendas")
    one(held="20/03/26", done=1)
    assert (space().executed_units, space().held_on, space().reason, space().reason_kind) == (
        1,
        date(2026, 3, 20),
        "",
        "",
    )


def test_an_empty_cell_erases_nothing_and_the_same_sheet_twice_changes_nothing(one, space):
    one(held="17/03/26", people=30, told="Pidieron luz")
    result = one(held="17/03/26", people=30)
    assert (said(result), changes(result)) == ([], {})
    assert (space().contributions, space().revision) == ("Pidieron luz", 1)
    assert changes(one(people=31)) == {
        "1.1 Encuentro con las juntas · 16 de marzo de 2026": [("Asistentes", "30", "31")]
    }


def test_of_a_percentage_both_numbers_are_told(bring, plan, dependency):
    goal = make_activity(plan, dependency, number="2.1", name="Responder", target_kind="percentage", target_value=100)
    measured = make_session(goal, date(2026, 3, 31), planned_precision="month")
    head = ["Número", "Actividad", "Mes", "Fecha", "Recibidos", "Atendidos", "Motivo"]
    row = ["2.1", None, "Marzo", "31/03/26"]
    assert said(bring([head, [*row, 20, None]])) == [
        ("A2", "Un porcentaje necesita los dos números: recibidos y atendidos.")
    ]
    assert said(bring([head, [*row, 20, 21]])) == [("F2", "Los atendidos no pueden ser más que los recibidos.")]
    assert said(bring([head, [*row, 20, 19]])) == [("A2", "Se hizo menos de lo programado: diga por qué.")]
    assert said(bring([head, [*row, 20, 19, "Cruce de agendas"]])) == []
    measured.refresh_from_db()
    assert (measured.numerator, measured.denominator, measured.executed_units) == (19, 20, None)
    assert measured.held_on == date(2026, 3, 31)


def test_every_write_has_its_entry_and_its_cells(bring, plan, head, encounter, space):
    bring([HEAD, ["1.1", None, "16/03/26", "17/03/26", 1, 30]])
    entry = AuditEntry.objects.get(verb="session.update")
    assert (entry.actor, entry.changes["attendance_total"]) == (head, [None, 30])
    assert Session.objects.get().search_text == space().search_text
