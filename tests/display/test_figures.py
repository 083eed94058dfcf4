from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.utils import translation

from display import dates, figures, text


@pytest.fixture(autouse=True)
def spanish():
    with translation.override("es-co"):
        yield


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (Fraction(199, 206), "96,6\u00a0%"),
        (Fraction(10, 14), "71,4\u00a0%"),
        (Fraction(1), "100,0\u00a0%"),
        (Fraction(0), "0,0\u00a0%"),
        (Fraction(12345, 1000), "1.234,5\u00a0%"),
        (Fraction(5, 10000), "0,1\u00a0%"),  # half up: Python's own rounding says 0,0
        (Decimal("0.8225"), "82,3\u00a0%"),
        (Fraction(2499, 2500), "99,9\u00a0%"),  # 99,96: what is not whole never reads as if it were
        (Fraction(2501, 2500), "100,0\u00a0%"),
        (None, "no aplica"),
    ],
)
def test_percent(ratio, said):
    assert figures.percent(ratio) == said


def test_result_short_of_its_goal_never_reads_as_if_it_had_reached_it():
    assert figures.of_goal(2374, 2500, Decimal(95)) == "2.374 de 2.500: 94,9\u00a0% de una meta de 95\u00a0%"  # 94,96
    assert figures.of_goal(2375, 2500, Decimal(95)) == "2.375 de 2.500: 95,0\u00a0% de una meta de 95\u00a0%"


def test_null_zero_and_does_not_apply_never_look_alike():
    said = {figures.whole(None), figures.whole(0), figures.percent(None), figures.percent(0), figures.quantity(None)}
    assert said == {"–", "0", "no aplica", "0,0\u00a0%"}


@pytest.mark.parametrize(
    ("number", "said"),
    [(1234, "1.234"), (Fraction(27, 2), "13,5"), (Fraction(14), "14"), (Fraction(41, 3), "13,7"), (None, "–")],
)
def test_quantity(number, said):
    assert figures.quantity(number) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(Decimal("12151"), "12.151"), (Decimal("4.850"), "4,85"), (Decimal("1E+3"), "1.000"), (0, "0"), (None, "–")],
)
def test_measure_keeps_the_decimals_it_was_captured_with(value, said):
    assert figures.measure(value) == said


def test_dates_are_written_as_in_colombia():
    assert dates.day(date(2026, 11, 21)) == "21 de noviembre de 2026"
    assert dates.short_day(date(2026, 11, 5)) == "5\u00a0nov\u00a02026"
    assert dates.month(date(2026, 9, 30)) == "septiembre de 2026"
    assert dates.day(None) == dates.short_day(None) == dates.month(None) == "–"


def test_english_page_has_english_figures():
    with translation.override("en"):
        assert figures.quantity(Fraction(2469, 2)) == "1,234.5"
        assert dates.month(date(2026, 9, 30)) == "September 2026"


def test_months_of_two_years_say_the_year_once_each():
    assert dates.short_months([date(2026, 7, 31), date(2026, 8, 31)]) == ["jul", "ago"]
    months = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]
    assert dates.short_months(months) == ["dic\n2025", "ene\n2026", "feb"]


def test_small_counts_are_words():
    assert [figures.words(n) for n in (0, 1, 7, 9, 10, 1200)] == ["ninguno", "uno", "siete", "nueve", "10", "1.200"]


def test_sentence_parts_are_joined_as_in_speech():
    assert text.enumeration(["a"]) == "a"
    assert text.enumeration(["a", "b", "c"]) == "a, b y c"
    assert text.paragraphs("uno\r\ndos\r\n\r\n tres \n\n\n\n") == ["uno dos", "tres"]
    assert text.paragraphs("el  96,6\u00a0%\n\n\u00a0\n\n") == ["el 96,6\u00a0%"]
    assert text.tied("Informe final de monitoreo") == "Informe final de\u00a0monitoreo"
    assert text.hexadecimal("7f3a91c2e0") == "7f3a 91c2 e0"


def test_templates_use_the_same_words():
    page = Template("{% load figures %}{{ ratio|percent }} {{ people|whole }} {{ on|day }}")
    said = page.render(Context({"ratio": Fraction(1, 2), "people": None, "on": date(2026, 1, 1)}))
    assert said == "50,0\u00a0% – 1 de enero de 2026"


def test_month_end_knows_leap_years():
    assert [dates.month_end(date(year, 2, 10)).day for year in (2020, 2021, 2100)] == [29, 28, 28]
