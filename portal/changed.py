"""What was changed in a public plan since it was approved, and why: as it was decided, without who asked or decided."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from activities.changes import notifications, wanted
from activities.models import ChangeRequest
from display.values import Change
from plans.models import Plan

MOST = 100  # the latest; the versions of the plan have them all


class Changed(NamedTuple):
    kind: str
    name: str
    told: list[Change]
    note: str
    on: date
    version: int


def decided(plan: Plan) -> list[Changed]:
    """The latest first; one statement."""
    rows = plan.changes.approved().exclude(version=None).select_related("activity", "session", "version")
    return [
        Changed(
            change.get_kind_display(),
            notifications.name_of(change),
            [] if change.kind == ChangeRequest.Kind.WITHDRAW else wanted.told(change),
            change.public_note,
            change.decided_on,
            change.version.number,
        )
        for change in rows.order_by("-decided_on", "-pk")[:MOST]
    ]
