from dataclasses import replace
from fractions import Fraction

import msgspec
import pytest
from django.utils import translation

from reports import pdf, percentages, sections, wording
from reports.facts import Block
from tests.reports.sample import (
    COMMITMENTS,
    EDITION,
    EXECUTION,
    FINAL,
    FINGERPRINT,
    NO_COMMITMENTS,
    draft,
    figure,
    monthly,
    targets_alone,
)


@pytest.fixture(autouse=True)
def spanish():
    with translation.override("es-co"):
        yield


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (
            figure(206, 199, 1),
            "Se ejecutaron 199 de los 206 espacios programados. Siete no se hicieron: seis tienen su razón y uno sigue "
            "sin explicar.",
        ),
        (figure(206, 206), "Se ejecutaron los 206 espacios programados."),
        (figure(1, 0, 1), "No se ejecutó el único espacio programado. Uno no se hizo y su razón no está registrada."),
        (
            figure(4, 0),
            "No se ejecutó ninguno de los 4 espacios programados. Cuatro no se hicieron; todos tienen su razón.",
        ),
        (
            figure(4, 2, 2),
            "Se ejecutaron 2 de los 4 espacios programados. Dos no se hicieron y ninguno tiene su razón registrada.",
        ),
        (figure(0, 0), "El plan no tiene espacios programados hasta el 31 de diciembre de 2020."),
    ],
)
def test_execution_of_a_final_report(total, said):
    assert wording.execution(replace(EXECUTION, total=total), EDITION) == said


def test_execution_of_a_month_says_the_month_and_so_far():
    snapshot = monthly()
    assert wording.execution(snapshot.execution, snapshot.edition) == (
        "En octubre de 2020 se ejecutaron 38 de los 39 espacios programados. Uno no se hizo y tiene su razón. En lo "
        "corrido del plan van 132 de 133: 99,2\u00a0%. Metas en porcentaje: 1 de 3 metas cumplidas."
    )
    quiet = replace(snapshot.execution, period=figure(0, 0))
    assert wording.execution(quiet, snapshot.edition).startswith(
        "En octubre de 2020 no había espacios programados. En lo corrido"
    )


def test_report_of_schema_1_keeps_its_words():
    """There percentage targets are fractions of spaces; what was published so says so for ever."""
    facts = replace(EXECUTION, total=replace(figure(4, 3), executed=Fraction(5, 2)), percentages=msgspec.UNSET)
    assert wording.execution(facts, EDITION) == (
        "Se ejecutaron 2,5 de los 4 espacios programados. Faltó el equivalente a 1,5 espacios, con su razón registrada."
    )
    first = replace(FINAL, schema=1, execution=replace(facts, no_demand=("5.2 Braille",)))
    html = pdf.document(first, FINGERPRINT)
    assert "puede dar una fracción de espacio" in html
    assert "Sin demanda en el periodo, fuera de lo programado" in html
    assert "no es un espacio" not in html


def test_percentage_targets_are_counted_beside_the_spaces():
    snapshot = monthly()
    assert wording.execution(snapshot.execution, snapshot.edition).endswith(
        "van 132 de 133: 99,2\u00a0%. Metas en porcentaje: 1 de 3 metas cumplidas."
    )
    assert wording.unexplained_targets(snapshot.execution) == (
        "Una meta en porcentaje sin cumplir no tiene causa registrada."
    )
    assert wording.unexplained_targets(EXECUTION) == ""
    rows = percentages.rows(snapshot.execution)
    assert [(row.received, row.attended, row.result, row.goal, row.state) for row in rows] == [
        (348, 337, "96,8\u00a0%", "100\u00a0%", "No cumplida"),
        (0, 0, "no aplica", "100\u00a0%", "Sin demanda"),
        (58, 49, "84,5\u00a0%", "80\u00a0%", "Cumplida"),
        (10, 9, "90,0\u00a0%", "92,5\u00a0%", "Sin reporte: 1 de 2 cortes"),
        (None, None, "–", "90\u00a0%", "Todavía no vence"),
    ]
    assert [row.unexplained for row in rows] == [False, False, False, True, False]
    html = pdf.document(snapshot, FINGERPRINT)
    assert "Una meta en porcentaje no es un espacio" in html
    assert "fracción de espacio" not in html


def test_plan_of_percentage_targets_alone_says_so_instead_of_a_bar():
    snapshot = targets_alone()
    assert wording.execution(snapshot.execution, snapshot.edition) == (
        "El plan solo tiene metas en porcentaje, que no se cuentan como espacios. Metas en porcentaje: 1 de 3 metas "
        "cumplidas."
    )
    assert [(tile.value, tile.label) for tile in sections.execution_tiles(snapshot)] == [
        ("1 de 3", "metas en porcentaje cumplidas")
    ]
    context = sections.context(snapshot, FINGERPRINT)
    assert context["bars"] == []
    assert [(block.name, met.words) for block, met in context["without_bar"]] == [
        ("Subsecretaría técnica", "Metas en porcentaje: 1 de 3 metas cumplidas")
    ]
    assert "<title>Metas en porcentaje: 1 de 3 metas cumplidas</title>" in context["cover_ring"]


def test_gap_without_reason_is_said_in_words():
    assert wording.unexplained(figure(206, 199, 1)) == "Un espacio sin razón registrada."
    assert wording.unexplained(figure(206, 199, 3)) == "Tres espacios sin razón registrada."
    assert wording.unexplained(figure(206, 199)) == ""
    assert (
        wording.gap(EXECUTION.blocks[2])
        == "Consejería de tecnologías de la información no ejecutó 4 de 14 y explica 3."
    )
    assert wording.gap(Block("Hacienda", figure(3, 1, 2), ())) == "Hacienda no ejecutó 2 de 3 y no explica ninguno."


def test_commitments_at_the_cut_off():
    assert wording.commitments(COMMITMENTS) == (
        "Nueve compromisos con la ciudadanía: seis cumplidos, dos vencidos y uno en plazo."
    )
    assert wording.commitments(NO_COMMITMENTS) == "No hay compromisos registrados al corte."
    assert wording.fulfilment(NO_COMMITMENTS) is None
    assert [tile.value for tile in sections.commitments_tiles(FINAL)] == ["9", "6 de 8", "2"]
    assert sections.commitments_tiles(FINAL)[1].label.endswith("75,0\u00a0%")


def test_sections_without_content_are_left_out_and_the_rest_renumbered():
    assert [(part.number, part.slug) for part in sections.sections(FINAL)] == [
        ("01", "objetivo"),
        ("02", "ejecucion"),
        ("03", "participantes"),
        ("04", "metricas"),
        ("05", "compromisos"),
        ("06", "espacios"),
        ("07", "observaciones"),
        ("08", "recomendaciones"),
        ("09", "metodo"),
        ("", "anexo"),
    ]
    assert [part.title for part in sections.sections(draft())] == [
        "Objetivo",
        "Cómo cerró el plan",
        "Nota metodológica",
    ]
    assert [part.title for part in sections.sections(monthly())][1:5] == [
        "Cómo va el plan",
        "Personas participantes",
        "Balance de compromisos",
        "Lo que viene",
    ]
