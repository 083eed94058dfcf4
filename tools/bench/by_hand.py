"""The facts of a report of a whole plan as somebody would read them without the product: SQL and plain tuples.

It shares no code with the product, so that equal values prove both, and leaves out what no plan of tools/bench/scratch
has: versions, footnotes, units outside the plan, spaces outside it. Dates stay as the driver gives them.
"""

from collections import defaultdict
from datetime import date

from django.db import connection

IN_FORCE = """(s.in_force_from IS NULL OR s.in_force_from <= %(on)s)
   AND (s.withdrawn_on IS NULL OR s.withdrawn_on > %(on)s)"""
OF_PLAN = f"""FROM activities_session s JOIN activities_activity a ON a.id = s.activity_id
 WHERE a.plan_id = %(plan)s AND NOT a.outside_plan AND {IN_FORCE}"""
HELD = f"{OF_PLAN} AND s.held_on BETWEEN %(since)s AND %(on)s"
DUE = f"{OF_PLAN} AND s.planned_on <= %(on)s"
DONE = "CASE WHEN s.held_on <= %(on)s THEN COALESCE(s.executed_units, 0) ELSE 0 END"
CAPPED = f"CASE WHEN {DONE} < s.planned_units THEN {DONE} ELSE s.planned_units END"
UNITS = f"""SUM(s.planned_units), SUM({CAPPED}),
 SUM(CASE WHEN s.reason = '' THEN s.planned_units - {CAPPED} ELSE 0 END), SUM({DONE}) - SUM({CAPPED})"""
SPACES = "AND a.target_kind <> 'percentage'"
MADE = "(c.made_on IS NULL OR c.made_on <= %(on)s)"
NO_FIGURE = (0, 0, 0, 0)
OF_ACTIVITIES = """FROM activities_activity a
  LEFT JOIN plans_cyclephase p ON p.id = a.phase_id
  LEFT JOIN plans_strategicline l ON l.id = a.line_id
  LEFT JOIN activities_responsibility r ON r.activity_id = a.id AND r.part = 'lead'
  LEFT JOIN accounts_dependency d ON d.id = r.dependency_id
 WHERE a.plan_id = %(plan)s AND NOT a.outside_plan ORDER BY a."order", a.id"""


def facts(plan: int, since: date, on: date) -> dict[str, list[tuple]]:
    """By section: its rows, in the order of the plan or of their days."""
    values = {"plan": plan, "since": since, "on": on}

    def rows(statement: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    activities = rows(f"""
SELECT a.id, trim(a.number || ' ' || a.name), COALESCE(l.name, d.name), p.name,
       CASE WHEN a.target_kind = 'percentage' THEN a.target_value END
  {OF_ACTIVITIES}""")
    place = {pk: told for pk, *told in activities}
    units = {pk: tuple(figure) for pk, *figure in rows(f"SELECT a.id, {UNITS} {DUE} {SPACES} GROUP BY a.id")}
    return {
        "ejecucion": _execution(rows, place, units),
        "faltantes": _misses(rows, place),
        "realizados": _spaces(rows, place),
        "participantes": _people(rows, place),
        "grupos": _groups(rows),
        "compromisos": _commitments(rows),
        "anexo": _annex(rows, place, units),
        "actividades": _activities(rows),
        "espacios": _sessions(rows, place),
        "promesas": _promises(rows),
    }


def _execution(rows, place: dict, units: dict) -> list[tuple]:
    """Name and units of the total, of each block, phase and month."""
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for pk, (_name, block, phase, _goal) in place.items():
        for key in ("total", ""), ("block", block), ("phase", phase):
            for at, value in enumerate(units.get(pk, NO_FIGURE)):
                sums[key][at] += value
    months = rows(f"SELECT substr(CAST(s.planned_on AS text), 1, 7), {UNITS} {DUE} {SPACES} GROUP BY 1")
    return [(*key, *found) for key, found in sums.items()] + [("month", *month) for month in months]


def _misses(rows, place: dict) -> list[tuple]:
    found = rows(f"""SELECT a.id, s.planned_on, s.planned_units, {CAPPED}, s.reason {DUE}
       {SPACES} AND {CAPPED} < s.planned_units""")
    return [(place[pk][0], place[pk][1], *told) for pk, *told in found]


def _spaces(rows, place: dict) -> list[tuple]:
    groups, promises = defaultdict(list), defaultdict(list)
    for pk, *group in rows(f"""SELECT t.session_id, g.name, t.people FROM activities_attendance t
      JOIN plans_stakeholdergroup g ON g.id = t.group_id WHERE t.session_id IN (SELECT s.id {HELD}) ORDER BY g.name"""):
        groups[pk].append(tuple(group))
    for pk, *promise in rows(f"""SELECT c.session_id, c.code, c.text, c.due_on FROM commitments_commitment c
      WHERE c.session_id IN (SELECT s.id {HELD}) AND {MADE} ORDER BY c.due_on, c.id"""):
        promises[pk].append(tuple(promise))
    found = rows(f"""SELECT s.id, a.id, s.held_on, s.planned_on, s.planned_units,
       CASE WHEN a.target_kind = 'percentage' THEN 0 ELSE COALESCE(s.executed_units, 0) END, s.modality, s.place,
       s.locality, s.attendance_total, s.attendance_source, s.attendance_note, s.questions, s.comments,
       s.achieved_incidence, s.topics, s.contributions, s.results, s.summary {HELD}
       ORDER BY s.held_on, s.hour, a."order", s.id""")
    return [
        (
            *(place[pk][0], place[pk][1], *told),
            *(_lines(text) for text in texts),
            *(tuple(groups.get(session, ())), tuple(promises.get(session, ()))),
        )
        for session, pk, *told, topics, contributions, results, summary in found
        for texts in ((topics, contributions, results, summary),)
    ]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip().lstrip("• ") for line in text.splitlines()) if text else ()


def _people(rows, place: dict) -> list[tuple]:
    """Activity, month, people, source; a month that a metric of participants covers has the metric's value."""
    found, covered = [], set()
    for pk, first, last, value, source in rows("""SELECT m.activity_id, m.period_from, m.period_to, m.value, m.source
      FROM activities_metric m JOIN activities_activity a ON a.id = m.activity_id WHERE a.plan_id = %(plan)s
       AND m.kind = 'participantes' AND m.period_to BETWEEN %(since)s AND %(on)s"""):
        found.append((place[pk][0], str(first)[:7], round(value), source))
        covered |= {(pk, month) for month in {str(first)[:7], str(last)[:7]}}
    sources = dict(
        rows(f"""SELECT a.id, MIN(s.attendance_source) {HELD} AND s.attendance_source <> '' GROUP BY a.id""")
    )
    for pk, month, people in rows(f"""SELECT a.id, substr(CAST(s.held_on AS text), 1, 7), SUM(s.attendance_total) {HELD}
       AND s.attendance_total IS NOT NULL GROUP BY 1, 2"""):
        if (pk, month) not in covered:
            found.append((place[pk][0], month, people, sources.get(pk, "")))
    return found


def _groups(rows) -> list[tuple]:
    return rows(f"""SELECT g.name, COUNT(*), SUM(t.people) FROM activities_attendance t
      JOIN plans_stakeholdergroup g ON g.id = t.group_id WHERE t.session_id IN (SELECT s.id {HELD}) GROUP BY g.name""")


def _commitments(rows) -> list[tuple]:
    names, followed = defaultdict(list), defaultdict(list)
    for pk, name in rows("""SELECT r.commitment_id, d.name FROM commitments_commitment_responsible r
      JOIN accounts_dependency d ON d.id = r.dependency_id JOIN commitments_commitment c ON c.id = r.commitment_id
     WHERE c.plan_id = %(plan)s ORDER BY d."order", d.name"""):
        names[pk].append(name)
    for pk, *told in rows("""SELECT f.commitment_id, f."on", f.progress, f.done FROM commitments_followup f
      JOIN commitments_commitment c ON c.id = f.commitment_id
     WHERE c.plan_id = %(plan)s AND f."on" <= %(on)s ORDER BY f."on" DESC"""):
        followed[pk].append(tuple(told))
    found = rows(f"""SELECT c.id, c.code, c.text, c.instance, c.due_on,
       CASE WHEN c.closed_on <= %(on)s THEN 'fulfilled' WHEN c.due_on < %(on)s THEN 'overdue' ELSE 'open' END
      FROM commitments_commitment c WHERE c.plan_id = %(plan)s AND {MADE} ORDER BY c.id""")
    return [(*told, "; ".join(names[pk]), tuple(followed[pk])) for pk, *told in found]


def _annex(rows, place: dict, units: dict) -> list[tuple]:
    responsible, groups, dates = defaultdict(list), defaultdict(list), defaultdict(list)
    for pk, name in rows("""SELECT r.activity_id, d.name FROM activities_responsibility r
      JOIN accounts_dependency d ON d.id = r.dependency_id JOIN activities_activity a ON a.id = r.activity_id
     WHERE a.plan_id = %(plan)s ORDER BY r.part, r.id"""):
        responsible[pk].append(name)
    for pk, name in rows("""SELECT x.activity_id, g.name FROM activities_activity_groups x
      JOIN plans_stakeholdergroup g ON g.id = x.stakeholdergroup_id JOIN activities_activity a ON a.id = x.activity_id
     WHERE a.plan_id = %(plan)s ORDER BY g.name"""):
        groups[pk].append(name)
    for pk, *told in rows(f"""SELECT a.id, s.planned_on, s.planned_precision, s.planned_units {OF_PLAN}
       AND s.planned_units > 0 ORDER BY s.planned_on, s.id"""):
        dates[pk].append(tuple(told))
    return [
        (*told[:3], "; ".join(responsible[pk]), "; ".join(groups[pk]), tuple(dates[pk]), units.get(pk, NO_FIGURE))
        for pk, told in place.items()
    ]


def _activities(rows) -> list[tuple]:
    """What a report has no room to print of each, to the last column."""
    return rows(f"""
SELECT a.number, a.name, COALESCE(l.name, d.name), p.name, a.target_kind, a.target_value, a.unit, COALESCE(l.name, ''),
       a.description, a.objective, a.product, a.indicator, a.formula, a.incidence_level, a.formal_instance,
       a.accountability_element, a.mechanism, a.channels, a.modality, a.periodicity, a.locality, a.budget, a.resources,
       a.alliances, a.responsible_text
  {OF_ACTIVITIES}""")


def _sessions(rows, place: dict) -> list[tuple]:
    """Every session as it stood on the day, with the place of its activity, the day it was written and its cells."""
    number = {pk: at for at, pk in enumerate(place, start=1)}
    known = """FROM activities_session s JOIN activities_activity a ON a.id = s.activity_id
 WHERE a.plan_id = %(plan)s AND NOT a.outside_plan AND (s.in_force_from IS NULL OR s.in_force_from <= %(on)s)"""
    written, cells = _written(rows, "activities", "session", f"SELECT s.id {known}")
    # Whole, or without what happened after the day.
    then = ", ".join(
        f"CASE WHEN s.held_on IS NULL OR s.held_on <= %(on)s THEN s.{name} END"
        for name in ("held_on", "executed_units", "numerator", "denominator")
    )
    found = rows(f"""SELECT s.id, s.activity_id, s.planned_on, s.planned_precision, s.planned_units, s.in_force_from,
       CASE WHEN s.withdrawn_on <= %(on)s THEN s.withdrawn_on END, {then}, s.reason, s.carried_to_year,
       CASE WHEN s.held_on IS NULL OR s.held_on <= %(on)s THEN s.attendance_total END, s.footnote {known}
       ORDER BY a."order", a.id, s.planned_on, s.id""")
    return [
        (pk, number[activity], *told, written.get(pk), cells.get(pk, ""), footnote)
        for pk, activity, *told, footnote in found
    ]


def _promises(rows) -> list[tuple]:
    known = f"FROM commitments_commitment c WHERE c.plan_id = %(plan)s AND {MADE}"
    written, cells = _written(rows, "commitments", "commitment", f"SELECT c.id {known}")
    groups = defaultdict(list)
    for pk, name in rows("""SELECT x.commitment_id, g.name FROM commitments_commitment_groups x
      JOIN plans_stakeholdergroup g ON g.id = x.stakeholdergroup_id
      JOIN commitments_commitment c ON c.id = x.commitment_id WHERE c.plan_id = %(plan)s ORDER BY g.name"""):
        groups[pk].append(name)
    found = rows(f"""SELECT c.id, c.code, c.text, c.made_on, c.made_precision, c.due_on,
       CASE WHEN c.closed_on <= %(on)s THEN c.closed_on END, c.closed_until,
       CASE WHEN c.closed_on > %(on)s THEN 'in_progress' ELSE c.state END,
       CASE WHEN c.verified_on <= %(on)s THEN c.verified_on END, c.session_id {known} ORDER BY c.id""")
    return [
        (pk, *told, written.get(pk), cells.get(pk, ""), verified, "; ".join(groups[pk]), session)
        for pk, *told, verified, session in found
    ]


def _written(rows, app: str, model: str, of: str) -> tuple[dict, dict]:
    """The day each row was last written, and the cell that said it."""
    kind = f"(SELECT id FROM django_content_type WHERE app_label = '{app}' AND model = '{model}')"
    written = rows(f"""SELECT e.object_id, MAX(e.timestamp) FROM accounts_auditentry e
       WHERE e.content_type_id = {kind} AND e.object_id IN ({of}) GROUP BY 1""")
    cells = rows(f"""SELECT o.target_id, o.cells FROM records_source o
       WHERE o.target_type_id = {kind} AND o.target_id IN ({of}) ORDER BY o.id""")
    return dict(written), dict(cells)
