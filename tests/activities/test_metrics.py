"""Names of metrics as people write them."""

from activities.metrics import kind_of, unit_of


def test_synonym_is_the_same_kind():
    assert [kind_of(name) for name in ("Asistentes", "PARTICIPANTES", "Minutos")] == [
        "participantes",
        "participantes",
        "minutos reproducidos",
    ]


def test_unknown_name_is_a_kind_of_its_own_without_unit():
    assert (kind_of("Escenarios Académicos"), unit_of("escenarios academicos")) == ("escenarios academicos", "")
