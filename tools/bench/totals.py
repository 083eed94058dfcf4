"""Totals against handwritten SQL."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from msgspec.structs import astuple

from activities import progress
from activities.counting import counted, due_sessions
from activities.figures import Figure
from activities.models import Session
from activities.progress import Progress
from plans.models import Plan
from reports import snapshot
from reports.models import Report
from reports.scope import Scope
from reports.sections import participants
from tools.bench import by_hand
from tools.bench.by_hand import DUE, UNITS
from tools.bench.measure import Row, at_most, compare, seconds

ON, SEPTEMBER = date(2026, 9, 30), date(2026, 9, 1)
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
    grouped_sql = "grouped SQL written by hand"

    def against(work: str, other: str, ours: Callable, theirs: Callable) -> Row:
        taken, ratios = compare(5, ours, theirs)
        return at_most(1.3, f"Total: {work}", other, *taken, ratios[1], spare=0.003)

    def both(key: str, by: str) -> tuple[Callable, Callable]:
        ours, theirs = lambda: counted(due, ON, by=by), lambda: fetch(grouped(key), **values)
        assert dict(ours()) == {key: tuple(units) for key, *units in theirs()}
        return ours, theirs

    def total():
        return fetch(grouped("a.plan_id"), **values), fetch(ratios(), **values)

    yield against("units by activity", grouped_sql, *both("a.id", "activity"))
    yield against("units by day", grouped_sql, *both("s.planned_on", "planned_on"))
    yield against("of a plan", grouped_sql, lambda: progress.of_plans([plan], ON), total)

    dependency = plan.entity.dependencies.earliest("pk")
    month = Session.objects.filter(activity__responsibilities__dependency=dependency, planned_on__gte=SEPTEMBER)
    narrow = values | {"since": SEPTEMBER, "dependency": dependency.pk}

    def execution():
        return progress.execution(month, ON)

    yield against(
        "one dependency and month", grouped_sql, execution, lambda: fetch(grouped("a.plan_id", ONE_MONTH), **narrow)
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
    yield against("people by activity and month", grouped_sql, by_month, people)
    own = "its own statements, rows left as tuples"

    def everything() -> Progress:
        return progress.of_plan(plan, ON)

    yield against("everything about a plan", own, everything, own_statements(everything))
    report = Report(plan=plan, kind="final", period="2026", cutoff=ON)

    def facts() -> dict[str, list[tuple]]:
        return by_hand.facts(plan.pk, plan.starts_on, ON)

    ours, theirs = as_tuples(snapshot.take(report)), facts()
    assert {slug: ordered(rows) for slug, rows in ours.items()} == {
        slug: ordered(rows) for slug, rows in theirs.items()
    }
    yield against("all facts of a report", "SQL written by hand, the same rows", lambda: snapshot.take(report), facts)


def as_tuples(report: snapshot.Snapshot) -> dict[str, list[tuple]]:
    """What by_hand.facts reads, out of the sections."""
    execution, held, people, promised, annex, behind = (
        report.facts(slug) for slug in ("ejecucion", "realizados", "participantes", "compromisos", "anexo", "registros")
    )
    named = (
        [("total", "", execution.total)]
        + [("block", block.name, block.figure) for block in execution.blocks]
        + [("phase", phase.name, phase.figure) for phase in execution.phases]
        + [("month", f"{month.month:%Y-%m}", month.figure) for month in execution.months]
    )
    return {
        "ejecucion": [(*key, *units(figure)) for *key, figure in named],
        "faltantes": [
            (miss.activity, miss.block, miss.planned_on, miss.planned, miss.executed, miss.reason)
            for miss in execution.misses
        ],
        "realizados": [
            (
                *(space.activity, space.block, space.held_on, space.planned_on, space.planned, space.units),
                *(space.modality, space.place, space.locality, space.people, space.source, space.note),
                *(space.questions, space.comments, space.incidence),
                *(space.topics, space.contributions, space.results, space.summary),
                *(tuple(map(astuple, space.groups)), tuple(map(astuple, space.promises))),
            )
            for space in held.spaces
        ],
        "participantes": [
            (entry.activity, f"{entry.starts_on:%Y-%m}", entry.people, entry.source) for entry in people.entries
        ],
        "grupos": [(group.name, group.sessions, group.people) for group in people.groups],
        "compromisos": [
            (
                *(item.code, item.text, item.instance, item.due_on, item.standing, item.responsible),
                tuple(map(astuple, item.follow_ups)),
            )
            for item in promised.items
        ],
        "anexo": [
            (
                *(f"{row.number} {row.name}".strip(), row.block, row.phase, row.responsible, row.groups),
                *(tuple(map(astuple, row.dates)), units(row.figure)),
            )
            for row in annex.rows
        ],
        "actividades": [astuple(row) for row in behind.activities],
        "espacios": [astuple(row) for row in behind.sessions],
        "promesas": [astuple(row) for row in behind.commitments],
    }


def units(figure: Figure) -> tuple[int, int, int, int]:
    return figure.planned, figure.executed, figure.unexplained, figure.excess


def ordered(rows: list[tuple]) -> list[str]:
    return sorted(repr(plain(row)) for row in rows)


def plain(value: object) -> object:
    """As any driver gives it: SQLite knows no dates and no decimals."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if isinstance(value, Decimal | int):
        return float(value)
    return str(value) if isinstance(value, date | str) else value


def grouped(key: str, more: str = "") -> str:
    """Units of what is due, by `key`; percentage targets, which are no units, are left to `ratios`."""
    return f"SELECT {key}, {UNITS}, COUNT(*) {DUE} AND a.target_kind <> 'percentage'{more} GROUP BY {key}"


def ratios() -> str:
    return f"""SELECT a.id, a.target_value, SUM(s.numerator), SUM(s.denominator) {DUE}
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
