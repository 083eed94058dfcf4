"""What is still to be said of sessions due: a report, or why they fell short. Counts of sessions, not of units."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from activities.counting import due_sessions, targets_of, unexplained
from activities.figures import TargetState
from activities.models import Activity, Session
from plans.models import Plan


class Need(TextChoices):
    REPORT = "report", _("Falta reportar")
    EXPLAIN = "explain", _("Falta explicar")


class Pending(NamedTuple):
    session: int
    activity: int
    planned_on: date
    need: Need


def needs(rows: Collection[Pending]) -> tuple[int, int]:
    """How many are to be reported, and how many to be explained."""
    to_report = sum(row.need == Need.REPORT for row in rows)
    return to_report, len(rows) - to_report


def pending(plans: Iterable[Plan], on: date) -> list[Pending]:
    """The oldest first; three statements, one more where a percentage target is short without a reason.

    A session is reported, or else unreported(); of a reported one that fell short its reason is missing. A percentage
    target is explained by the reason of its latest due date.
    """
    own = ("pk", "activity", "planned_on")
    due = due_sessions(Session.objects.filter(activity__plan__in=plans), on)
    silent = [Pending(*row, Need.REPORT) for row in due.unreported(on).values_list(*own)]
    short = [*unexplained(Session.objects.filter(activity__plan__in=plans), on).values_list(*own)]
    targets = targets_of(Activity.objects.filter(plan__in=plans), on)
    missed = [target.activity for _plan, target in targets if target.state == TargetState.SHORT and not target.reason]
    if missed:
        dates = due.filter(activity__in=missed, planned_units__gt=0).order_by("planned_on", "pk")
        short += {row[1]: row for row in dates.values_list(*own)}.values()
    rows = silent + [Pending(*row, Need.EXPLAIN) for row in short]
    return sorted(rows, key=lambda row: (row.planned_on, row.session))
