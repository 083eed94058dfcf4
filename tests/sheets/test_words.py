"""What the words of a sheet mean in our catalogues."""

from datetime import date

import pytest

from activities.models import Activity
from commitments.models import Commitment
from plans.models import CyclePhase
from sheets.loading import words
from sheets.loading.notes import Shortfall, carried_to, explained


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("Diagnóstico", "diagnosis"),
        ("Formulación/Planeación de políticas, planes y programas", "formulation"),
        ("Implementación/ejecución/colaboración", "implementation"),
        ("Subcomponente 2. Diálogo de doble vía", "implementation"),
        ("Control/Evaluación", "evaluation"),
        ("Seguimiento a la implementación", "evaluation"),
        ("Acciones transversales de planeación", "cross_cutting"),
        ("Información de calidad", ""),
    ],
)
def test_stage_of_a_phase(name, stage):
    assert words.stage_of(name) == stage


@pytest.mark.parametrize(
    ("text", "state", "rest"),
    [
        ("Cumplido", "reported_done", ""),
        ("EN AVANCE (80 %)", "in_progress", "80 %"),
        ("Cumplido parcialmente", "partly_done", ""),
        ("No cumplido - faltó dinero", "breached", "faltó dinero"),
        ("Incumplido: sin presupuesto.", "breached", "sin presupuesto"),
        ("Cumplido a medias", "", ""),
        ("Volando", "", ""),
    ],
)
def test_state_of_a_commitment(text, state, rest):
    assert words.state_of(text) == (state, rest)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Presencial", "in_person"),
        ("Presencial y virtual", "hybrid"),
        ("Mixta", "hybrid"),
        ("En línea", "virtual"),
        ("Radio", ""),
    ],
)
def test_modality(text, modality):
    assert words.modality_of(text) == modality


def test_incidence_levels_in_their_order():
    assert words.incidences_of("Consulta y control social") == ["consultation", "control"]
    assert words.incidences_of("Alta") == []


def test_words_lead_to_values_that_the_models_know():
    assert set(words._STAGES) <= set(CyclePhase.Stage.values)
    assert set(words._INCIDENCE) == set(Activity.Incidence.values)
    assert set(words._STATES) <= set(Commitment.State.values)


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
