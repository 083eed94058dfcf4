"""A citizen's answer is kept once; the entity's reply goes beside it. Neither moves the promise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, may
from commitments.answers import notifications
from commitments.models import CitizenAnswer, Commitment
from commitments.states import State
from display.text import normalise
from records.audit import acting_as, record_at_once
from records.refusals import Blocker, NotAllowed, NotReady

# What the entity declares, and citizens confirm or dispute.
DECLARED = (State.REPORTED_DONE, State.PARTLY_DONE, State.VERIFIED, State.NOT_VIABLE)
ANSWERED_FOR = timedelta(days=365)  # since it was closed; who comes later writes to the entity


def last_day(commitment: Commitment) -> date | None:
    """Until when it takes answers; None while nothing closed it."""
    closed = commitment.verified_on or commitment.closed_on or commitment.closed_until
    return closed + ANSWERED_FOR if closed else None


def takes_answers(commitment: Commitment, on: date) -> bool:
    last = last_day(commitment)
    return commitment.state in DECLARED and (last is None or on <= last)


def same_words(text: str) -> str:
    """What two texts that only differ in capitals, accents and spaces share."""
    return sha256(normalise(text.strip()).encode()).hexdigest()[:32]


@transaction.atomic
def answer(*, commitment: Commitment, kind: str, text: str, key: UUID, on: date) -> CitizenAnswer:
    """Stores what one person answered; the same form, or the same words while they wait for a reply, once. Those who
    decide are told of a dispute. By nobody: the trail says nothing of it. Raises NotReady when it takes no answers."""
    if not takes_answers(commitment, on):
        raise NotReady(_("De este compromiso ya no se reciben respuestas."))
    text = text.strip()
    is_dispute = kind == CitizenAnswer.Kind.DISPUTES
    same = same_words(text) if is_dispute else ""
    there = Q(form_key=key)
    if is_dispute:
        there |= Q(commitment=commitment, kind=kind, same_text=same, replied_on=None)
    if known := CitizenAnswer.objects.filter(there).first():
        return known
    row = CitizenAnswer(commitment=commitment, kind=kind, text=text, same_text=same, form_key=key, answered_on=on)
    row.validate_constraints()
    try:
        with transaction.atomic(), record_at_once(by=None):  # nothing of it is recorded
            row.save()
    except IntegrityError:  # the same, from elsewhere, a moment ago
        return CitizenAnswer.objects.filter(there)[0]
    if is_dispute:
        notifications.tell_disputed(row)
    return row


@transaction.atomic
def reply(
    *,
    answers: Sequence[CitizenAnswer],
    text: str,
    withheld: str | None = None,
    on: date,
    by: User,
    seen: dict[int, int],
) -> None:
    """One reply to answers of one promise; `withheld` None leaves what is public as it is. `seen`: {pk: revision}.

    Raises Stale, NotAllowed; NotReady without a text, or when one has its reply: citizens read it already.
    """
    if not text.strip():
        raise NotReady(Blocker(_("Escriba la respuesta."), field="reply"))
    if any(row.replied_on for row in answers):
        raise NotReady(_("Una de las marcadas ya tiene respuesta, y la gente pudo leerla: quítele la marca."))
    values = {"reply": text.strip(), "replied_on": on, "replied_by": by}
    _write(answers, values if withheld is None else {**values, "withheld": withheld}, by=by, seen=seen)


@transaction.atomic
def withhold(*, answers: Sequence[CitizenAnswer], withheld: str, by: User, seen: dict[int, int]) -> None:
    """Keeps their words from the public page, for a reason that it tells; or shows them. Raises as `reply`."""
    _write(answers, {"withheld": withheld}, by=by, seen=seen)


def _write(answers: Sequence[CitizenAnswer], values: dict, *, by: User, seen: dict[int, int]) -> None:
    with acting_as(by):
        for row in answers:
            if not may(by, Permission.FOLLOW_COMMITMENT, row):
                raise NotAllowed
            row.claim(seen.get(row.pk))
            for name, value in values.items():
                setattr(row, name, value)
            row.validate_constraints()
            row.save(update_fields=list(values))
