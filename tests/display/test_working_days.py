"""Working days of Colombia, against the holidays of the law, written here by hand."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from display.dates import (
    ANSWER_TERM,
    add_working_days,
    holiday,
    is_working_day,
    month_end,
    working_day,
    working_days_between,
)

# Ley 51 de 1983, art. 1: on their day, 1 January, Thursday and Friday of Holy Week, 1 May, 20 July, 7 August, 8 and 25
# December; on the next Monday, 6 January, 19 March, 29 June, 15 August, 12 October, 1 and 11 November, and of the
# feasts that move with Easter, Ascension, Corpus Christi and the Sacred Heart. Ley 2578 de 2026, art. 6 adds 9 July.
LAW = {
    # Easter on 20 April. The Sacred Heart and Saint Peter and Saint Paul meet on 30 June: 18 holidays in 17 days.
    2025: "01-01 01-06 03-24 04-17 04-18 05-01 06-02 06-23 06-30 07-20 08-07 08-18 10-13 11-03 11-17 12-08 12-25",
    # Easter on 5 April.
    2026: "01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 06-29 07-13 07-20 08-07 08-17 10-12 11-02 11-16 12-08"
    " 12-25",
    # Easter on 28 March.
    2027: "01-01 01-11 03-22 03-25 03-26 05-01 05-10 05-31 06-07 07-05 07-12 07-20 08-07 08-16 10-18 11-01 11-15 12-08"
    " 12-25",
}


def on(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize("year", LAW)
def test_a_year_rests_on_weekends_and_on_the_holidays_of_the_law(year):
    law = {on(f"{year}-{day}") for day in LAW[year].split()}
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert {day for day in days if not is_working_day(day)} == law | {day for day in days if day.weekday() in (5, 6)}


def test_the_year_has_the_working_days_that_calendars_print():
    counts = [working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) for year in LAW]
    assert counts == [245, 242, 245]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-20", "2026-12-14"),  # a Friday: from Monday 23, past the 8th of December
        ("2026-11-13", "2026-12-07"),  # the Monday after is a holiday: counting starts on Tuesday
        ("2026-11-14", "2026-12-07"),  # received on a Saturday, as if on the Friday before
        ("2026-03-27", "2026-04-21"),  # across Holy Week
        ("2025-12-12", "2026-01-06"),  # across the end of the year
        ("2026-06-26", "2026-07-22"),  # three Mondays and none of them works: 29 June, 13 and 20 July
        ("2027-01-08", "2027-02-01"),
    ],
)
def test_a_petition_is_answered_in_fifteen_working_days(received, due):
    assert add_working_days(on(received), ANSWER_TERM) == on(due)
    assert working_days_between(on(received), on(due)) == 15


def test_the_day_of_the_fact_does_not_count():
    assert add_working_days(on("2026-11-19"), 1) == on("2026-11-20")  # a Thursday and the Friday after
    assert add_working_days(on("2026-11-20"), 1) == on("2026-11-23")
    assert add_working_days(on("2026-11-21"), 0) == on("2026-11-21")


def test_days_between_are_negative_once_the_term_is_over():
    assert working_days_between(on("2026-11-20"), on("2026-11-20")) == 0
    assert working_days_between(on("2026-11-20"), on("2026-11-22")) == 0  # a weekend
    assert working_days_between(on("2026-11-24"), on("2026-11-20")) == -2


def test_a_term_is_not_counted_backwards():
    with pytest.raises(ValueError, match="backwards"):
        add_working_days(on("2026-11-20"), -1)


def test_holidays_have_a_name_in_each_language():
    assert holiday(on("2026-01-12")) == "Día de los Reyes Magos"
    assert holiday(on("2026-01-13")) == ""
    with translation.override("en"):
        assert holiday(on("2026-01-12")) == "Epiphany"


@pytest.mark.parametrize(
    ("day", "after", "moved"),
    [
        ("2026-03-10", True, "2026-03-10"),
        ("2026-03-22", True, "2026-03-24"),  # a Sunday before a holiday
        ("2026-03-22", False, "2026-03-20"),
        ("2026-01-31", True, "2026-01-30"),  # a Saturday: Monday is no longer in the month
        ("2026-05-01", False, "2026-05-04"),
    ],
)
def test_what_falls_on_a_holiday_moves_within_its_month(day, after, moved):
    day = on(day)
    assert working_day(day, first=day.replace(day=1), last=month_end(day), after=after) == on(moved)
