"""Commitments as lists show them: where each stands on a day (balance.py decides), and how late it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commitments import balance
from commitments.models import Commitment
from plans.models import Plan


@dataclass(frozen=True)
class Row:
    """A commitment on a day."""

    commitment: Commitment
    standing: str
    days_overdue: int


def rows_of(commitments: Iterable[Commitment], plan: Plan, on: date) -> list[Row]:
    """Each with its plan at hand and its standing on `on`."""
    rows = []
    for commitment in commitments:
        commitment.plan = plan
        standing = balance.standing(commitment, on)
        late = (on - commitment.due_on).days if standing == balance.Standing.OVERDUE else 0
        rows.append(Row(commitment, standing, late))
    return rows


def commitments_of(plan: Plan, on: date, **conditions) -> list[Row]:
    """Those of a plan that meet `conditions`: one query."""
    return rows_of(plan.commitments.filter(**conditions), plan, on)
