"""What the plan holds, by kind and id, with what each row belongs to and names at hand."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Model

from accounts.models import Dependency
from plans.models import Plan
from sheets.resources.columns import Names
from sheets.resources.declared import SHEETS
from sheets.resources.stored import pairs_of, rows_of

PARENTS = {  # kind: the relations of its rows, and of which kind these are
    "activities": {"phase": "phases", "line": "lines"},
    "sessions": {"activity": "activities"},
    "attendance": {"session": "sessions", "group": "groups"},
    "metrics": {"activity": "activities", "session": "sessions"},
    "commitments": {"session": "sessions"},
    "follow_ups": {"commitment": "commitments"},
}
Lists = dict[str, list[Any]]  # of a row: the rows that it names, by column


class Stored:
    """The rows of the plan; with `lock` nobody else changes them until the transaction ends.

    Without it somebody may write between two queries: what belongs to a row that came later is not seen either.
    """

    def __init__(self, plan: Plan, *, lock: bool) -> None:
        self.rows: dict[str, dict[int, Model]] = {}
        self.lists: dict[str, dict[int, Lists]] = {}
        dependencies = {row.pk: row for row in Dependency.objects.filter(entity=plan.entity_id)}
        self.rows["dependencies"] = dependencies
        for sheet, rows in rows_of(plan).items():
            kind = sheet._meta.kind
            rows = rows.select_for_update(of=("self",)) if lock and kind not in ("groups", "plan") else rows
            if kind == "follow_ups":
                rows = rows.select_related("by")
            found = {row.pk: row for row in rows if self._join(kind, row, plan)}
            self.rows[kind] = found
            for column in sheet.fields.values():
                if isinstance(column, Names):
                    self._name(kind, column.name, pairs_of(plan, sheet, column), self.rows[column.kind])

    def _join(self, kind: str, row: Model, plan: Plan) -> bool:
        """Sets what the row belongs to, from memory; False when that is not there."""
        for name, parent_kind in PARENTS.get(kind, {}).items():
            if (key := getattr(row, f"{name}_id")) is not None:
                parent = self.rows[parent_kind].get(key)
                if parent is None:
                    return False
                setattr(row, name, parent)
        if hasattr(row, "plan_id"):
            row.plan = plan
        return True

    def _name(self, kind: str, name: str, pairs, named: dict[int, Model]) -> None:
        lists = self.lists.setdefault(kind, defaultdict(lambda: defaultdict(list)))
        for row, other in pairs:
            if row in self.rows[kind] and other in named:
                lists[row][name].append(named[other])

    def lists_of(self, kind: str, row: Model) -> Lists:
        return self.lists.get(kind, {}).get(row.pk, {})


KINDS = tuple(sheet._meta.kind for sheet in SHEETS)
