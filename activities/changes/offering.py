"""What the pages that ask for a change offer: what can be asked, from what, and in whose name."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Dependency, Role, User
from accounts.permissions import Permission, may, memberships
from activities.changes import rules, wanted
from activities.models import Activity, ChangeRequest, Session
from display.values import Change
from plans import versions
from plans.models import Plan

Kind, State = ChangeRequest.Kind, ChangeRequest.State


class Choice(NamedTuple):
    kind: str
    label: str
    hint: str
    hindered: str  # why it cannot be asked; "" when it can


def choices(change: ChangeRequest, kinds: tuple, on: date) -> list[Choice]:
    """What can be asked of a space or an activity, and why something cannot."""
    of_activity = change.session is None
    hints = {
        Kind.RESCHEDULE: _("Otro día u otro mes."),
        Kind.MODIFY: _("Nombre, textos, responsables, meta, grupos.") if of_activity else _("Cantidad, lugar, hora."),
        Kind.CARRY: _("Sigue en este plan como no hecho, y se hace en la vigencia siguiente."),
        Kind.WITHDRAW: _("Sus espacios por venir salen del plan.") if of_activity else _("Sale del plan y no se hará."),
        Kind.ADD: _("Una fecha o varias, para lo que ya está en el plan."),
    }
    result = []
    for kind in kinds:
        probe = ChangeRequest(plan=change.plan, activity=change.activity, session=change.session, kind=kind)
        found = _hindered(probe, on)
        label = _("Agregar espacios") if kind == Kind.ADD else str(kind.label)
        result.append(Choice(kind.value, label, hints[kind], found))
    return result


def _hindered(change: ChangeRequest, on: date) -> str:
    """What holds whatever is asked."""
    target = {"session": change.session} if change.session else {"activity": change.activity, "session": None}
    if change.kind != Kind.ADD and change.plan.changes.open().filter(**target).exclude(kind=Kind.ADD).exists():
        return _("Ya hay una solicitud sin decidir.")
    if change.kind == Kind.WITHDRAW or (change.session and change.kind == Kind.CARRY):
        change.wanted = {"year": change.plan.ends_on.year + 1}
        found = rules.blockers(change, on)
    elif change.session:
        found = list(rules.still_as_it_was(change.session))
    else:
        found = list(rules.withdrawn(change.activity))
    return found[0].text if found else ""


def now(change: ChangeRequest) -> list[Change]:
    """What is as it stands, beside what is asked."""
    if change.session:
        words = versions.session_texts(change.session)
        return [Change(fact.label, fact.text, "") for fact in versions.facts(type(change.session), words)]
    if change.activity and change.kind != Kind.ADD:
        words = wanted.activity_words(change.plan, wanted.stored(change.activity))
        return [Change(fact.label, fact.text, "") for fact in versions.facts(Activity, words)]
    return []


def dependency_of(by: User, plan: Plan, activity: Activity | None = None) -> Dependency | None:
    """In whose name a head asks: of their dependencies, the first that answers for the activity; None of planning."""
    own = memberships(by, plan.entity_id)
    if any(membership.role == Role.PLANNER for membership in own):
        return None
    heads = [membership.dependency for membership in own if membership.role == Role.HEAD]
    return next((one for one in heads if activity is None or activity.answers_for(one)), heads[0] if heads else None)


def thanks(change: ChangeRequest) -> str:
    if change.state == State.APPROVED:
        return _("Se aprobó y el plan ya cambió.")
    if change.is_proposal:
        return _("La propuesta llegó a planeación.")
    return _("La solicitud llegó a planeación: el plan cambia cuando la apruebe.")


def may_ask(by: User, target: Session | Activity) -> bool:
    """Whether the page of a space or an activity of a plan that is carried out offers to ask for a change."""
    plan = target.plan if isinstance(target, Activity) else target.activity.plan
    is_there = not target.withdrawn_on and (isinstance(target, Activity) or target.planned_units)
    return bool(plan.is_running and is_there and may(by, Permission.REQUEST_CHANGE, target))
