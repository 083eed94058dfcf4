"""Dates as the documents write them, against a plan of 2020 or of its second half."""

from datetime import date, datetime

import pytest

from display.written_dates import BadDate, Span, read_dates, read_month, read_period

YEAR = Span(date(2020, 1, 1), date(2020, 12, 31))
HALF = Span(date(2020, 7, 1), date(2020, 12, 31))
LOOSE = Span(date(2020, 7, 1), date(2020, 12, 31), loose=True)


def read(value, span=YEAR):
    return [(found.on.isoformat(), found.precision) for found in read_dates(value, span)[0]]


@pytest.mark.parametrize(
    ("value", "on"),
    [
        ("29/05/20", "2020-05-29"),
        ("14-11-20", "2020-11-14"),
        ("26.03.2020", "2020-03-26"),
        ("2020-03-26", "2020-03-26"),
        ("2020-03-26 00:00:00", "2020-03-26"),
        ("26 de marzo de 2020", "2020-03-26"),
        ("1° de marzo del 2020", "2020-03-01"),
        ("26-mar-20", "2020-03-26"),
        ("Jueves 26 de marzo de 2020, 10:00 a.m.", "2020-03-26"),
        ("2020 | Marzo | 27", "2020-03-27"),
        ("Dec 11, 2020", "2020-12-11"),
        ("marzo 27 de 2020", "2020-03-27"),
        ("Marzo 27", "2020-03-27"),
        ("26/03", "2020-03-26"),
        ("5 de Septiembre", "2020-09-05"),
        ("setiembre 5 de 2020", "2020-09-05"),
        ("A más tardar el 30 de noviembre", "2020-11-30"),
        (datetime(2020, 5, 29, 8, 30), "2020-05-29"),
        (date(2020, 5, 29), "2020-05-29"),
        (43980, "2020-05-29"),
    ],
)
def test_a_day_in_many_styles(value, on):
    assert read(value) == [(on, "day")]


@pytest.mark.parametrize(
    ("value", "on"),
    [
        ("Marzo", "2020-03-31"),
        ("FEBRERO", "2020-02-29"),
        ("Nov 2020", "2020-11-30"),
        ("nov-20", "2020-11-30"),
        ("Noviembre de 2020", "2020-11-30"),
        ("mes de agosto", "2020-08-31"),
    ],
)
def test_a_month_is_its_last_day(value, on):
    assert read(value) == [(on, "month")]


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("28/02/20\n30/08/20", ["2020-02-28", "2020-08-30"]),
        ("31/01/20, 22/04/20; 22/07/20 y 22/10/20", ["2020-01-31", "2020-04-22", "2020-07-22", "2020-10-22"]),
        ("3, 10 y 17 de mayo de 2020", ["2020-05-03", "2020-05-10", "2020-05-17"]),
        ("28 de febrero y 30 de agosto de 2020", ["2020-02-28", "2020-08-30"]),
        ("Julio, agosto y septiembre", ["2020-07-31", "2020-08-31", "2020-09-30"]),
        ("• 5 de mayo\n• 6 de junio", ["2020-05-05", "2020-06-06"]),
        ("5/5/2020 y 05/05/20", ["2020-05-05"]),
    ],
)
def test_several_dates_in_one_text(value, days):
    assert [on for on, _ in read(value)] == days


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("Julio-Octubre", ("2020-10-31", "month")),
        ("julio a octubre de 2020", ("2020-10-31", "month")),
        ("1 al 5 de junio de 2020", ("2020-06-05", "day")),
        ("01/02/2020 al 28/02/2020", ("2020-02-28", "day")),
        ("01/02/2020 - 28/02/2020", ("2020-02-28", "day")),
        ("Primer semestre de 2020", ("2020-06-30", "month")),
        ("II trimestre", ("2020-06-30", "month")),
        ("Trimestre 4", ("2020-12-31", "month")),
    ],
)
def test_a_period_is_its_end_and_a_doubt(value, end):
    assert read(value) == [end]
    assert str(read_dates(value, YEAR)[1]).startswith("Es un periodo: se programa en su")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("31/02/2020", "«31/02/2020» no existe en el calendario."),
        ("31 de febrero", "«31 de febrero» no existe en el calendario."),
        ("30/02", "«30/02» no existe en el calendario."),
        ("12/31/2020", "«12/31/2020» no existe en el calendario: no hay mes 31."),
        ("1/1/0000", "«1/1/0000» no existe en el calendario."),
        ("V trimestre", "«v trimestre» no existe en el calendario: no hay mes 15."),
        ("29/05/2019", "29 de mayo de 2019 queda fuera del plan"),
        ("Agosto de 2021", "Agosto de 2021 queda fuera del plan"),
        ("Trimestral", "«Trimestral» no es una fecha. Escríbala como día/mes/año, por ejemplo 31/12/2020."),
        ("2020", "«2020» no es una fecha."),
        ("5 de mayo aprox", "«5 de mayo aprox» no es una fecha."),
        ("", "«» no es una fecha."),
        ("1/2/2020 " * 60, "El texto es demasiado largo para ser una fecha."),
        (3, "«3» no es una fecha."),
        (None, "«None» no es una fecha."),
    ],
)
def test_what_is_no_date_of_the_plan_says_why(value, message):
    with pytest.raises(BadDate) as caught:
        read_dates(value, YEAR)
    assert str(caught.value).startswith(message)


def test_a_month_without_year_must_fall_once_inside_the_plan():
    with pytest.raises(BadDate, match="«marzo» no cae dentro del plan"):
        read_dates("Marzo", HALF)
    with pytest.raises(BadDate, match="«julio» cae en 2020 y en 2021: escriba también el año"):
        read_dates("Julio", Span(date(2020, 7, 1), date(2021, 12, 31)))
    assert read("marzo", Span(date(2020, 7, 1), date(2021, 6, 30))) == [("2021-03-31", "month")]
    assert read("29 de febrero", Span(date(2020, 2, 1), date(2021, 12, 31))) == [("2020-02-29", "day")]


def test_a_loose_span_takes_dates_outside_of_it_and_lends_its_year():
    assert read("26 de marzo de 2020", LOOSE) == [("2020-03-26", "day")]
    assert read("26 de marzo", LOOSE) == [("2020-03-26", "day")]
    assert read("26/02/2021", LOOSE) == [("2021-02-26", "day")]


def test_periods_of_metrics():
    assert read_period("Julio-Octubre", HALF) == (date(2020, 7, 1), date(2020, 10, 31))
    assert read_period("Septiembre", HALF) == (date(2020, 9, 1), date(2020, 9, 30))
    assert read_period("Trimestre 3", HALF) == (date(2020, 7, 1), date(2020, 9, 30))
    assert read_period("Marzo", HALF) == (date(2020, 3, 1), date(2020, 3, 31))
    assert read_period("05/08/2020", HALF) == (date(2020, 8, 5), date(2020, 8, 5))
    with pytest.raises(BadDate):
        read_period("todo el tiempo", HALF)


@pytest.mark.parametrize(
    ("value", "month"),
    [
        ("Julio", (7, None, 1)),
        ("jul-20", (7, 2020, 1)),
        ("Marzo 2021", (3, 2021, 1)),
        ("mar.", (3, None, 1)),
        (datetime(2020, 7, 1), (7, 2020, 1)),
        ("I Trimestre", (3, None, 3)),
        ("Semestre 2", (12, None, 6)),
        ("26/03", None),
        ("5 de mayo", None),
        ("Meta", None),
        ("E", None),
        (7, None),
        (None, None),
    ],
)
def test_months_of_headers(value, month):
    assert read_month(value) == month


def test_words_for_dates():
    assert str(HALF.words) == "del 1 de julio de 2020 al 31 de diciembre de 2020"


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("3 mar, 15 de junio, 2026-09-02", "2026-03-03 2026-06-15 2026-09-02"),
        ("1 mayo, 15 de junio", "2026-05-01 2026-06-15"),
        ("28 de febrero, 30 de agosto", "2026-02-28 2026-08-30"),
        ("3 mar, 10 y 17 de abril", "2026-03-03 2026-04-10 2026-04-17"),
        ("3 mar, 15/06", "2026-03-03 2026-06-15"),
        ("mar, 2026", "2026-03-31"),
    ],
)
def test_dates_of_a_list_are_not_the_years_of_those_before(text, dates):
    found, _doubt = read_dates(text, Span(date(2026, 1, 1), date(2026, 12, 31)))
    assert " ".join(one.on.isoformat() for one in found) == dates
