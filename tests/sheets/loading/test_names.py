"""Names of dependencies and groups: compared, split and looked up."""

import pytest

from display.text import normalise
from sheets.loading.names import closest, is_everyone, nearest, split_names

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


def test_normalise_takes_off_accents_case_and_punctuation():
    assert normalise("  Atención  a la NIÑEZ,\ny Adolescencia. ") == "atencion a la ninez y adolescencia"
    assert normalise("Control/Evaluación") == "control evaluacion"
    assert normalise("*") == ""


def test_closest_is_a_slip_and_not_another_name():
    assert closest("secretaria de planeacion", KNOWN) == "Secretaría de Planeación"
    assert closest("secretaria de planecion", KNOWN) == "Secretaría de Planeación"
    assert closest("secretaria de salud", KNOWN) is None


def test_nearest_offers_what_shares_words_or_letters():
    assert nearest("Planeacion Municipal", KNOWN, n=2) == ["Planeación", "Secretaría de Planeación"]
    assert nearest("Secretaría de Hacenda", KNOWN, n=1) == ["Secretaría de Hacienda"]
    assert nearest("Bomberos", KNOWN) == []


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
    assert [value for _, value in split_names(raw, KNOWN)] == values


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Secretaría de Planeación Territorial", [("Secretaría de Planeación Territorial", None)]),
        ("Subdirección de la Secretaría de Planeación", [("Subdirección de la Secretaría de Planeación", None)]),
        ("Cultura, Recreación y Deporte", [("Cultura, Recreación y Deporte", None)]),
        ("OATIC, Bomberos", [("OATIC", "it"), ("Bomberos", None)]),
        ("Bomberos y OATIC", [("Bomberos", None), ("OATIC", "it")]),
        ("Secretaría de Salud y Oficina de Víctimas", [("Secretaría de Salud", None), ("Oficina de Víctimas", None)]),
        ("Oficina de Víctimas OATIC", [("Oficina de Víctimas OATIC", None)]),
        ("OATIC Oficina de Víctimas", [("OATIC", "it"), ("Oficina de Víctimas", None)]),
        ("OATIC (Bomberos)", [("OATIC", "it"), ("Bomberos", None)]),
        ("OATIC (líder), Bomberos (apoyo)", [("OATIC", "it"), ("Bomberos", None)]),
        ("Todas las Áreas Despacho Alcalde", [("Todas las Áreas", None), ("Despacho Alcalde", "mayor")]),
        ("OATIC\nTodas las Dependencias", [("OATIC", "it"), ("Todas las Dependencias", None)]),
    ],
)  # fmt: skip
def test_unknown_names_are_cut_only_where_it_is_safe(raw, names):
    assert split_names(raw, KNOWN) == names


def test_sets_are_not_names():
    for text in (
        "Todas las dependencias", "TODAS LAS SECRETARÍAS", "Todos", "Todas", "todas las áreas", "Toda la entidad",
        "Todas las dependencias de la Alcaldía Municipal", "Todos los procesos", "Todos los líderes de proceso",
    ):  # fmt: skip
        assert is_everyone(text), text
    for text in ("Todas las víctimas", "Secretaría de Todos", "Dependencias", ""):
        assert not is_everyone(text), text
