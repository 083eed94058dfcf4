"""What people ask of each other about a plan: requests to decide, those to mend, proposals that are awaited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entity
from activities.changes import listed
from activities.models import ChangeRequest
from display.dates import working_days_between
from plans.models import NoProposal, Plan

MOST = 10


@dataclass(frozen=True)
class Waiting:
    """Requests of a plan that wait for planning, or proposals for its draft."""

    plan: Plan
    n: int
    days: int  # working days that the oldest waits
    url: str


def waiting(entity: Entity, on: date) -> list[Waiting]:
    """Two statements."""
    rows = ChangeRequest.objects.to_decide().filter(plan__entity=entity).order_by().values("plan")
    counted = {row["plan"]: row for row in rows.annotate(n=Count("pk"), oldest=Min("requested_at"))}
    plans = entity.plans.filter(pk__in=counted)
    result = []
    for plan in plans:
        row = counted[plan.pk]
        name = "change_list" if plan.is_frozen else "proposal_list"
        url = reverse(f"activities:{name}", args=[entity.slug, plan.slug])
        days = working_days_between(timezone.localtime(row["oldest"]).date(), on)
        result.append(Waiting(plan, row["n"], days, url))
    return result


def to_mend(entity: Entity, dependencies: set[int], on: date) -> list[listed.Row]:
    """Those that planning returned to some dependencies; one statement."""
    rows = ChangeRequest.objects.filter(
        plan__entity=entity, dependency__in=dependencies, state=ChangeRequest.State.RETURNED
    ).select_related("plan__entity", "activity", "session")
    return listed.rows(rows.order_by("pk")[:MOST], on)


def calls(entity: Entity, dependencies: set[int], on: date) -> list[Plan]:
    """Drafts for which proposals are awaited, and none of these dependencies answered: one statement."""
    answered = NoProposal.objects.filter(dependency__in=dependencies).values("plan")
    proposed = ChangeRequest.objects.filter(dependency__in=dependencies).exclude(state=ChangeRequest.State.CANCELLED)
    drafts = entity.plans.drafts().filter(proposals_until__gte=on)
    return list(drafts.exclude(pk__in=answered).exclude(pk__in=proposed.values("plan")))
