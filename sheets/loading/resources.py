"""One Resource per kind of row: the columns that a sheet may fill, and what of them approval freezes.

A column says what the reader calls it (`Meaning`), and so how a sheet heads it. Those without one come from several
columns, or from notes.
"""

from __future__ import annotations

from typing import Any

from activities.models import Activity, Metric, Session
from commitments.models import Commitment
from plans.models import Plan
from sheets.loading.sheet_resource import Column, SheetResource
from sheets.loading.values import ActivityValues, CommitmentValues, MetricValues, SessionValues
from sheets.reading.headers import Meaning as M


class ActivityResource(SheetResource):
    number = Column(M.NUMBER)
    name = Column(M.ACTIVITY)
    phase = Column(M.PHASE)
    line = Column(M.LINE)
    description = Column(M.DESCRIPTION)
    objective = Column(M.OBJECTIVE)
    product = Column(M.PRODUCT)
    target_kind = Column(M.TARGET)
    target_value = Column(M.TARGET)
    unit = Column(M.UNIT)
    indicator = Column(M.INDICATOR)
    formula = Column(M.FORMULA)
    incidence_level = Column(M.INCIDENCE)
    mechanism = Column(M.MECHANISM)
    channels = Column(M.CHANNELS)
    modality = Column(M.MODALITY)
    periodicity = Column(M.PERIODICITY)
    locality = Column(M.LOCALITY)
    budget = Column(M.BUDGET)
    resources = Column(M.RESOURCES)
    alliances = Column(M.ALLIANCES)
    all_dependencies = Column(M.RESPONSIBLE)
    responsible_text = Column(M.RESPONSIBLE)
    outside_plan = Column()

    class Meta:
        model = Activity

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
    planned_on = Column(M.DATE)
    planned_precision = Column(M.DATE)
    planned_units = Column(M.TARGET)
    executed_units = Column()
    held_on = Column()
    held_precision = Column()
    attendance_total = Column(M.ATTENDANCE)
    attendance_note = Column(M.ATTENDANCE)
    questions = Column(M.QUESTIONS)
    comments = Column(M.COMMENTS)
    reason = Column()
    footnote = Column()
    carried_to_year = Column()

    class Meta:
        model = Session

    def parents(self, row: SessionValues, plan: Plan) -> dict[str, Any]:
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
    kind = Column(M.INDICATOR)
    name = Column(M.INDICATOR)
    value = Column(M.VALUE)
    period_from = Column(M.PERIOD)
    period_to = Column(M.PERIOD)
    source = Column(M.SOURCE)

    class Meta:
        model = Metric

    def parents(self, row: MetricValues, plan: Plan) -> dict[str, Any]:
        return {"activity": row.activity.instance}


class CommitmentResource(SheetResource):
    code = Column(M.CODE)
    text = Column(M.COMMITMENT)
    instance = Column(M.INSTANCE)
    made_on = Column(M.DATE)
    made_precision = Column(M.DATE)
    due_on = Column(M.DUE)
    all_dependencies = Column(M.RESPONSIBLE)
    state = Column(M.STATE)
    closed_on = Column(M.CLOSED)
    closed_until = Column()
    verified_on = Column()
    reason = Column(M.STATE)
    carried_to_year = Column(M.STATE)

    class Meta:
        model = Commitment

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
