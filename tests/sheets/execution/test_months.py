"""Sheets with what was programmed and done each month."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from activities.models import Session
from tests.factories import make_activity, make_dependency, make_session
from tests.reports.given import NAMES, end
from tests.sheets.conftest import build_xlsx
from tests.sheets.execution.conftest import changes, doubts, said

MERGED = ["A1:A2", "B1:C1", "D1:E1"]


def months(*rows, heads=("Marzo", "Abril")):
    first = ["Actividad"]
    for head in heads:
        first += [head, None]
    return [first, [None, *["P", "E"] * len(heads)], *rows]


@pytest.fixture
def monthly(bring, encounter):
    """A function that brings rows of two months; the encounter has a space of 2 in April."""
    make_session(encounter, date(2026, 4, 30), planned_precision="month", planned_units=2)

    def act(*rows, **ways):
        return bring(months(*rows), merged=MERGED, **ways)

    return act


def stored():
    rows = Session.objects.order_by("planned_on", "pk")
    return [(row.planned_on, row.executed_units, row.held_on, row.held_precision) for row in rows]


def test_what_was_done_each_month_is_reported(monthly):
    assert said(monthly(["Encuentro con las juntas", 1, 1, 2, 2])) == []
    assert stored() == [
        (date(2026, 3, 16), 1, date(2026, 3, 31), "month"),
        (date(2026, 4, 30), 2, date(2026, 4, 30), "month"),
    ]


def test_an_empty_month_reports_nothing_and_what_is_missing_is_told(monthly):
    result = monthly(["Encuentro con las juntas", 1, None, 2, 1])
    told = "Se hizo menos de lo programado y la hoja no dice por qué: queda por explicar."
    assert (said(result), doubts(result)) == ([], [("E3", told)])
    assert [row[1] for row in stored()] == [None, 1]


def test_a_note_under_the_table_is_the_reason(monthly):
    note = ["* Un encuentro de abril no se hizo: llovió."]
    result = monthly(["Encuentro con las juntas", 1, 1, 2, 1], note)
    assert (said(result), doubts(result)) == ([], [])
    short = Session.objects.get(planned_on=date(2026, 4, 30))
    assert short.reason == short.footnote == "Un encuentro de abril no se hizo: llovió."


def test_the_day_that_somebody_reported_stays(monthly):
    Session.objects.filter(planned_on=date(2026, 3, 16)).update(executed_units=1, held_on=date(2026, 3, 18))
    monthly(["Encuentro con las juntas", 1, 1, 2, 2])
    assert stored()[0] == (date(2026, 3, 16), 1, date(2026, 3, 18), "day")


def test_a_zero_of_a_month_that_is_not_over_says_nothing_and_more_than_that_is_an_error(bring, encounter):
    make_session(encounter, date(2026, 7, 31), planned_precision="month")
    rows = months(["Encuentro con las juntas", 1, 1, 1, 0], heads=("Marzo", "Julio"))
    result = bring(rows, merged=MERGED)
    assert (said(result), doubts(result)) == (
        [],
        [("E3", "El mes no ha terminado: este 0 no se toma como que no se hizo.")],
    )
    rows[2][4] = 1
    assert said(bring(rows, merged=MERGED)) == [("E3", "Esa fecha todavía no llega: se reporta lo que ya se hizo.")]


def test_of_several_spaces_in_a_month_all_or_none_is_known(bring, encounter):
    make_session(encounter, date(2026, 3, 23))
    row = ["Encuentro con las juntas", 2, 1, None, None]
    assert said(bring(months(row), merged=MERGED)) == [
        ("C3", "El plan tiene 2 espacios en marzo de 2026 y no se sabe cuáles se hicieron: repórtelos uno por uno.")
    ]
    row[2] = 2
    assert said(bring(months(row), merged=MERGED)) == []
    assert [row[1] for row in stored()] == [1, 1]
    assert changes(bring(months(row), merged=MERGED)) == {}


def test_what_the_plan_does_not_have_is_an_error(bring, encounter):
    rows = months(["Encuentro con las juntas", 1, 1, 1, 1], ["Carnaval", 1, 1, None, None], heads=("Marzo", "Mayo"))
    assert said(bring(rows, merged=MERGED)) == [
        ("E3", "El plan no tiene espacios de «Encuentro con las juntas» en mayo de 2026: repórtelos uno por uno."),
        (
            "A4",
            "«Carnaval» no es una actividad de este plan. Escriba su número o su nombre como están en el plan.",
        ),
    ]
    assert [row[1] for row in stored()] == [None]


def test_a_percentage_is_attended_of_received(bring, plan, dependency):
    goal = make_activity(plan, dependency, name="Responder", target_kind="percentage", target_value=100)
    make_session(goal, date(2026, 3, 31), planned_precision="month")
    assert said(bring(months(["Responder", 20, 19, None, None]), merged=MERGED)) == []
    measured = Session.objects.get(activity=goal)
    assert (measured.numerator, measured.denominator, measured.executed_units) == (19, 20, None)


def test_a_whole_plan_of_months_is_reported_as_a_recount_says(bring, plan, planner):
    """The shape of a real follow-up: blocks merged, two rows of headers, totals with formulas, notes under them."""
    content = follow_up(plan)
    wanted = recounted(content)
    assert sum(planned for planned, _done in wanted.values()) == 206
    assert said(bring(content, by=planner)) == []
    found = {}
    for session in Session.objects.filter(activity__in=plan.activities.exclude(number="1.1")).select_related(
        "activity"
    ):
        key = session.activity.name, session.planned_on
        found[key] = session.planned_units, session.executed_units
    assert found == wanted
    by_month = {month: sum(done for (_name, on), (_p, done) in found.items() if on == month) for _n, month in found}
    assert by_month == {
        end(2026, 1): 32, end(2026, 2): 32, end(2026, 3): 45, end(2026, 4): 32, end(2026, 5): 32, end(2026, 6): 31,
    }  # fmt: skip
    # again, nothing
    assert changes(bring(content, by=planner)) == {}


def follow_up(plan):
    """Twelve activities from January to June; the plan has their spaces."""
    unit = make_dependency(plan.entity, "Alta Oficina")
    head = ["Línea o dependencia", "Actividad", "Grupos de interés"]
    months, second = [name.capitalize() for name in NAMES[:6]], [None] * 3
    first = list(head)
    for month in months:
        first += [month, None]
        second += ["P", "E"]
    first += ["Total", None]
    second += ["P", "E"]
    rows = [["Plan de participación - seguimiento"], [], first, second]
    for number in range(12):
        size = [19, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1][number]
        name = f"Actividad {'abcdefghijkl'[number]} con la gente"
        activity = make_activity(plan, unit, name=name)
        row = ["Alta Oficina" if number == 0 else None, name, "Ciudadanía"]
        for month in range(1, 7):
            planned = size + (14 if (number, month) == (1, 3) else 0)
            done = planned - (1 if (number, month) in ((0, 6), (2, 3)) else 0)
            row += [planned, done]
            make_session(activity, end(2026, month), planned_precision="month", planned_units=planned)
        at = len(rows) + 1
        row += [f"=D{at}+F{at}", f"=E{at}+G{at}"]
        rows.append(row)
    rows.append(["TOTAL", None, None, *[f"=SUM({column}5:{column}16)" for column in "DEFGHIJKLMNOPQ"]])
    rows.append(["* Una jornada de junio no se hizo por la lluvia."])
    merged = [
        "A3:A4",
        "B3:B4",
        "C3:C4",
        *(f"{a}3:{b}3" for a, b in ("DE", "FG", "HI", "JK", "LM", "NO", "PQ")),
        "A5:A16",
    ]
    return build_xlsx({"Programado y ejecutado": rows}, merged=merged)


def recounted(content):
    """{(activity, month): (P, E)} by a loop over the cells."""
    grid = list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(min_row=3, values_only=True))
    found = {}
    for row in grid[2:]:
        for at, head in enumerate(grid[0]):
            if row[1] and str(head).lower() in NAMES:
                found[row[1], end(2026, NAMES.index(head.lower()) + 1)] = row[at], row[at + 1]
    return found
