"""What people write: figures by their name, and texts pasted from a word processor."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from reports import snapshot, texts
from reports.models import Report
from tests.factories import make_activity, make_session

FIGURES = {"ejecución total": "96,6\u00a0%", "espacios ejecutados": "199", "espacios programados": "206"}


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Uno.\r\nDos.\r\n\r\nTres.", "Uno.\n\nDos.\n\nTres."),
        ("Una frase que\nsigue abajo.\nOtra.", "Una frase que sigue abajo.\n\nOtra."),
        ("\tSangría\ty  espacios", "Sangría y espacios"),
        ("Hubo:\n•\tferias\n•\tmesas\no\trutas", "Hubo:\n\n–\u00a0ferias\n\n–\u00a0mesas\n\n–\u00a0rutas"),
        ("\uf0b7 Wingdings\u000bsigue", "–\u00a0Wingdings sigue"),
        ("parti\u00adci\u00adpación\u200b\ufeff", "participación"),
        ("“Comillas” y ‘simples’ …", "“Comillas” y ‘simples’ …"),
        ("Fue 96,6% y no 95 %.", "Fue 96,6\u00a0% y no 95\u00a0%."),
        ("Vea https://x.co/a%20b/1%20c", "Vea https://x.co/a%20b/1%20c"),
        ("مشاركة المواطنين", "مشاركة المواطنين"),
        ("- un guion de lista\n-5 grados", "–\u00a0un guion de lista -5 grados"),
    ],
)
def test_text_pasted_from_a_word_processor_prints_well(typed, printed):
    assert texts.listed({"reading": typed}) == {"reading": printed}


def test_points_lose_the_bullets_and_numbers_that_the_pages_give_them():
    typed = [
        "•\tAvisar antes.",
        " ",
        "2. Ir a la vereda.\r",
        "2026. Fue un buen año.",
        "\uf0a7 Abrir",
        "4. Cuarto, quinto",
    ]
    assert texts.listed({"recommendations": typed}) == {
        "recommendations": ["Avisar antes.", "Ir a la vereda.", "2026. Fue un buen año.", "Abrir", "4. Cuarto, quinto"]
    }
    assert texts.point("•\tAvisar antes,\n y bien. ") == "Avisar antes, y bien."


def test_texts_without_words_are_left_out():
    assert texts.listed({"reading": " \r\n\t", "observations": ["", "• "], "objective": None}) == {}


def test_name_between_braces_prints_its_figure():
    typed = ["Se hizo el {Ejecución  total}: {espacios ejecutados} de {espacios\u00a0programados}.", "{otra}"]
    assert texts.with_figures(typed, FIGURES) == ["Se hizo el 96,6\u00a0%: 199 de 206.", "{otra}"]


def test_unknown_name_is_told_with_the_nearest():
    typed = ["{ejecucion total}, {espacios}, {zzz} y {espacios ejecutados}", ["{zzz}"]]
    assert texts.unknown_figures(typed, FIGURES) == {
        "ejecucion total": ["ejecución total"],
        "espacios": ["espacios ejecutados", "espacios programados"],
        "zzz": [],
    }


def test_many_short_lines_are_too_many_paragraphs():
    with pytest.raises(ValidationError) as caught:
        texts.check({"reading": "Sí.\n" * 201})
    assert caught.value.messages == ["Son 201 párrafos y caben 200: reúna los que van juntos."]


def test_snapshot_prints_the_value(plan, dependency):
    activity = make_activity(plan, dependency)
    make_session(activity, executed_units=1, held_on=date(2026, 3, 16))
    make_session(activity, date(2026, 4, 16))
    written = {"reading": "Se hizo el {ejecución total}.", "participants": "Faltó {espacios sin ejecutar}."}
    facts = snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=date(2026, 12, 31), narrative=written))
    printed = {name: text for section in facts.sections for name, text in section.texts.items()}
    assert printed == {"reading": "Se hizo el 50,0\u00a0%.", "participants": "Faltó 1."}
