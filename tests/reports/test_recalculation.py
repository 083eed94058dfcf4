"""Every printed figure counted again from the rows of its own data: all agree, and a damaged row betrays itself."""

import copy
import json
from datetime import date

import pytest
import time_machine
from django.db import connection

from demo.load import load
from display.dates import month_end
from plans.models import Plan
from recalculation import NotOurs, Recalculation, recalculate
from reports import cover, snapshot
from tests.factories import make_activity, make_commitment, make_session
from tests.reports import given
from tests.reports.reporting import CUT
from tests.reports.taking import final, held, monthly
from tests.reports.test_recount import DEMO_DAY, PLANNING, TRACKING, imported

pytestmark = pytest.mark.django_db


def plain(taken) -> dict:
    return json.loads(snapshot.canonical(taken))


def every_report(plan: Plan):
    yield final(plan)
    yield final(plan, cutoff=plan.starts_on + (plan.ends_on - plan.starts_on) / 2)
    month = plan.starts_on
    while month <= plan.ends_on:
        yield monthly(plan, month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def wrong(found: Recalculation) -> set[tuple[str, str]]:
    return {(figure.key, number.key) for figure, number in found.disagreeing}


def disagreements(plan: Plan) -> list:
    found = []
    for taken in every_report(plan):
        result = recalculate(plain(taken))
        assert result.count > 40 and result.has_rows
        found += [(taken.edition.period, *each) for each in wrong(result)]
        found += [
            (taken.edition.period, tile.key, tile.value) for tile in cover.tiles(taken) if not leads(tile, result)
        ]
    return found


def leads(tile, result: Recalculation) -> bool:
    """Whether a big figure of the first page is what its page counts again."""
    figure = result.figure(tile.key)
    again = {number.key: number.again for number in figure.numbers}
    if tile.key == "sin-causa":
        return tile.value == again["unknown"]
    if tile.key == "metas":
        return tile.value in (
            f"{again['targets_met']} de {again['targets_counted']}",
            "no aplica",
            again["targets_counted"],
        )
    if not tile.value[0].isdigit():  # "Sin reporte"
        return again["executed"] == "–" or again["planned"] == "0"
    return tile.value.replace("\xa0", " ") in (
        f"{again['executed']} / {again['planned']}",
        again["percent"].replace("\xa0", " "),
    )


@pytest.mark.parametrize(("path", "start"), [(TRACKING, date(2020, 7, 1)), (PLANNING, date(2020, 1, 1))])
def test_every_figure_of_every_month_of_a_matrix_agrees(path, start):
    assert disagreements(imported(path, start)) == []


@pytest.mark.paper
def test_every_figure_of_the_demonstration_agrees():
    with time_machine.travel(DEMO_DAY):
        load(DEMO_DAY)
        plans = list(Plan.objects.exclude(approved_on=None))
        assert len(plans) == 4
        assert [disagreements(plan) for plan in plans] == [[], [], [], []]


@pytest.fixture
def told(plan, dependency):
    """Three months of units, one of them short, what was added, withdrawn and done twice, a target, and promises."""
    first = make_activity(plan, dependency, number="1.1", name="Mesas con la ciudadanía")
    held(first, date(2026, 3, 10), executed=2, planned_units=3, attendance_total=40)
    held(first, date(2026, 4, 7), executed=3, planned_units=2, in_force_from=date(2026, 2, 1))
    make_session(first, date(2026, 6, 1), withdrawn_on=date(2026, 5, 1))
    make_session(first, date(2026, 6, 2), reason="Hubo lluvias.", executed_units=0)
    share = make_activity(plan, dependency, number="1.2", name="Respuestas", target_kind="percentage", target_value=95)
    make_session(share, date(2026, 4, 30), held_on=date(2026, 4, 30), numerator=18, denominator=20)
    make_commitment(plan, text="Publicar el acta", made_on=date(2026, 3, 10), due_on=date(2026, 4, 1))
    make_commitment(plan, text="Pintar el salón", made_on=date(2026, 3, 10), due_on=date(2026, 12, 31))
    return plan


def rows(stored: dict, name: str = "sessions") -> list[dict]:
    return next(section["facts"][name] for section in stored["sections"] if section["slug"] == "registros")


def test_figure_says_its_rule_its_numbers_and_its_rows(told):
    stored = plain(monthly(told, date(2026, 6, 1)))
    march, april, _withdrawn, june, _target = (row["id"] for row in rows(stored))
    total = recalculate(stored).figure("total")
    assert total.title == "Todo, hasta el corte (30 de junio de 2026)"
    assert total.rows == (march, april, june)
    said = {number.key: (number.printed, number.again, number.rows) for number in total.numbers}
    assert said == {
        "planned": ("6", "6", (march, april, june)),
        "executed": ("4", "4", (march, april, june)),
        "percent": ("66,7\xa0%", "66,7\xa0%", (march, april, june)),
        "unknown": ("1", "1", (march,)),
        "excess": ("1", "1", (april,)),
        "explained": ("1", "1", (june,)),
        "silent": ("1", "1", (march,)),
        "unreported": ("0", "0", ()),
    }
    assert next(number for number in total.numbers if number.key == "percent").formula == (
        "4 ejecutado ÷ 6 programado, con un decimal."
    )


SHORT = {"executed", "percent"}


@pytest.mark.parametrize(
    ("row", "change", "made_of_it"),
    [
        # Nothing executed in March: its month, its block, and the total; not June, of which the report is.
        (
            0,
            {"executed": 1},
            {(key, name) for key in ("total", "estrategia-1") for name in (*SHORT, "silent", "unknown")}
            | {("mes-2026-03", name) for name in (*SHORT, "unexplained")}
            | {("sin-causa", "unknown")},
        ),
        # Above what was programmed it only adds to what stands apart.
        (1, {"executed": 4}, {(key, "excess") for key in ("total", "estrategia-1", "mes-2026-04")}),
        # A cause gone: the same sums, of which less is explained.
        (
            3,
            {"reason": ""},
            {(key, name) for key in ("total", "periodo", "estrategia-1") for name in ("unknown", "silent", "explained")}
            | {("mes-2026-06", "unexplained"), ("estrategia-1-periodo", "unexplained"), ("sin-causa", "unknown")},
        ),
        (0, {"people": 41}, set()),  # a metric may stand in for it: nobody can say that it is wrong
        # A target that reaches its goal.
        (
            4,
            {"attended": 20},
            {("meta-1", "attended"), ("meta-1", "percent"), ("meta-1", "state")}
            | {(key, name) for key in ("metas", "estrategia-1") for name in ("targets_met", "targets_unexplained")},
        ),
    ],
)
def test_damaged_row_disagrees_in_the_figures_that_it_makes_and_in_no_other(told, row, change, made_of_it):
    stored = plain(monthly(told, date(2026, 6, 1)))
    assert wrong(recalculate(stored)) == set()
    rows(stored)[row] |= change
    assert wrong(recalculate(stored)) == made_of_it


def test_damaged_commitment_disagrees_in_its_balance(told):
    stored = plain(monthly(told, date(2026, 6, 1)))
    rows(stored, "commitments")[0] |= {"closed_on": "2026-05-01", "state": "verified"}
    assert wrong(recalculate(stored)) == {
        ("compromisos", "fulfilled"),
        ("compromisos", "overdue"),
        ("compromisos", "fulfilled_due"),
        ("compromisos", "percent"),
        ("compromisos-cumplimiento", "fulfilled_due"),
        ("compromisos-cumplimiento", "percent"),
        ("compromisos-vencidos", "overdue"),
        ("compromisos-periodo", "open_at_start"),
        ("compromisos-periodo", "open_at_end"),
        ("compromisos-mes-1", "fulfilled"),
        ("compromisos-mes-1", "overdue"),
        ("compromisos-mes-1", "fulfilled_due"),
        ("compromisos-a-tiempo", "kept_late"),
        ("compromisos-atraso", "age-3"),
    }


def test_printed_figure_that_was_changed_is_the_one_that_disagrees(told):
    stored = plain(final(told))
    facts = next(section["facts"] for section in stored["sections"] if section["slug"] == "ejecucion")
    facts["months"][2]["figure"]["executed"] = 3
    assert wrong(recalculate(stored)) == {("mes-2026-03", "executed"), ("mes-2026-03", "percent")}


def test_people_of_a_metric_are_told_apart_from_those_of_the_rows(told):
    stored = plain(final(told))
    people = next(figure for figure in recalculate(stored).figures if figure.key.startswith("personas"))
    assert [(number.printed, number.again, number.agrees) for number in people.numbers] == [("40", "40", True)]
    rows(stored)[0]["people"] = 41
    people = next(figure for figure in recalculate(stored).figures if figure.key.startswith("personas"))
    assert [number.agrees for number in people.numbers] == [None]


def test_cutoff_still_to_come_is_no_debt(plan, dependency):
    make_session(make_activity(plan, dependency), date(2026, 12, 15))
    with time_machine.travel(DEMO_DAY):
        stored = plain(final(plan, cutoff=CUT))
    result = recalculate(stored)
    assert wrong(result) == set()
    assert {number.key: number.again for number in result.figure("total").numbers}["to_come"] == "1"


WITHOUT_CAUSE = "Sin causa registrada o sin reporte"


@pytest.mark.parametrize("cut", [(date(2026, 6, 1), 3), (date(2026, 7, 1), 3), (None, 3)])
def test_what_has_no_cause_is_one_number_on_the_first_page_and_in_its_recount(plan, dependency, cut):
    """What is still to come when the data are taken is in none of them, whatever the cut-off."""
    first, expected = cut
    activity = make_activity(plan, dependency)
    held(activity, date(2026, 3, 10), executed=1, planned_units=3)  # two without a cause
    make_session(activity, date(2026, 5, 4))  # nobody reported it
    make_session(activity, date(2026, 6, 2), reason="Hubo lluvias.", executed_units=0)
    make_session(activity, date(2026, 6, 29), planned_units=2)  # to come
    make_session(activity, date(2026, 12, 1))
    with time_machine.travel("2026-06-15T15:00Z"):
        taken = monthly(plan, first) if first else final(plan)
        tile = next(tile for tile in cover.tiles(taken) if tile.key == "sin-causa")
        result = recalculate(plain(taken))
    by_hand = sum(
        space.planned - min(space.done(taken.edition.cutoff), space.planned)
        for space in given.of_tables(connection.cursor(), plan.slug).spaces
        if space.planned_on <= date(2026, 6, 15) and not space.reason
    )
    assert (tile.value, by_hand) == (str(expected), expected)
    numbers = [
        number
        for figure in result.figures
        for number in figure.numbers
        if figure.key in ("sin-causa", "total", "estrategia-1") and number.what == WITHOUT_CAUSE
    ]
    assert [(number.printed, number.again) for number in numbers] == [(str(expected), str(expected))] * 3
    assert wrong(result) == set()
    june = next(number for number in result.figure("mes-2026-06").numbers if number.key == "unexplained")
    assert (june.what, june.again) == ("Sin causa registrada, sin reporte o por venir", "2")


def test_what_nobody_reported_is_no_zero(told):
    stored = plain(monthly(told, date(2026, 5, 1)))
    for row in rows(stored)[:2]:
        row |= {"executed": None, "held_on": None, "reason": ""}
    facts = next(section["facts"] for section in stored["sections"] if section["slug"] == "ejecucion")
    facts["months"][2]["figure"] |= {"executed": 0, "unexplained": 3}
    march = recalculate(stored).figure("mes-2026-03")
    assert {number.key: (number.again, number.agrees) for number in march.numbers} == {
        "planned": ("3", True),
        "executed": ("–", True),
        "percent": ("sin reporte", True),
        "unexplained": ("3", True),
        "excess": ("0", True),
    }


def test_schema_1_and_a_report_without_rows_have_nothing_to_count(told):
    old = {"schema": 1, **{name: plain(final(told))[name] for name in ("edition", "entity", "plan")}}
    bare = plain(final(told))
    bare["sections"] = [section for section in bare["sections"] if section["slug"] != "registros"]
    for stored in (old, bare):
        result = recalculate(stored)
        assert (result.has_rows, result.figures) == (False, ())


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored.clear(),
        lambda stored: stored.update(schema=3),
        lambda stored: stored.update(sections=7),
        lambda stored: rows(stored)[0].update(activity=99),
        lambda stored: rows(stored)[0].update(planned=-1),
        lambda stored: rows(stored)[0].update(planned=10**30),
        lambda stored: rows(stored)[0].update(planned="1"),
        lambda stored: rows(stored)[0].update(planned_on="ayer"),
        lambda stored: rows(stored, "activities")[1].update(goal="NaN"),
        lambda stored: rows(stored, "activities")[1].update(goal="1E+999999"),
        lambda stored: rows(stored)[0].pop("id"),
        lambda stored: stored["edition"].update(cutoff=None),
    ],
)
def test_what_is_no_snapshot_is_refused_and_never_breaks(told, damage):
    stored = copy.deepcopy(plain(final(told)))
    damage(stored)
    with pytest.raises(NotOurs):
        recalculate(json.dumps(stored).encode())


@pytest.mark.parametrize("content", [b"", b"\xff", b'"\xff"', b"[" * 100_000, b"null", b"[]", b'{"schema":true}', b"{"])
def test_bytes_that_are_no_json_are_refused(content):
    with pytest.raises(NotOurs):
        recalculate(content)


def test_last_day_there_can_be_breaks_nothing(told):
    stored = plain(final(told))
    rows(stored)[0] |= {"planned_on": "9999-12-31"}
    stored["edition"]["cutoff"] = "9999-12-31"
    assert wrong(recalculate(stored))
    assert month_end(date(9999, 12, 31)) == date(9999, 12, 31)
