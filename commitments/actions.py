"""Writes of commitments: save, move, follow up, delete; each leaves its trail."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Dependency, User
from activities.models import Evidence, Responsibility, Session
from commitments import codes
from commitments.models import Commitment, FollowUp
from commitments.states import COMMITMENTS, State
from plans.models import StakeholderGroup
from records import audit
from records.audit import Act, Pair, acting_as
from records.refusals import Blocker, NotReady

UNSHOWN = gettext_noop("Dice que está todo hecho: adjunte la evidencia, diga dónde está, o escriba por qué no la hay.")


@transaction.atomic
def save_commitment(
    *,
    commitment: Commitment,
    responsible: Iterable[Dependency],
    groups: Iterable[StakeholderGroup],
    by: User,
    seen: int | None = None,
) -> Commitment:
    """Creates it, with a code if it has none, or changes it from revision `seen`.

    Raises Stale, NotReady when it moves a deadline that is held, or ValidationError with the constraint broken.
    """
    with acting_as(by):
        if commitment.pk:
            commitment.claim(seen)
            hold_deadline(commitment)
        codes.assign([commitment], commitment.plan)
        commitment.validate_constraints()
        commitment.save()
        commitment.responsible.set(responsible)
        commitment.groups.set(groups)
    return commitment


def hold_deadline(commitment: Commitment) -> None:
    """NotReady when it would be stored with another deadline than the one that citizens were told."""
    told = Commitment.objects.values_list("due_on", flat=True).get(pk=commitment.pk)
    if commitment.due_on != told and (commitment.holds_deadline or commitment.granted):
        raise NotReady(
            Blocker(_("El plazo ya se le dijo a la ciudadanía: solo lo cambia una prórroga."), field="due_on")
        )


def record_promises(
    *,
    session: Session,
    promises: dict[str, date],
    responsible: list[Dependency],
    groups: Iterable[StakeholderGroup],
    is_held: bool = False,
) -> list[Pair | Act]:
    """{text: due on} made in a session, inside a transaction: what it created, for the trail.

    One that is there already is not made again. The dependencies `responsible` answer, else who leads the activity.
    The statements do not depend on how many there are. `is_held`: the row of `codes.hold` is locked already.
    """
    if not promises:
        return []
    activity, plan = session.activity, session.activity.plan
    instance = activity.formal_instance or activity.name[:200]
    if not is_held:
        codes.hold(plan.entity_id).get()
    there = Q(session=session) | Q(plan=plan, instance=instance, made_on=session.held_on)
    year = codes.year_of(Commitment(made_on=session.held_on), plan)
    # One look at what the entity promised: the last number, and which of these are there.
    found = (
        Commitment.objects.filter(plan__entity=plan.entity_id)
        .order_by()
        .aggregate(
            last=codes.last(year),
            **{f"is_{n}": Count("pk", filter=there & Q(text=text)) for n, text in enumerate(promises)},
        )
    )
    known = {text for n, text in enumerate(promises) if found[f"is_{n}"]}
    made = [
        Commitment(
            plan=plan,
            text=text,
            due_on=due_on,
            session=session,
            instance=instance,
            made_on=session.held_on,
            made_precision=session.held_precision,
            all_dependencies=activity.all_dependencies,
        )
        for text, due_on in promises.items()
        if text not in known
    ]
    if not made:
        return []
    if not responsible:
        leading = activity.responsibilities.filter(part=Responsibility.Part.LEAD).select_related("dependency")
        responsible = [row.dependency for row in leading]
    for commitment, code in zip(made, codes.after(found["last"], year), strict=False):
        commitment.code = code
    Commitment.objects.bulk_create(made)
    answering, present = Commitment.responsible.through, Commitment.groups.through
    answering.objects.bulk_create(
        [answering(commitment=row, dependency=dependency) for row in made for dependency in responsible]
    )
    present.objects.bulk_create([present(commitment=row, stakeholdergroup=group) for group in groups for row in made])
    return [
        *((None, row) for row in made),
        *(audit.relation(row, "responsible", "add", responsible) for row in made),
        *(audit.relation(row, "groups", "add", groups) for row in made),
    ]


def move_commitment(
    *,
    commitment: Commitment,
    to: str,
    on: date | None,
    by: User,
    reason: str = "",
    carried_to_year: int | None = None,
    is_day_known: bool = True,
    seen: int | None = None,
) -> Commitment:
    """Moves it to state `to`, a closed one as of the day `on`: state, dates, reason and year change together.

    With `is_day_known` False it was closed on an unknown day, `on` at the latest.

    Raises Stale when it changed since revision `seen` or no transition leads to `to`, PermissionDenied, and NotReady
    when the reason or the year is missing, the day is too early, or nothing shows that it was done.
    """
    facts = {"reason": reason.strip(), "carried_to_year": carried_to_year, "is_day_known": is_day_known}
    if to == State.REPORTED_DONE:
        facts["is_shown"] = _is_shown(commitment)
    COMMITMENTS.move(commitment, to, by=by, seen=seen, on=on, **facts)
    return commitment


def _is_shown(commitment: Commitment) -> bool:
    """Whether a follow-up, which asks what shows it, says that all is done, after citizens last found not."""
    rows = commitment.follow_ups.filter(progress=100)
    if refuted := commitment.verifications.filter(is_kept=False).aggregate(last=Max("on"))["last"]:
        rows = rows.filter(on__gte=refuted)
    return rows.exists()


@transaction.atomic
def add_follow_up(
    *,
    follow_up: FollowUp,
    by: User,
    is_fulfilled: bool = False,
    proofs: Iterable[Evidence] = (),
    seen: int | None = None,
) -> FollowUp:
    """On pages follow-ups are never edited; the first one moves a recorded commitment to in progress, and one that
    fulfils it, as it was at revision `seen`, to reported done.

    Raises as `move_commitment` does; NotReady when all is done and nothing shows it, nor says why nothing does.
    """
    proofs = list(proofs)
    if follow_up.progress == 100 and not proofs and not follow_up.evidence.strip():
        raise NotReady(Blocker(_(UNSHOWN), field="evidence"))
    follow_up.by = by
    commitment = follow_up.commitment
    with acting_as(by):
        follow_up.save()
        follow_up.proofs.add(*proofs)
        if is_fulfilled:
            COMMITMENTS.move(commitment, State.REPORTED_DONE, by=by, seen=seen, on=follow_up.on)
        elif commitment.state == State.RECORDED:
            since = max(follow_up.on, commitment.made_on or follow_up.on)  # work may begin before the promise
            COMMITMENTS.move(commitment, State.IN_PROGRESS, by=by, on=since)
    return follow_up


def deletion_blockers(commitment: Commitment) -> list[str]:
    """One sentence per reason; empty when it may be deleted."""
    has_history = any(rows.exists() for rows in (commitment.follow_ups, commitment.extensions, commitment.answers))
    if commitment.state != State.RECORDED or commitment.holds_deadline or has_history:
        return [
            _(
                "Este compromiso ya es público o tiene historia: lo prometido a la ciudadanía no se borra. "
                "Si no se puede cumplir, cámbiele el estado y diga por qué."
            )
        ]
    return []


@transaction.atomic
def delete_commitment(*, commitment: Commitment, by: User) -> None:
    """Raises ValidationError unless it is recorded and without follow-ups."""
    if blockers := deletion_blockers(commitment):
        raise ValidationError(blockers)
    with acting_as(by):
        commitment.delete()
