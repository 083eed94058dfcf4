"""Whatever is decided, the figures of a past cut-off stay as they were, and the parts of a plan add up."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import progress
from activities.figures import Figure
from activities.models import Activity, ChangeRequest, Session
from display.dates import month_end
from recalculation import recalculate
from reports import snapshot
from reports.models import Report
from tests.activities.changes.asking import decided, to
from tests.factories import make_activity, make_dependency, make_session
from tests.reports.reporting import approve

ENDS = [month_end(date(2026, month, 1)) for month in range(1, 13)]
KINDS = list(ChangeRequest.Kind)
ACCEPTED = 10


@pytest.fixture
def units(entity):
    return [make_dependency(entity) for _n in range(3)]


def programmed(plan, units, draw):
    """Seven activities of several kinds, with their dates; what fell due before March is reported, or not."""
    phases = [plan.phases.create(number=n, name=f"Fase {n}") for n in (1, 2)]
    lines = [plan.lines.create(name="Diálogo"), None]
    for n in range(7):
        goal = {"target_kind": "percentage", "target_value": 80} if n > 4 else {}
        unit = draw.choice([*units, None])
        activity = make_activity(
            plan,
            unit,
            phase=draw.choice([*phases, None]),
            line=draw.choice(lines),
            all_dependencies=unit is None,
            number=str(n + 1),
            **goal,
        )
        for month in draw.sample(range(1, 13), draw.randint(1, 5)):
            is_month = draw.random() < 0.3
            on = month_end(date(2026, month, 1)) if is_month else date(2026, month, draw.randint(1, 28))
            make_session(
                activity, on, planned_precision="month" if is_month else "day", planned_units=draw.randint(1, 4)
            )
    return approve(plan)


def report_one(plan, day, draw):
    """Somebody says what happened of a session that fell due, on the day on which they say it."""
    found = list(Session.objects.filter(activity__plan=plan).unreported(day))
    if not found:
        return
    session = draw.choice(found)
    session.held_on = day
    if session.activity.target_kind == "percentage":
        session.denominator = draw.randint(0, 9)
        session.numerator = draw.randint(0, session.denominator)
    else:
        session.executed_units = draw.randint(1, 5)
    session.save()


def change(plan, planner, units, kind, day, draw):
    """Asks and decides one of a kind, on something of the plan; ValidationError when it cannot be."""
    sessions = list(Session.objects.filter(activity__plan=plan, withdrawn_on=None, planned_units__gt=0))
    activities = list(plan.activities.in_force())
    some, activity = draw.choice(sessions), draw.choice(activities)
    date_ = to(date(2026, draw.randint(1, 12), draw.randint(1, 28)), units=draw.randint(1, 3))
    if kind == "reschedule":
        what = {"session": some, "sessions": [{"planned_on": date_["planned_on"], "planned_precision": "day"}]}
    elif kind == "carry":
        what = {"session": some, "year": 2027}
    elif kind == "add":
        values = {"name": "Otra", "lead": draw.choice(units).pk, "number": str(draw.randint(10, 99))}
        what = draw.choice([{"activity_values": values}, {"activity": activity}]) | {"sessions": [date_]}
    elif kind == "withdraw":
        what = draw.choice([{"session": some}, {"session": some}, {"activity": activity}])
    else:
        values = draw.choice(
            [
                {"name": f"Nombre {draw.random()}", "description": "Otra."},
                {"lead": draw.choice(units).pk, "support": []},
                {"phase": draw.choice([None, *plan.phases.values_list("pk", flat=True)])},
                {"line": draw.choice([None, *plan.lines.values_list("pk", flat=True)])},
                {"target_kind": draw.choice(["percentage", "count"]), "target_value": str(draw.randint(50, 99))},
            ]
        )
        what = draw.choice(
            [{"session": some, "sessions": [{"planned_units": draw.randint(1, 5)}]}]
            + [{"activity": activity, "activity_values": values}] * 2
        )
    decided(plan, planner, kind, on=day, **what)


def figures(plan, on):
    """All that is counted, without the names of activities, which change in place."""
    found = progress.of_plan(plan, on)
    return {
        "total": found.total,
        "targets": found.targets,
        "blocks": {part.key: (part.figure, part.targets) for part in found.blocks},
        "phases": {part.key: (part.figure, part.targets) for part in found.phases},
        "months": found.months,
        "percentages": [replace(target, name="", number="") for target in found.percentages],
        "bridge": (found.baseline, found.added, found.withdrawn, found.scheduled_after, found.carried_over),
    }


def sum_of(figures_):
    figures_ = list(figures_)
    names = ("planned", "executed", "unexplained", "excess")
    return Figure(*(sum(getattr(figure, name) for figure in figures_) for name in names))


def in_force(plan, on):
    """Counted one by one: units of spaces in force, and those of them that are due."""
    rows = Session.objects.filter(activity__plan=plan, activity__outside_plan=False).select_related("activity")
    stands = [
        row
        for row in rows
        if row.activity.target_kind != "percentage"
        and (row.in_force_from is None or row.in_force_from <= on)
        and (row.withdrawn_on is None or row.withdrawn_on > on)
    ]
    return sum(row.planned_units for row in stands), sum(row.planned_units for row in stands if row.planned_on <= on)


def lived(plan, planner, units, draw):
    """Ten accepted changes at days that go on, and reports between them; the figures of each month's end as they were
    when the month was over."""
    programmed(plan, units, draw)
    day, known, accepted = date(2026, 2, 1), {}, 0
    for attempt in range(60):
        for on in ENDS:
            if on < day and on not in known:
                known[on] = figures(plan, on)
        if accepted == ACCEPTED:
            break
        report_one(plan, day, draw)
        kind = KINDS[accepted % len(KINDS)] if attempt < 40 else draw.choice(KINDS)
        try:
            with transaction.atomic():
                change(plan, planner, units, kind, day, draw)
        except ValidationError:
            continue  # of what cannot be, test_engine.py
        accepted += 1
        day += timedelta(days=draw.randint(0, 35))
    return accepted, known


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 10**9))
def test_past_cutoffs_hold_after_ten_changes_and_parts_add_up(plan, planner, units, seed):
    mark = transaction.savepoint()
    accepted, known = lived(plan, planner, units, random.Random(seed))
    assert accepted == ACCEPTED
    for on, was in known.items():
        assert figures(plan, on) == was, on
    for on in [*ENDS, date(2026, 6, 15)]:
        found = progress.of_plan(plan, on)
        stands, due = in_force(plan, on)
        assert found.baseline + found.added - found.withdrawn == stands
        assert found.total.planned + found.scheduled_after == stands
        assert found.total.planned == due
        assert sum_of(month.figure for month in found.months) == found.total
        assert sum_of(part.figure for part in found.blocks) == found.total
        assert not found.phases or sum_of(part.figure for part in found.phases) == found.total
        assert progress.of_plans([plan], on)[plan.pk].figure == found.total
    transaction.savepoint_rollback(mark)


@pytest.mark.parametrize("seed", range(4))
def test_report_after_ten_changes_is_counted_again_from_its_own_rows(plan, planner, units, seed):
    lived(plan, planner, units, random.Random(seed))
    report = Report(plan=plan, kind="final", period="2026", cutoff=date(2026, 12, 31))
    taken = snapshot.take(report, on=date(2027, 1, 15), number="2026-001")
    found = recalculate(snapshot.canonical(taken))
    assert [(figure.key, number) for figure in found.figures for number in figure.disagreeing] == []
    assert found.figure("total") is not None


def test_walk_accepts_every_kind(plan, planner, units):
    kinds = set()
    for seed in range(3):
        with transaction.atomic():
            lived(plan, planner, units, random.Random(seed))
            kinds |= {(kind, pk is None) for kind, pk in ChangeRequest.objects.values_list("kind", "session")}
            kinds |= {"goes on in another"} if Activity.objects.exclude(replaces=None).exists() else set()
            transaction.set_rollback(True)
    of_sessions = {("reschedule", False), ("modify", False), ("withdraw", False), ("carry", False)}
    assert kinds == {*of_sessions, ("add", True), ("modify", True), ("withdraw", True), "goes on in another"}
