"""What the words of a sheet mean in our catalogues."""

import pytest

from activities.models import Activity
from commitments.models import Commitment
from matrices.reading import vocabulary
from plans.models import CyclePhase


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
    assert vocabulary.stage_of(name) == stage


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
    assert vocabulary.state_of(text) == (state, rest)


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
    assert vocabulary.modality_of(text) == modality


def test_incidence_levels_in_their_order():
    assert vocabulary.incidences_of("Consulta y control social") == ["consultation", "control"]
    assert vocabulary.incidences_of("Alta") == []


def test_words_lead_to_values_that_the_models_know():
    assert set(vocabulary._STAGES) <= set(CyclePhase.Stage.values)
    assert set(vocabulary._INCIDENCE) == set(Activity.Incidence.values)
    assert set(vocabulary._STATES) <= set(Commitment.State.values)
