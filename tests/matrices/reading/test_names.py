"""Names of dependencies and groups: compared, split and looked up."""

import pytest

from display.text import normalise
from matrices.reading.names import Lexicon, Likeness, is_every_group, is_everyone, is_too_long

KNOWN = {
    "Secretaría de Planeación": "planning",
    "Planeación": "planning",
    "Despacho Alcalde": "mayor",
    "OATIC": "it",
    "Prensa y Comunicaciones": "press",
    "Alta Consejería para los derechos de las víctimas, la paz y la reconciliación": "victims",
    "Niñas, niños y adolescentes": "children",
    "Secretaría de Hacienda": "treasury",
}
LIKE = Likeness(KNOWN)


def test_normalise_takes_off_accents_case_and_punctuation():
    assert normalise("  Atención  a la NIÑEZ,\ny Adolescencia. ") == "atencion a la ninez y adolescencia"
    assert normalise("Control/Evaluación") == "control evaluacion"
    assert normalise("*") == ""


def test_closest_is_a_slip_and_not_another_name():
    assert LIKE.closest("secretaria de planeacion") == "Secretaría de Planeación"
    assert LIKE.closest("secretaria de planecion") == "Secretaría de Planeación"
    assert LIKE.closest("secretaria de salud") is None


def test_nearest_offers_what_shares_words_or_letters():
    assert LIKE.nearest("Planeacion Municipal", n=2) == ["Planeación", "Secretaría de Planeación"]
    assert LIKE.nearest("Secretaría de Hacenda", n=1) == ["Secretaría de Hacienda"]
    assert LIKE.nearest("Bomberos") == []


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ("Secretaría de Planeación\nDespacho Alcalde", ["planning", "mayor"]),
        ("Secretaría de Planeación Despacho Alcalde", ["planning", "mayor"]),
        ("SECRETARIA DE PLANEACION, oatic", ["planning", "it"]),
        ("Secretaría\nde Planeación", ["planning"]),
        ("OATIC / Despacho Alcalde + Prensa y Comunicaciones", ["it", "mayor", "press"]),
        ("Secretaría de Planeación - OATIC", ["planning", "it"]),
        (
            "Alta consejería para los derechos de las víctimas, la paz y la reconciliación y OATIC",
            ["victims", "it"],
        ),
        ("Niñas, niños y adolescentes; Secretaría de Hacienda", ["children", "treasury"]),
        ("OATIC\nOATIC", ["it"]),
        ("", []),
        (" \n; ", []),
    ],
)
def test_known_names_with_and_without_separators(raw, values):
    assert [value for _, value in Lexicon(KNOWN).split(raw)] == values


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Secretaría de Planeación Territorial", [("Secretaría de Planeación Territorial", None)]),
        ("Subdirección de la Secretaría de Planeación", [("Subdirección de la Secretaría de Planeación", None)]),
        ("Cultura, Recreación y Deporte", [("Cultura, Recreación y Deporte", None)]),
        ("OATIC, Bomberos", [("OATIC, Bomberos", None)]),
        ("OATIC y Comunicaciones", [("OATIC y Comunicaciones", None)]),
        ("OATIC; Bomberos", [("OATIC", "it"), ("Bomberos", None)]),
        ("OATIC, Oficina de Víctimas", [("OATIC", "it"), ("Oficina de Víctimas", None)]),
        ("Bomberos y OATIC", [("Bomberos", None), ("OATIC", "it")]),
        ("Secretaría de Salud y Oficina de Víctimas", [("Secretaría de Salud", None), ("Oficina de Víctimas", None)]),
        ("Oficina de Víctimas OATIC", [("Oficina de Víctimas OATIC", None)]),
        ("OATIC Oficina de Víctimas", [("OATIC Oficina de Víctimas", None)]),
        ("OATIC (Bomberos)", [("OATIC (Bomberos)", None)]),
        ("OATIC (líder), Bomberos (apoyo)", [("OATIC", "it"), ("Bomberos", None)]),
        ("Todas las Áreas Despacho Alcalde", [("Todas las Áreas", None), ("Despacho Alcalde", "mayor")]),
        ("OATIC\nTodas las Dependencias", [("OATIC", "it"), ("Todas las Dependencias", None)]),
        ("Bomberos Todas las Dependencias", [("Bomberos", None), ("Todas las Dependencias", None)]),
    ],
)  # fmt: skip
def test_unknown_names_are_cut_only_where_it_is_safe(raw, names):
    assert Lexicon(KNOWN).split(raw) == names


def test_sets_are_not_names():
    for text in (
        "Todas las dependencias", "TODAS LAS SECRETARÍAS", "Todos", "Todas", "todas las áreas", "Toda la entidad",
        "Todas las dependencias de la Alcaldía Municipal", "Todos los procesos", "Todos los líderes de proceso",
    ):  # fmt: skip
        assert is_everyone(text), text
    for text in ("Todas las víctimas", "Secretaría de Todos", "Dependencias", ""):
        assert not is_everyone(text), text


def test_sets_of_groups_are_not_groups():
    for text in ("Todos los grupos de valor", "Todos los grupos de interés", "TODOS", "Todas las partes interesadas"):
        assert is_every_group(text), text
    for text in ("Toda la ciudadanía", "Todos los jóvenes", "Grupos de valor"):
        assert not is_every_group(text), text


def test_names_that_a_sentence_mentions():
    assert Lexicon(KNOWN).mentioned("OATIC, y también de la Secretaría de Hacienda") == [("OATIC", "it")]


def test_no_name_has_more_than_25_words():
    assert not is_too_long("de la " * 12)
    assert is_too_long("de la " * 13)
