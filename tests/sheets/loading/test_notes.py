"""Notes under the totals: which sessions each one explains."""

from datetime import date

import pytest

from activities.models import Session
from plans.models import Plan
from sheets.loading.notes import Shortfall, carried_to, explained
from sheets.loading.result import Choices
from tests.sheets.loading.matrices import MERGED, MONTHLY, counted, run, said


def test_note_explains_by_first_word_and_month():
    sessions = [
        Shortfall("Talleres de barrio", date(2026, 11, 30)),
        Shortfall("Los talleres de campo", date(2026, 12, 31)),
        Shortfall("Sesión del comité", date(2026, 12, 31)),
    ]
    assert explained("El taller no se hizo.", sessions) == [0, 1]
    assert explained("En diciembre no hubo taller.", sessions) == [1]
    assert explained("Faltaron dos sesiones.", sessions) == [2]
    assert explained("La biblioteca cerró.", sessions) == []


def test_note_is_about_the_names_of_which_it_says_more():
    names = [
        "Mesas locales de víctimas",
        "Mesa indígena distrital",
        "Mesas de agendas sectoriales",
        "Visitas a barrios",
    ]
    sessions = [Shortfall(name, date(2026, 12, 31)) for name in names]
    assert explained("No se hicieron la Mesa Indígena Distrital ni la mesa local de Kennedy.", sessions) == [0, 1]
    assert explained("No se hizo ninguna mesa.", sessions) == [0, 1, 2]
    assert explained("Ni la mesa indígena ni las visitas.", sessions) == [1, 3]


@pytest.mark.parametrize(
    ("note", "year"),
    [
        ("Pasan a la vigencia 2027.", 2027),
        ("Pasa a la vigencia siguiente", 2027),
        ("pasa para la siguiente vigencia", 2027),
        ("En la vigencia 2027", None),
    ],
)
def test_note_carries_to_a_year(note, year):
    assert carried_to(note, date(2026, 12, 31)) == year


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
        "La nota no nombra ningún espacio sin cumplir: queda entre las notas del plan.",
    )
    run(found, plan)
    plan.refresh_from_db()
    assert plan.notes == "La biblioteca cerró en mayo."


def test_notes_that_the_plan_has_no_room_for_are_an_error_and_nothing_is_stored(matrix, plan):
    Plan.objects.filter(pk=plan.pk).update(notes="Una nota. " * 1999)
    plan.refresh_from_db()
    result = run(matrix([*MONTHLY[:5], ["* La biblioteca cerró en mayo."]], merged=MERGED), plan)
    [(_cell, sentence)] = said(result.errors)
    assert sentence.startswith("Las notas de la hoja no caben en el plan. Tiene 20.020 caracteres y caben 20.000")
    assert not plan.activities.exists()


def test_note_is_bound_by_the_person_and_stays_bound(matrix, plan):
    found = matrix([*MONTHLY[:5], ["* La biblioteca cerró en mayo."]], merged=MERGED)
    loose = run(found, plan, dry_run=True).notes[0]
    assert [str(label) for _key, label in loose.options] == [
        "Talleres de barrio · abril de 2026",
        "Mesas de salud · abril de 2026",
    ]
    run(found, plan, choices=Choices(notes={loose.key: (loose.options[1][0],)}))
    assert Session.objects.get(activity__name="Mesas de salud", executed_units=0).reason == loose.text
    again = run(found, plan)
    plan.refresh_from_db()
    assert (plan.notes, counted(again, "changed"), again.notes) == ("", {}, [])


def test_reason_written_by_somebody_is_kept(matrix, plan):
    run(matrix(MONTHLY[:5], merged=MERGED), plan)
    Session.objects.filter(activity__name="Mesas de salud", executed_units=0).update(reason="Faltó el salón.")
    result = run(matrix(MONTHLY, merged=MERGED), plan)
    assert Session.objects.get(activity__name="Mesas de salud", executed_units=0).reason == "Faltó el salón."
    assert ("A7", "«Mesas de salud · abril de 2026» ya tiene un motivo escrito: se conserva.") in said(result.warnings)
