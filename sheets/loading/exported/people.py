"""Who came to a session, counted by group: not more people than came, as the page of the session says too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Model

from sheets.loading.exported.row import ExportedRow


def over_the_total(
    sessions: Iterable[ExportedRow], attendance: Iterable[ExportedRow], stored: Iterable[Model]
) -> Iterator[tuple[ExportedRow, str, int, int]]:
    """(row, column to tell it in, sum of the groups, total) of each session that the sheet takes beyond its total.

    `stored`: the attendance rows of the plan, with their sessions. One that was beyond it before is not the sheet's.
    """
    stored = list(stored)
    before: dict[object, int] = defaultdict(int)
    for one in stored:
        before[_key(one.session)] += one.people or 0
    attendance = [row for row in attendance if row.instance is not None]
    changed = {_key(row.instance): row for row in sessions if row.instance is not None}
    replaced = {row.instance.pk for row in attendance if row.instance.pk}
    people: dict[object, int] = defaultdict(int)
    touched: dict[object, tuple[ExportedRow, str, Model]] = {}
    for one in [*(row for row in stored if row.pk not in replaced), *(row.instance for row in attendance)]:
        people[_key(one.session)] += one.people or 0
    for row in attendance:
        if row.state != "unchanged":
            touched[_key(row.instance.session)] = row, "people", row.instance.session
    for key, row in changed.items():
        if any(name == "attendance_total" for name, *_values in row.changes):
            touched[key] = row, "attendance_total", row.instance
    for key, (row, column, session) in touched.items():
        total = (changed[key].instance if key in changed else session).attendance_total
        was = changed[key].stored if key in changed else session
        was_over = was is not None and was.attendance_total is not None and before[key] > was.attendance_total
        if total is not None and people[key] > total and not was_over:
            yield row, column, people[key], total


def _key(session: Model) -> object:
    return session.pk or id(session)
