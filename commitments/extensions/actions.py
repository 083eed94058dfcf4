"""Writes of extensions: asked, granted, refused; whoever must know of it is told."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from commitments.extensions import notifications
from commitments.extensions.states import EXTENSIONS, State
from commitments.models import Commitment, Extension
from commitments.states import OPEN
from plans.states import refuse_closed
from records.audit import acting_as
from records.refusals import NotReady


@transaction.atomic
def ask_extension(*, commitment: Commitment, due_on: date, reason: str, on: date, by: User) -> Extension:
    """Raises NotReady when it is closed; ValidationError when another waits, or when it is not a later day."""
    refuse_closed(commitment.plan)
    if commitment.state not in OPEN:
        raise NotReady(_("El compromiso ya está cerrado: no necesita más plazo."))
    extension = Extension(
        commitment=commitment,
        due_on=due_on,
        due_before=commitment.due_on,
        reason=reason.strip(),
        asked_by=by,
        asked_on=on,
    )
    extension.validate_constraints()
    with acting_as(by):
        extension.save()
    notifications.tell_asked(extension, by=by)
    return extension


@transaction.atomic
def grant_extension(*, extension: Extension, on: date, by: User, note: str = "", seen: int | None = None) -> None:
    """The deadline in force is another from the day `on`. Raises Stale, NotReady."""
    commitment = extension.commitment
    commitment.claim()  # first: from here on nobody else closes it or moves its deadline
    EXTENSIONS.move(extension, State.GRANTED, by=by, seen=seen, on=on, decider=by, note=note.strip())
    with acting_as(by):
        commitment.due_on = extension.due_on
        commitment.save(update_fields=["due_on"])
    notifications.tell_decided(extension, by=by)


@transaction.atomic
def refuse_extension(*, extension: Extension, on: date, by: User, note: str, seen: int | None = None) -> None:
    """Raises Stale, NotReady without a note."""
    EXTENSIONS.move(extension, State.REFUSED, by=by, seen=seen, on=on, decider=by, note=note.strip())
    notifications.tell_decided(extension, by=by)
