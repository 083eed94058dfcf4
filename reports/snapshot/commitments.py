"""The commitments of a report, at its cut-off."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import msgspec
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from commitments import balance
from commitments.models import Commitment, FollowUp
from commitments.standing import Standing, made
from display import dates
from display.dates import Precision
from plans.models import Plan
from reports.facts import CommitmentFact, CommitmentFacts


def commitments_of(plan: Plan, cutoff: date, since: date, lists: bool) -> CommitmentFacts:
    result = balance.of_plan(plan, cutoff, since)
    return CommitmentFacts(
        made=result.made,
        fulfilled=result.fulfilled,
        overdue=result.overdue,
        open=result.open,
        closed=result.closed,
        due=result.due,
        fulfilled_due=result.fulfilled_due,
        open_at_start=result.open_at_start,
        new=result.new,
        closed_in_period=result.closed_in_period,
        open_at_end=result.open_at_end,
        instances=result.instances,
        items=_commitment_items(plan, cutoff) if lists else (),
        undated=result.undated or msgspec.UNSET,
    )


def _commitment_items(plan: Plan, cutoff: date) -> tuple[CommitmentFact, ...]:
    # Names in a query of their own: joined, they would multiply rows.
    names = defaultdict(list)
    answering = Commitment.responsible.through.objects.filter(commitment__plan=plan)
    for pk, name in answering.order_by("dependency__order", "dependency__name").values_list(
        "commitment", "dependency__name"
    ):
        names[pk].append(name)
    followed = Exists(FollowUp.objects.filter(commitment=OuterRef("pk"), on__lte=cutoff))
    commitments = Commitment.objects.filter(made(cutoff), plan=plan).annotate(followed=followed)
    return tuple(_commitment(commitment, cutoff, names[commitment.pk]) for commitment in commitments.order_by("pk"))


def _commitment(commitment: Commitment, cutoff: date, names: list[str]) -> CommitmentFact:
    row = commitment.at(cutoff)
    closed = row.standing in (Standing.FULFILLED, Standing.CLOSED)
    made_on = commitment.made_on
    made = dates.month(made_on) if commitment.made_precision == Precision.MONTH else dates.short_day(made_on)
    return CommitmentFact(
        code=commitment.code,
        text=commitment.text,
        instance=commitment.instance,
        responsible=_("Todas las dependencias") if commitment.all_dependencies else "; ".join(names),
        made=made,
        due_on=commitment.due_on,
        closed_on=commitment.closed_on if closed else None,
        state=_state_in_words(commitment, cutoff),
        standing=str(row.standing),
        days_overdue=row.days_overdue,
    )


def _state_in_words(commitment: Commitment, cutoff: date) -> str:
    state = str(_state(commitment, cutoff).label)
    if not commitment.closed_until:
        return state
    told = _("%(state)s, sin fecha") if commitment.closed_until <= cutoff else _("%(state)s, en un día desconocido")
    return told % {"state": state}


def _state(commitment: Commitment, cutoff: date) -> Commitment.State:
    """The state at the cut-off, inferred from dates: earlier states are not stored."""
    state, states = Commitment.State(commitment.state), Commitment.State
    if commitment.closed_on and commitment.closed_on > cutoff:
        return states.IN_PROGRESS if commitment.followed else states.RECORDED
    if state == states.VERIFIED and commitment.verified_on > cutoff:
        return states.REPORTED_DONE
    return state
