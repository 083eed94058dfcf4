"""Dependency × month: whoever leads, what was due of them, and what nobody has said."""

from datetime import date

import pytest

from activities import progress
from activities.figures import Targets
from dashboard.matrix import State, matrices
from dashboard.verdict import verdict
from tests.activities.executions import FEB, JAN, MAR, answered, figure, held, percentage
from tests.dashboard.test_retrace import filled
from tests.factories import make_activity, make_dependency, make_plan, make_session

ON = date(2026, 3, 31)


@pytest.fixture
def approved(entity):
    return make_plan(entity, title="Plan aprobado", state="approved", approved_on=date(2026, 1, 2))


def cells(matrix, name):
    line = next(line for line in matrix.lines if line.name == name)
    return [cell.state for cell in line.cells]


def test_cell_says_the_worst_that_nobody_told(entity, approved, dependency):
    activity = make_activity(approved, dependency)
    held(activity, JAN)
    held(activity, FEB, planned_units=3, executed_units=1)
    make_session(activity, MAR)
    held(activity, date(2026, 3, 5), planned_units=3, executed_units=1)
    make_session(activity, date(2026, 4, 9))
    [matrix] = matrices([approved], ON)
    assert cells(matrix, "Secretaría de Gobierno")[:5] == [
        State.UP_TO_DATE,
        State.EXPLAIN,
        State.REPORT,
        State.TO_COME,
        State.NOTHING,
    ]
    march = matrix.lines[0].cells[2]
    assert (march.to_report, march.to_explain, march.figure) == (1, 1, figure(4, 1, unexplained=3))
    assert matrix.states == [State.REPORT, State.EXPLAIN, State.UP_TO_DATE, State.TO_COME]


def test_shortfall_with_its_reason_owes_nothing(approved, dependency):
    held(make_activity(approved, dependency), JAN, planned_units=3, executed_units=1, reason="Llovió.")
    [matrix] = matrices([approved], ON)
    assert cells(matrix, "Secretaría de Gobierno")[0] == State.SHORT
    assert (matrix.verdict.head, [part.words for part in matrix.verdict.parts]) == (
        "Al día, con el motivo de lo que faltó",
        ["faltaron 2"],
    )


def test_dates_of_percentage_targets_are_told_but_in_no_sum(approved, dependency):
    target = percentage(approved, 100)
    target.responsibilities.create(dependency=dependency)
    answered(target, JAN, 3, 4)
    make_session(target, FEB)
    [matrix] = matrices([approved], ON)
    assert cells(matrix, "Secretaría de Gobierno")[:2] == [State.NOTHING, State.REPORT]
    assert matrix.total.figure == figure(0, 0)
    assert [part.words for part in matrix.verdict.parts] == ["falta reportar 1"]


def test_lines_with_most_to_say_come_first(entity, approved, dependency):
    held(make_activity(approved, make_dependency(entity, "Atención")), JAN)
    make_session(make_activity(approved, dependency), JAN)
    make_session(make_activity(approved, all_dependencies=True), JAN, executed_units=0, reason="Llovió.")
    make_session(make_activity(approved), JAN, executed_units=0, reason="Llovió.")
    [matrix] = matrices([approved], ON)
    names = [line.name for line in matrix.lines]
    assert names == ["Secretaría de Gobierno", "Atención", "Sin responsable", "Todas las dependencias"]


@pytest.mark.parametrize("seed", range(4))
def test_rows_and_months_add_up_to_the_plan(approved, seed):
    filled(approved, seed)
    for on in (date(2026, 2, 28), date(2026, 8, 1), date(2026, 12, 31)):
        [matrix] = matrices([approved], on)
        whole = progress.of_plan(approved, on=on)
        assert matrix.total.figure == whole.total
        assert matrix.targets == whole.targets
        for field in ("planned", "executed", "unexplained", "excess"):
            assert sum(getattr(line.total.figure, field) for line in matrix.lines) == getattr(whole.total, field)
            assert sum(getattr(cell.figure, field) for cell in matrix.foot) == getattr(whole.total, field)
        assert len(matrix.pending) == matrix.total.to_report + matrix.total.to_explain


def test_long_plan_shows_the_months_around_today(entity, dependency):
    plan = make_plan(entity, starts_on=date(2024, 1, 1), ends_on=date(2027, 12, 31), state="approved", approved_on=JAN)
    make_session(make_activity(plan, dependency), date(2024, 2, 1))
    [matrix] = matrices([plan], ON)
    assert (matrix.months[0], matrix.months[-1]) == (date(2025, 7, 31), date(2026, 6, 30))
    assert matrix.total.to_report == 1


@pytest.mark.parametrize(
    ("units", "pending", "head", "said"),
    [
        ((78, 69, 6), (4, 1), "Atrasado", ["faltaron 9", "6 sin explicar"]),
        ((78, 77, 0), (1, 0), "Atrasado", ["faltó 1", "falta reportar 1"]),
        ((78, 77, 0), (0, 0), "Al día, con el motivo de lo que faltó", ["faltó 1"]),
        ((78, 78, 0), (0, 0), "Al día: se hizo todo lo que estaba programado", []),
        ((0, 0, 0), (0, 0), "Todavía no llega la primera fecha", []),
    ],
)
def test_verdict_is_one_sentence(units, pending, head, said):
    result = verdict(figure(*units), Targets.of([]), *pending)
    assert (result.head, [part.words for part in result.parts]) == (head, said)
