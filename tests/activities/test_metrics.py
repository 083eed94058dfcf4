"""Names of metrics as people write them."""

from django.utils.translation import override

from activities.metrics import CATALOGUE, kind_of, unit_of


def test_synonym_is_the_same_kind():
    assert [kind_of(name) for name in ("Asistentes", "PARTICIPANTES", "Minutos")] == [
        "participantes",
        "participantes",
        "minutos reproducidos",
    ]


def test_unknown_name_is_a_kind_of_its_own_without_unit():
    assert (kind_of("Escenarios Académicos"), unit_of("escenarios academicos")) == ("escenarios academicos", "")


def test_suggested_name_is_its_kind_in_both_languages():
    for language in ("es-co", "en"):
        with override(language):
            assert {key: kind_of(str(measure.label)) for key, measure in CATALOGUE.items()} == {k: k for k in CATALOGUE}
