"""Applying a request on the day on which it is decided: what was promised is withdrawn from that day on, and what
replaces it enters; nothing that counted before it moves (docs/adr/0024)."""

from __future__ import annotations

from copy import copy
from datetime import date

from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import Dependency, User
from activities.actions import set_responsibilities
from activities.changes import wanted
from activities.changes.rules import blockers
from activities.models import Activity, ChangeRequest, Session
from plans.models import Plan
from records import audit
from records.refusals import NotReady, Stale


def held(plan: Plan) -> Plan:
    """The plan as stored, locked until the transaction ends: a no-op UPDATE that approving, reopening and closing wait
    for."""
    Plan.objects.filter(pk=plan.pk).update(state=F("state"))
    return Plan.objects.select_related("entity").get(pk=plan.pk)


def read(change: ChangeRequest, plan: Plan) -> ChangeRequest:
    """With its activity and session as stored now."""
    change.plan = plan
    if change.activity_id:
        change.activity = plan.activities.prefetch_related("responsibilities", "groups").get(pk=change.activity_id)
        change.activity.plan = plan
    if change.session_id:
        change.session = Session.objects.get(pk=change.session_id)
        change.session.activity = change.activity
    return change


def apply(change: ChangeRequest, *, on: date, by: User) -> Activity | None:
    """Alters the plan, which is held; returns the activity that it adds, if any.

    Raises NotReady with why it cannot be, Stale when somebody reports a space at the same moment.
    """
    if found := blockers(change, on):
        raise NotReady(*found)
    kind = ChangeRequest.Kind(change.kind)
    with audit.acting_as(by):
        if kind == kind.ADD:
            return _add(change, on, by)
        if change.session is None:
            _withdraw_activity(change, on, by) if kind == kind.WITHDRAW else _modify_activity(change, on, by)
        elif kind == kind.CARRY:
            _carry(change)
        else:
            [heir] = [None] if kind == kind.WITHDRAW else wanted.sessions_of(change, change.activity)
            supersede([(change.session, heir)], on=on, note=change.public_note, by=by)
    return None


# --- Sessions ---------------------------------------------------------------------------------------------------------


def supersede(pairs: list[tuple[Session, Session | None]], *, on: date, note: str, by: User) -> None:
    """Withdraws each session on `on`, and adds what replaces it, if anything: six statements however many they are.

    `note` is what reports print of it: under the one that replaces it, else under the withdrawn one.
    """
    befores = [copy(session) for session, _heir in pairs]
    for session, heir in pairs:
        session.withdrawn_on, session.revision = on, session.revision + 1
        noted = heir or session
        noted.footnote = noted_below(session, note)
        if heir:
            heir.in_force_from = on
    untouched = Session.objects.filter(pk__in=[session.pk for session, _heir in pairs], withdrawn_on=None)
    untouched = untouched.filter(executed_units=None, denominator=None, held_on=None, attendance_total=None)
    if untouched.update(withdrawn_on=on, revision=F("revision") + 1) != len(pairs):
        raise Stale(_("Alguien acaba de reportar o cambiar uno de esos espacios: mire cómo quedó y vuelva a decidir."))
    heirs = [heir for _session, heir in pairs if heir]
    Session.objects.bulk_create(heirs)
    for session, heir in pairs:
        session.replaced_by = heir
    Session.objects.bulk_update([session for session, _heir in pairs], ["replaced_by", "footnote"], batch_size=500)
    changed = [(before, session) for before, (session, _heir) in zip(befores, pairs, strict=True)]
    audit.record_changed([*changed, *((None, heir) for heir in heirs)], by=by)


def noted_below(session: Session, note: str) -> str:
    """Its footnote with one line more, while both fit."""
    both = "\n".join(filter(None, (session.footnote, note)))
    return both if len(both) <= Session._meta.get_field("footnote").max_length else note


def _carry(change: ChangeRequest) -> None:
    """It stays in force and is not executed: from its date on it counts as what passes to another year."""
    session = change.session
    session.claim()
    session.carried_to_year = change.wanted["year"]
    session.reason = session.reason or change.public_note or str(change.get_reason_display())
    session.footnote = noted_below(session, change.public_note)
    session.save(update_fields=["carried_to_year", "reason", "footnote"])


def remaining(activity: Activity, on: date):
    """The programmed sessions in force of which nothing was told."""
    rows = activity.sessions.in_force(on).filter(planned_units__gt=0, carried_to_year=None)
    return rows.filter(executed_units=None, denominator=None, held_on=None, attendance_total=None)


# --- Activities -------------------------------------------------------------------------------------------------------


def _withdraw_activity(change: ChangeRequest, on: date, by: User) -> None:
    """What fell due stays promised; what comes later is withdrawn."""
    activity = change.activity
    rows = list(remaining(activity, on).filter(planned_on__gt=on))
    if rows:
        supersede([(session, None) for session in rows], on=on, note=change.public_note, by=by)
    activity.claim()
    activity.withdrawn_on = on
    activity.save(update_fields=["withdrawn_on"])


def _modify_activity(change: ChangeRequest, on: date, by: User) -> None:
    values = {**wanted.stored(change.activity), **change.wanted["activity"]}
    if wanted.moves(change):
        _go_on_in_another(change, values, on, by)
        return
    activity = change.activity
    activity.claim()
    wanted.filled(activity, {name: values[name] for name in wanted.ACTIVITY})
    activity.validate_constraints()
    activity.save()
    activity.groups.set(values["groups"])


def _go_on_in_another(change: ChangeRequest, values: dict, on: date, by: User) -> None:
    """The old activity keeps what was reported of it and what fell due, for whoever answered for it then; what is still
    to come enters again under the new one."""
    old = change.activity
    old.claim()
    old.withdrawn_on = on
    old.save(update_fields=["withdrawn_on"])  # first: its number is free for the new one
    rows = list(remaining(old, on).filter(planned_on__gt=on))
    new = wanted.typed(change.plan, values)
    new.order, new.replaces = old.order, old
    if not {"lead", "support"} & change.wanted["activity"].keys():
        new.responsible_text = old.responsible_text
    _store(new, values, on)
    heirs = [wanted.filled(Session(activity=new, reason=row.reason), wanted.session_values(row)) for row in rows]
    if rows:
        supersede(list(zip(rows, heirs, strict=True)), on=on, note="", by=by)


def _add(change: ChangeRequest, on: date, by: User) -> Activity:
    """On a draft, what a dependency proposes enters as any other: from the baseline on."""
    since = on if change.plan.is_running else None
    activity = change.activity
    if activity is None:
        values = wanted.whole(change.wanted["activity"])
        activity = wanted.typed(change.plan, values)
        last = change.plan.activities.aggregate(last=Max("order"))["last"]
        activity.order = 1 if last is None else last + 1
        _store(activity, values, since)
    sessions = wanted.sessions_of(change, activity)
    for session in sessions:
        session.in_force_from = since
        session.footnote = change.public_note if since else ""
    Session.objects.bulk_create(sessions)
    audit.record_created(sessions, by=by)
    return activity


def _store(activity: Activity, values: dict, since: date | None) -> None:
    activity.in_force_from = since
    activity.validate_constraints()
    activity.save()
    activity.groups.set(values["groups"])
    named = Dependency.objects.in_bulk([*([values["lead"]] if values["lead"] else []), *values["support"]])
    set_responsibilities(activity, named.get(values["lead"]), [named[pk] for pk in values["support"]])
