"""Verbs about what is owed to citizens: write a commitment down, follow it, move it on."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Dependency, User
from accounts.permissions import Permission, may
from commitments.models import Commitment, FollowUp
from commitments.states import CLOSED, UNKEPT, State
from plans.models import StakeholderGroup
from records.audit import acting_as

# From each state, where it may go. A closed one only comes back to "in progress", told why.
MOVES: dict[str, tuple[State, ...]] = {
    State.RECORDED: (
        *(State.IN_PROGRESS, State.REPORTED_DONE, State.PARTLY_DONE),
        *(State.NOT_VIABLE, State.BREACHED, State.CARRIED_OVER),
    ),
    State.IN_PROGRESS: (
        *(State.REPORTED_DONE, State.PARTLY_DONE, State.NOT_VIABLE, State.BREACHED, State.CARRIED_OVER),
    ),
    State.PARTLY_DONE: (
        *(State.IN_PROGRESS, State.REPORTED_DONE, State.NOT_VIABLE, State.BREACHED, State.CARRIED_OVER),
    ),
    State.REPORTED_DONE: (State.VERIFIED, State.IN_PROGRESS),
    State.VERIFIED: (State.IN_PROGRESS,),
    State.NOT_VIABLE: (State.IN_PROGRESS,),
    State.BREACHED: (State.IN_PROGRESS,),
    State.CARRIED_OVER: (State.IN_PROGRESS,),
}
# What whoever follows it may say of it while it is open; the rest is decided by who may edit the plan.
TOLD = (State.IN_PROGRESS, State.REPORTED_DONE, State.PARTLY_DONE, State.NOT_VIABLE)


def moves_of(commitment: Commitment, user: User) -> list[State]:
    """Where `user` may move it now; empty when nowhere."""
    moves = MOVES[commitment.state]
    if may(user, Permission.EDIT_PLAN, commitment):
        return list(moves)
    if commitment.state in CLOSED or not may(user, Permission.FOLLOW_COMMITMENT, commitment):
        return []
    return [to for to in moves if to in TOLD]


def needs_reason(state: str, to: str) -> bool:
    """Whether the move must say why: what is not kept, and what is opened again."""
    return to in UNKEPT or (to == State.IN_PROGRESS and state in CLOSED)


@transaction.atomic
def save_commitment(
    *,
    commitment: Commitment,
    responsible: Iterable[Dependency],
    groups: Iterable[StakeholderGroup],
    by: User,
    seen: int | None = None,
) -> Commitment:
    """Creates it, or changes it from revision `seen`. Raises Stale, or ValidationError with the rule that it breaks."""
    with acting_as(by):
        if commitment.pk:
            commitment.claim(seen)
        commitment.validate_constraints()
        commitment.save()
        commitment.responsible.set(responsible)
        commitment.groups.set(groups)
    return commitment


@transaction.atomic
def move_commitment(
    *,
    commitment: Commitment,
    to: str,
    on: date,
    by: User,
    reason: str = "",
    carried_to_year: int | None = None,
    seen: int | None = None,
) -> Commitment:
    """Moves it to state `to` as of the day `on`: state, its dates, the reason and the year change together.

    Verifying keeps the day on which it was reported done. Raises Stale, or ValidationError when the table of moves does
    not hold it, the reason or the year is missing, or the day cannot be.
    """
    commitment.claim(seen)
    if to not in MOVES[commitment.state]:
        raise ValidationError(
            _("De «%(state)s» no se pasa a «%(to)s».")
            % {"state": commitment.get_state_display(), "to": State(to).label}
        )
    if needs_reason(commitment.state, to) and not reason.strip():
        raise ValidationError({"reason": _("Diga por qué.")})
    if to == State.CARRIED_OVER and not carried_to_year:
        raise ValidationError({"carried_to_year": _("Diga a qué vigencia pasa.")})
    since = commitment.closed_on if to == State.VERIFIED else commitment.made_on
    if since and on < since and (to == State.VERIFIED or commitment.made_precision == "day"):
        raise ValidationError({"on": _("Es anterior al día en que se reportó o se adquirió.")})
    commitment.state = to
    commitment.reason = reason.strip()
    commitment.carried_to_year = carried_to_year if to == State.CARRIED_OVER else None
    commitment.verified_on = on if to == State.VERIFIED else None
    if to != State.VERIFIED:
        commitment.closed_on = on if to in CLOSED else None
    with acting_as(by):
        commitment.validate_constraints()
        commitment.save()
    return commitment


@transaction.atomic
def add_follow_up(*, follow_up: FollowUp, by: User) -> FollowUp:
    """Adds what was done for a commitment, never edited afterwards; the first one puts a recorded one in progress."""
    follow_up.by = by
    commitment = follow_up.commitment
    with acting_as(by):
        follow_up.save()
        if commitment.state == State.RECORDED:
            commitment.claim(state=State.RECORDED)
            commitment.state = State.IN_PROGRESS
            commitment.save(update_fields=["state"])
    return follow_up


def deletion_blockers(commitment: Commitment) -> list[str]:
    """Why it may not be deleted, in sentences; empty when it may."""
    if commitment.follow_ups.exists() or commitment.state != State.RECORDED:
        return [
            _(
                "Este compromiso ya tiene historia: lo prometido a la ciudadanía no se borra. "
                "Si no se puede cumplir, cámbiele el estado y diga por qué."
            )
        ]
    return []


@transaction.atomic
def delete_commitment(*, commitment: Commitment, by: User) -> None:
    """Deletes one that nobody worked on yet. Raises ValidationError for any other."""
    if blockers := deletion_blockers(commitment):
        raise ValidationError(blockers)
    with acting_as(by):
        commitment.delete()
