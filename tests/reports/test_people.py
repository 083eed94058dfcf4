from dataclasses import replace
from datetime import date

from reports.people import month_charts, months_shown, table_rows

from display.palette import Palette
from tests.reports.sample import FINAL, TALKS, WORKSHOPS, people


def text_of(rows):
    return [(activity, [(cell.text, cell.span) for cell in cells]) for activity, cells in rows]


def test_month_without_figure_is_a_dash_and_a_long_period_one_wide_cell():
    rows = table_rows(FINAL.participants, months_shown(FINAL))
    assert text_of(rows) == [
        (WORKSHOPS, [("–", 1), ("–", 1), ("65", 1), ("70", 1), ("203", 1), ("20", 1)]),
        (TALKS, [("536", 4), ("–", 1), ("–", 1)]),
    ]
    assert rows[1][1][0].when == "julio a octubre"


def test_overlapping_periods_stand_in_rows_of_their_own():
    entries = (
        people(TALKS, date(2020, 7, 1), date(2020, 10, 31), "julio a octubre", 536),
        people(TALKS, date(2020, 8, 1), date(2020, 8, 31), "agosto", 0),
    )
    rows = table_rows(entries, months_shown(FINAL))
    assert text_of(rows) == [
        (TALKS, [("536", 4), ("–", 1), ("–", 1)]),
        (TALKS, [("–", 1), ("0", 1), ("–", 1), ("–", 1), ("–", 1), ("–", 1)]),
    ]


def test_more_months_than_a_page_is_wide_become_a_list():
    entries = (people(TALKS, date(2019, 1, 1), date(2020, 3, 31), "enero de 2019 a marzo de 2020", 9),)
    snapshot = replace(FINAL, participants=entries)
    assert months_shown(snapshot) == []
    assert text_of(table_rows(entries, [])) == [(TALKS, [("enero de 2019 a marzo de 2020", 1), ("9", 1)])]


def test_chart_only_where_months_can_be_compared():
    assert [activity for row in month_charts(FINAL, Palette()) for activity, _ in row] == [WORKSHOPS]


def test_charts_are_of_the_activities_with_most_people_and_the_table_of_all():
    entries = tuple(
        people(f"Mesa {n}", date(2020, month, 1), date(2020, month, 28), "", 10 * n + month)
        for n in range(1, 12)
        for month in (7, 9)
    )
    snapshot = replace(FINAL, participants=entries)
    drawn = [activity for row in month_charts(snapshot, Palette()) for activity, _ in row]
    assert drawn == [f"Mesa {n}" for n in range(4, 12)]
    assert len(table_rows(entries, months_shown(snapshot))) == 11
