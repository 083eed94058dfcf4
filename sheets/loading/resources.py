"""The rules of the rows that a planning office's own sheet may bring."""

from __future__ import annotations

from typing import Any

from activities.models import Session
from commitments.models import Commitment
from plans.models import Plan
from sheets.loading.sheet_resource import SheetResource
from sheets.loading.values import ActivityValues, CommitmentValues, MetricValues, SessionValues
from sheets.resources.declared import ActivitySheet, CommitmentSheet, MetricSheet, SessionSheet


class ActivityResource(SheetResource):
    sheet = ActivitySheet

    def parents(self, row: ActivityValues, plan: Plan) -> dict[str, Any]:
        return {"plan": plan} if row.stored else {"plan": plan, "order": row.order}

    def is_promised(self, row: ActivityValues) -> bool:
        return not row.outside

    def is_frozen_field(self, name: str) -> bool:
        return True

    def related_changes(self, row: ActivityValues):
        changes = []
        before, after = row.stored.responsible_now, row.responsible
        if after is not None and (before[:1] != after[:1] or not _same(before, after)):  # the first leads
            changes.append(("responsible", before, after))
        before, after = row.stored.groups_now, row.groups
        if after is not None and not _same(before, after):
            changes.append(("groups", before, after))
        return changes


class SessionResource(SheetResource):
    sheet = SessionSheet

    def parents(self, row: SessionValues, plan: Plan) -> dict[str, Any]:
        if row.stored and row.stored.activity_id != row.activity.instance.pk:
            return {}  # of the other half of one that changed hands
        return {"activity": row.activity.instance}

    def is_promised(self, row: SessionValues) -> bool:
        """An extra one (0 planned units) is execution."""
        return not row.activity.outside and (row.stored is not None or row.values["planned_units"] > 0)

    def is_frozen_field(self, name: str) -> bool:
        return name == "planned_units"

    def complete(self, instance: Session) -> None:
        if instance.executed_units == 0 and instance.denominator is None:
            instance.held_on = None

    def related_changes(self, row: SessionValues):
        before = row.stored.present_now  # (group, people) by the group's key
        groups = [group for group, _people in before.values()]
        new = [
            group
            for group, people in row.present or ()
            if group.pk not in before or people not in (None, before[group.pk][1])
        ]
        return [("present", groups, [*groups, *(group for group in new if group not in groups)])] if new else []


class MetricResource(SheetResource):
    sheet = MetricSheet

    def parents(self, row: MetricValues, plan: Plan) -> dict[str, Any]:
        return {"activity": row.activity.instance}


class CommitmentResource(SheetResource):
    sheet = CommitmentSheet

    def parents(self, row: CommitmentValues, plan: Plan) -> dict[str, Any]:
        return {"plan": plan}

    def complete(self, instance: Commitment) -> None:
        if instance.state not in Commitment.CLOSED:
            instance.closed_on = None
        if instance.state not in Commitment.CLOSED or instance.closed_on:
            instance.closed_until = None
        if instance.state != Commitment.State.VERIFIED:
            instance.verified_on = None

    def related_changes(self, row: CommitmentValues):
        before, after = row.stored.responsible_now, row.responsible
        return [] if after is None or _same(before, after) else [("responsible", before, after)]


def _same(before: list, after: list) -> bool:
    """Whether these are the same rows in any order; rows that are not saved have no hash."""
    return len(before) == len(after) and all(row in before for row in after)
