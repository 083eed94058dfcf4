"""One Resource per sheet kind: what a file may say, what of it approval freezes, and what hangs from a row."""

from __future__ import annotations

from django.utils.translation import gettext as _

from activities.models import Activity, Metric, Session
from commitments.models import Commitment
from sheets.loading.sheet import SheetResource
from sheets.loading.values import ActivityValues, CommitmentValues, MetricValues, SessionValues


class ActivityResource(SheetResource):
    """Activities with their groups and dependencies (`known.units` and `known.groups_now` are lists, lead first)."""

    columns = (
        "number", "name", "phase", "line", "description", "objective", "product", "target_kind", "target_value", "unit",
        "indicator", "formula", "incidence_level", "mechanism", "channels", "modality", "periodicity", "locality",
        "budget", "resources", "alliances", "all_dependencies", "responsible_text", "outside_plan",
    )  # fmt: skip
    planned = frozenset(columns) | {"units", "groups"}

    class Meta(SheetResource.Meta):
        model = Activity

    def __init__(self, *, order: int, **kwargs) -> None:
        super().__init__(**kwargs)
        self.order = order  # of the last one that the plan has

    def attach(self, instance: Activity, facts: ActivityValues) -> None:
        self.order += 1
        instance.plan, instance.order = self.plan, self.order

    def is_planned(self, facts: ActivityValues) -> bool:
        return not facts.outside

    def frozen_row(self, facts: ActivityValues) -> str:
        return _(
            "«%(name)s» no está en el plan aprobado. Quite la fila, o devuelva el plan a borrador para agregarla."
        ) % {"name": facts.label}

    def other_changes(self, facts: ActivityValues):
        changes = []
        now = facts.known.units_now
        if facts.units is not None and (now[:1] != facts.units[:1] or set(now) != set(facts.units)):
            changes.append(("units", now, facts.units))
        now = facts.known.groups_now
        if facts.groups is not None and set(now) != set(facts.groups):
            changes.append(("groups", now, facts.groups))
        return changes


class SessionResource(SheetResource):
    """Sessions: what was planned, what happened, who came."""

    columns = (
        "planned_on", "planned_precision", "planned_units", "executed_units", "held_on", "held_precision",
        "attendance_total", "attendance_note", "questions", "comments", "reason", "footnote", "carried_to_year",
    )  # fmt: skip
    planned = frozenset({"planned_units"})

    class Meta(SheetResource.Meta):
        model = Session

    def attach(self, instance: Session, facts: SessionValues) -> None:
        instance.activity = facts.activity.row

    def is_planned(self, facts: SessionValues) -> bool:
        """An extra one (0 planned units) is execution."""
        return not facts.activity.outside and (facts.known is not None or facts.values["planned_units"] > 0)

    def frozen_row(self, facts: SessionValues) -> str:
        return _(
            "«%(name)s» no está en el plan aprobado. Quite esta fecha, o devuelva el plan a borrador para programarla."
        ) % {"name": facts.label}

    def import_instance(self, instance: Session, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        if instance.executed_units == 0 and instance.denominator is None:
            instance.held_on = None

    def other_changes(self, facts: SessionValues):
        now = facts.known.present_now  # group → people
        new = {
            group: people
            for group, people in facts.present or ()
            if group not in now or people not in (None, now[group])
        }
        return [("present", list(now), [*now, *(group for group in new if group not in now)])] if new else []


class MetricResource(SheetResource):
    columns = ("kind", "name", "value", "period_from", "period_to", "source")

    class Meta(SheetResource.Meta):
        model = Metric

    def attach(self, instance: Metric, facts: MetricValues) -> None:
        instance.activity = facts.activity.row


class CommitmentResource(SheetResource):
    """Commitments (`known.units_now` is a list of their dependencies)."""

    columns = (
        "code", "text", "instance", "made_on", "made_precision", "due_on", "all_dependencies", "state", "closed_on",
        "verified_on", "reason",
    )  # fmt: skip

    class Meta(SheetResource.Meta):
        model = Commitment

    def attach(self, instance: Commitment, facts: CommitmentValues) -> None:
        instance.plan = self.plan

    def import_instance(self, instance: Commitment, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        if instance.state not in Commitment.CLOSED:
            instance.closed_on = None
        if instance.state != Commitment.State.VERIFIED:
            instance.verified_on = None

    def other_changes(self, facts: CommitmentValues):
        now = facts.known.units_now
        if facts.units is None or set(now) == set(facts.units):
            return []
        return [("units", now, facts.units)]
