"""Notes under the totals: which sessions each one explains."""

from datetime import date

import pytest

from sheets.loading.notes import Shortfall, carried_to, explained


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
