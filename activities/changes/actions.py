"""What people do to a request: ask it, send it again, desist, decide it, say that the groups were told.

All are atomic and leave their trail; refusals carry the sentence for the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission, may
from activities.changes import notifications, proposals, wanted
from activities.changes.applying import apply, held, read
from activities.changes.rules import blockers
from activities.changes.states import CHANGES
from activities.models import ChangeRequest
from display.dates import day
from plans import versions
from plans.models import PlanVersion
from records.audit import acting_as
from records.refusals import Blocker, NotAllowed, NotReady, Stale

State = ChangeRequest.State
Seen = Mapping[int, int] | None  # {pk: the revision that was read}
NAMED = 5  # changes in the reason of a version


@transaction.atomic
def ask(*, change: ChangeRequest, by: User, on: date, seen: int | None = None, approve: bool = False) -> ChangeRequest:
    """Stores a new request, or mends a returned one and sends it again; `approve` decides it at once. `change.wanted`
    says what: of an activity all its values, of which those that change are kept.

    Raises NotAllowed, NotReady when it could not be applied on `on`, Stale, or ValidationError of a constraint.
    """
    plan = held(change.plan)
    read(change, plan)
    # Of an activity its own dependencies answer; what is new is asked by the dependency that asks it.
    if not may(by, Permission.REQUEST_CHANGE, change.activity or change):
        raise NotAllowed
    if change.is_proposal and change.dependency and not change.pk:
        proposals.expect(plan, change.dependency, on)
    _keep_what_changes(change)
    if found := blockers(change, on):
        raise NotReady(*found)
    change.before, change.after = wanted.in_words(change)
    if change.pk:
        with acting_as(by):
            change.claim(seen, state=State.RETURNED)
            change.validate_constraints()
            change.save()
        CHANGES.move(change, State.REQUESTED, by=by, asker=by)
    else:
        change.requested_by = by
        change.validate_constraints()
        with acting_as(by):
            change.save()
    if approve:
        _approve([change], by=by, on=on)
    else:
        notifications.tell_asked(change, by=by)
    return change


def _keep_what_changes(change: ChangeRequest) -> None:
    change.wanted = {name: value for name, value in change.wanted.items() if name != "from"}
    if change.session:
        change.wanted["from"] = wanted.session_values(change.session)
    elif change.activity and change.kind == change.Kind.MODIFY:
        now, asked = wanted.stored(change.activity), change.wanted.get("activity", {})
        changed = {name: value for name, value in asked.items() if now[name] != value}
        change.wanted |= {"activity": changed, "from": {name: now[name] for name in changed}}


@transaction.atomic
def approve(
    *, changes: Sequence[ChangeRequest], by: User, on: date, note: str = "", seen: Seen = None
) -> PlanVersion | None:
    """Applies requests of one plan on `on`, in the order in which they were asked, and writes one version of it; None
    for proposals on a draft. All or none.

    Raises NotReady with what hinders which one, Stale when one changed since `seen` ({pk: revision}) or was decided.
    """
    return _approve(changes, by=by, on=on, note=note, seen=seen)


def _approve(
    changes: Sequence[ChangeRequest], *, by: User, on: date, note: str = "", seen: Seen = None
) -> PlanVersion | None:
    plan = held(changes[0].plan)
    changes = sorted(changes, key=lambda change: change.pk)
    added = {}
    for change in changes:
        try:
            change.claim((seen or {}).get(change.pk), state=State.REQUESTED)
        except Stale as error:
            raise Stale(_("Otra persona ya decidió o cambió esa solicitud: mire cómo quedó.")) from error
        if not may(by, Permission.DECIDE_CHANGE, change):
            raise NotAllowed
        try:
            added[change.pk] = apply(read(change, plan), on=on, by=by)
        except ValidationError as error:
            raise (error if len(changes) == 1 else _named(change, error)) from error
    version = versions.freeze(plan, reason=reason_of(changes, on), by=by) if plan.is_running else None
    for change in changes:
        # An accepted proposal is a row of the draft as any other: whoever writes it may delete it.
        activity = added[change.pk] if version else None
        facts = {"on": on, "note": note.strip(), "activity": activity, "version": version, "decider": by}
        CHANGES.move(change, State.APPROVED, by=by, **facts)
        notifications.tell_decided(change, by=by)
    return version


def _named(change: ChangeRequest, error: ValidationError) -> NotReady:
    name = notifications.name_of(change)
    return NotReady(*(Blocker(f"{name}: {sentence}") for sentence in error.messages))


def reason_of(changes: Sequence[ChangeRequest], on: date) -> str:
    """Of the version: «Cambios decididos el 3 de marzo de 2026. Cambiar la fecha: «Mesa» (16 de marzo)…»."""
    names = [f"{change.get_kind_display()}: {notifications.name_of(change)}" for change in changes[:NAMED]]
    if rest := len(changes) - len(names):
        names.append(ngettext("y %(n)d más", "y %(n)d más", rest) % {"n": rest})
    opening = ngettext("Cambio decidido el %(day)s.", "Cambios decididos el %(day)s.", len(changes))
    return f"{opening % {'day': day(on)}} {'; '.join(names)}."


@transaction.atomic
def send_back(*, changes: Sequence[ChangeRequest], by: User, note: str, seen: Seen = None, **_facts) -> None:
    """To whoever asked, with a note. Raises Stale, NotReady without a note."""
    for change in changes:
        revision = (seen or {}).get(change.pk)
        CHANGES.move(change, State.RETURNED, by=by, seen=revision, note=note.strip(), decider=by)
        notifications.tell_returned(change, by=by)


@transaction.atomic
def reject(*, changes: Sequence[ChangeRequest], by: User, on: date, note: str, seen: Seen = None) -> None:
    for change in changes:
        revision = (seen or {}).get(change.pk)
        CHANGES.move(change, State.REJECTED, by=by, seen=revision, note=note.strip(), on=on, decider=by)
        notifications.tell_decided(change, by=by)


def cancel(*, change: ChangeRequest, by: User, seen: int | None = None) -> ChangeRequest:
    """By whoever asked. Raises Stale, NotReady when somebody else did."""
    CHANGES.move(change, State.CANCELLED, by=by, seen=seen, asker=by)
    return change


@transaction.atomic
def tell_groups(*, change: ChangeRequest, on: date, how: str, by: User, seen: int | None = None) -> ChangeRequest:
    """That those who were invited know of it. Raises NotReady of one that was not approved."""
    if change.state != State.APPROVED:
        raise NotReady(_("Se avisa de lo que se aprobó."))
    change.claim(seen)
    change.groups_told_on, change.groups_told_how = on, how.strip()
    change.validate_constraints()
    with acting_as(by):
        change.save(update_fields=["groups_told_on", "groups_told_how"])
    return change
