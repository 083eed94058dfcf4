"""Requests as their lists show them: what waits first, and for how many working days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Case, Value, When
from django.utils import timezone

from activities.changes import notifications, wanted
from activities.models import ChangeRequest
from display.dates import working_days_between
from display.values import Change
from plans.models import Plan

State = ChangeRequest.State


def of_plan(plan: Plan):
    """To decide first, the oldest on top; then those returned; then the latest decided."""
    rank = Case(When(state=State.REQUESTED, then=Value(0)), When(state=State.RETURNED, then=Value(1)), default=Value(2))
    waiting = Case(When(state__in=ChangeRequest.OPEN, then="requested_at"))
    rows = plan.changes.select_related("plan__entity", "activity", "session", "dependency", "requested_by", "version")
    return rows.order_by(rank, waiting, "-decided_on", "-pk")


class Row(NamedTuple):
    change: ChangeRequest
    name: str
    told: list[Change]
    state: str  # of its words and look
    waiting: int | None  # working days since it was asked


def rows(changes: Iterable[ChangeRequest], today: date) -> list[Row]:
    """No statement."""
    result = []
    for change in changes:
        asked = timezone.localtime(change.requested_at).date()
        waiting = working_days_between(asked, today) if change.state == State.REQUESTED else None
        result.append(Row(change, notifications.name_of(change), wanted.told(change), change.state_in_words, waiting))
    return result
