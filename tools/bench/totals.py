"""Totals against handwritten SQL."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection, transaction

from activities import progress
from activities.counting import counted, due_sessions
from activities.models import Session
from plans.models import Plan
from reports import snapshot
from reports.models import Report
from reports.scope import Scope
from reports.sections import participants
from tools.bench.measure import Row, at_most, compare, seconds

ON, SEPTEMBER = date(2026, 9, 30), date(2026, 9, 1)
DUE = """
  FROM activities_session s JOIN activities_activity a ON a.id = s.activity_id
 WHERE a.plan_id = %(plan)s AND NOT a.outside_plan AND s.planned_on <= %(on)s
   AND (s.in_force_from IS NULL OR s.in_force_from <= %(on)s)
   AND (s.withdrawn_on IS NULL OR s.withdrawn_on > %(on)s)"""
DONE = "CASE WHEN s.held_on <= %(on)s THEN COALESCE(s.executed_units, 0) ELSE 0 END"
CAPPED = f"CASE WHEN {DONE} < s.planned_units THEN {DONE} ELSE s.planned_units END"
UNITS = f"""SUM(s.planned_units), SUM({CAPPED}),
 SUM(CASE WHEN s.reason = '' THEN s.planned_units - {CAPPED} ELSE 0 END), SUM({DONE}) - SUM({CAPPED}), COUNT(*)"""
ONE_MONTH = """ AND s.planned_on >= %(since)s AND a.id IN
 (SELECT activity_id FROM activities_responsibility WHERE dependency_id = %(dependency)s)"""
PEOPLE = """SELECT a.id, substr(CAST(s.held_on AS text), 1, 7), SUM(s.attendance_total)
  FROM activities_session s JOIN activities_activity a ON a.id = s.activity_id
 WHERE a.plan_id = %(plan)s AND NOT a.outside_plan AND s.held_on BETWEEN %(since)s AND %(on)s
   AND s.attendance_total IS NOT NULL AND (s.withdrawn_on IS NULL OR s.withdrawn_on > %(on)s) GROUP BY 1, 2"""


def rows(plan: Plan) -> Iterator[Row]:
    """Each total by the function that pages and reports use, after checking that both sides agree."""
    due = due_sessions(Session.objects.filter(activity__plan=plan), ON)
    values = {"plan": plan.pk, "on": ON, "since": plan.starts_on}
    by_hand = "grouped SQL written by hand"

    def against(work: str, other: str, ours: Callable, theirs: Callable) -> Row:
        taken, ratios = compare(5, ours, theirs)
        return at_most(1.3, f"Total: {work}", other, *taken, ratios[1], spare=0.003)

    def both(key: str, by: str) -> tuple[Callable, Callable]:
        ours, theirs = lambda: counted(due, ON, by=by), lambda: fetch(grouped(key), **values)
        assert dict(ours()) == {key: tuple(units) for key, *units in theirs()}
        return ours, theirs

    def total():
        return fetch(grouped("a.plan_id"), **values), fetch(ratios(), **values)

    yield against("units by activity", by_hand, *both("a.id", "activity"))
    yield against("units by day", by_hand, *both("s.planned_on", "planned_on"))
    yield against("of a plan", by_hand, lambda: progress.of_plans([plan], ON), total)

    dependency = plan.entity.dependencies.earliest("pk")
    month = Session.objects.filter(activity__responsibilities__dependency=dependency, planned_on__gte=SEPTEMBER)
    narrow = values | {"since": SEPTEMBER, "dependency": dependency.pk}

    def execution():
        return progress.execution(month, ON)

    yield against(
        "one dependency and month", by_hand, execution, lambda: fetch(grouped("a.plan_id", ONE_MONTH), **narrow)
    )
    (taken,), _ratios = compare(11, execution)
    yield Row("Total: one dependency and month", "–", seconds(taken), "–", "–", "≤ 10 ms", taken <= 0.01)

    scope = Scope(plan, plan.starts_on, ON, cutoff=ON, today=ON)
    held = participants.held(scope).filter(attendance_total__isnull=False)

    def by_month() -> list[tuple]:
        return list(participants.by_month(held))

    def people() -> list[tuple]:
        return fetch(PEOPLE, **values)

    assert sorted(by_month()) == sorted(people())
    yield against("people by activity and month", by_hand, by_month, people)
    own = "its own statements, rows left as tuples"
    report = Report(plan=plan, kind="final", period="2026", cutoff=ON)
    for work, ours in {
        "everything about a plan": lambda: progress.of_plan(plan, ON),
        "all facts of a report": lambda: snapshot.take(report),
    }.items():
        yield against(work, own, ours, own_statements(ours))


def grouped(key: str, more: str = "") -> str:
    """Units of what is due, by `key`; percentage targets, which are no units, are left to `ratios`."""
    return f"SELECT {key}, {UNITS}{DUE} AND a.target_kind <> 'percentage'{more} GROUP BY {key}"


def ratios() -> str:
    return f"""SELECT a.id, a.target_value, SUM(s.numerator), SUM(s.denominator){DUE}
      AND a.target_kind = 'percentage' AND s.planned_units > 0 GROUP BY a.id, a.target_value"""


def fetch(statement: str, **values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def own_statements(work: Callable) -> Callable:
    """Captures the SELECTs of `work`; returns a function that runs them alone, without building objects."""
    statements: list[tuple] = []

    def capture(execute, sql, params, many, context):
        if sql.startswith("SELECT"):
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(capture):
        work()

    def again() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchall()

    return again
