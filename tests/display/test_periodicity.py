"""How often something is done, in words, and the days that follow."""

from datetime import date

import pytest

from display.periodicity import LAST, Rule, how_often

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Mensual", Rule(months=1)),
        ("cada mes", Rule(months=1)),
        ("Una vez al mes", Rule(months=1)),
        ("cada dos meses", Rule(months=2)),
        ("Trimestralmente", Rule(months=3)),
        ("cada 3 meses", Rule(months=3)),
        ("Cada semestre", Rule(months=6)),
        ("Anual", Rule(months=12)),
        ("El segundo martes de cada mes", Rule(months=1, nth=2, weekday=1)),
        ("el segundo martes", Rule(months=1, nth=2, weekday=1)),
        ("Trimestral, el último viernes", Rule(months=3, nth=LAST, weekday=4)),
        ("Última semana de cada mes", Rule(months=1, last_week=True)),
        ("última semana de", Rule(months=1, last_week=True)),
        ("El día 15 de cada mes", Rule(months=1, day=15)),
        ("El último día de cada mes", Rule(months=1, day=31)),
        ("Cada semana", Rule(weeks=1, weekday=0)),
        ("Los jueves", Rule(weeks=1, weekday=3)),
        ("Cada dos semanas, los miércoles", Rule(weeks=2, weekday=2)),
        ("Quincenal", Rule(weeks=2, weekday=0)),
    ],
)
def test_words_say_how_often(words, rule):
    assert how_often(words) == rule


@pytest.mark.parametrize("words", ["", "Permanente", "A demanda", "Diciembre", "cada 5 meses", "cada 99 semanas"])
def test_words_that_say_no_interval_give_none(words):
    assert how_often(words) is None


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (Rule(months=3), "03-31 06-30 09-30 12-31"),
        (Rule(months=6, day=15), "06-15 12-15"),
        (Rule(months=2, day=31), "02-28 04-30 06-30 08-31 10-31 12-31"),
        (Rule(months=3, nth=2, weekday=1), "03-10 06-09 09-08 12-08"),
        (Rule(months=6, nth=LAST, weekday=4), "06-26 12-25"),
        (Rule(months=6, last_week=True), "06-30 12-31"),
    ],
)
def test_months_are_counted_as_terms_of_the_calendar_end(rule, days):
    assert [f"{on:%m-%d}" for on in rule.dates(*YEAR)] == days.split()


def test_months_are_counted_from_where_one_says():
    assert [f"{on:%m-%d}" for on in Rule(months=3, day=15).dates(*YEAR, start=date(2026, 1, 1))] == [
        "01-15", "04-15", "07-15", "10-15",
    ]  # fmt: skip


def test_weeks_go_on_through_the_year():
    days = list(Rule(weeks=2, weekday=2).dates(*YEAR))
    assert days[:2] == [date(2026, 1, 7), date(2026, 1, 21)] and len(days) == 26


def test_dates_stay_inside_a_plan_that_starts_in_mid_month():
    plan = (date(2026, 7, 16), date(2027, 6, 15))
    days = list(Rule(months=1, day=15).dates(*plan))
    assert (days[0], days[-1], len(days)) == (date(2026, 8, 15), date(2027, 6, 15), 11)
    months = list(Rule(months=1).dates(*plan))  # only the month is known: those that the plan touches
    assert (months[0], months[-1], len(months)) == (date(2026, 7, 31), date(2027, 6, 30), 12)
