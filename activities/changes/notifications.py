"""Who is told of a request, and what the groups can be told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from activities.models import ChangeRequest
from display.dates import when
from records import notices

Kind, State = ChangeRequest.Kind, ChangeRequest.State


def name_of(change: ChangeRequest) -> str:
    """«Mesa de trabajo», del 16 de marzo de 2026: what changes, by its name."""
    name = str(change.activity) if change.activity else change.after.get("name", "")
    if not change.session:
        return f"«{name}»"
    day = when(change.session.planned_on, change.session.planned_precision)
    return _("«%(name)s» (%(day)s)") % {"name": name, "day": day}


def _in_words(params: dict) -> dict:
    return {**params, "kind": Kind(params["kind"]).label, "state": State(params["state"]).label.lower()}


for kind, title in (
    ("change.asked", gettext_noop("%(who)s pide un cambio. %(kind)s: %(what)s")),
    ("change.proposed", gettext_noop("%(dependency)s propone una actividad: %(what)s")),
    ("change.decided", gettext_noop("Solicitud de cambio %(state)s. %(kind)s: %(what)s")),
    ("change.accepted", gettext_noop("Planeación aceptó la actividad propuesta: %(what)s")),
):
    notices.register(kind, notices.Kind(title, text="%(plan)s", words=_in_words))
for kind, title in (
    ("change.returned", gettext_noop("%(who)s le devolvió la solicitud de cambio. %(kind)s: %(what)s")),
    ("change.rejected", gettext_noop("Solicitud de cambio negada. %(kind)s: %(what)s")),
):
    notices.register(kind, notices.Kind(title, text="%(note)s", words=_in_words))


def tell_asked(change: ChangeRequest, *, by: User) -> None:
    """The planners, who decide."""
    _tell(change, User.objects.with_role(change.plan.entity, Role.PLANNER), _proposal(change, "asked"), by)


def tell_decided(change: ChangeRequest, *, by: User) -> None:
    """Who asked, and the heads of the dependencies concerned."""
    kind = "rejected" if change.state == State.REJECTED else _proposal(change, "decided")
    _tell(change, [change.requested_by, *heads_of(change)], kind, by)


def tell_returned(change: ChangeRequest, *, by: User) -> None:
    _tell(change, [change.requested_by], "returned", by)


def _proposal(change: ChangeRequest, kind: str) -> str:
    return {"asked": "proposed", "decided": "accepted"}[kind] if change.is_proposal and change.dependency else kind


def heads_of(change: ChangeRequest) -> list[User]:
    ids = {change.dependency_id} if change.dependency_id else set()
    if change.activity:
        ids |= {row.dependency_id for row in change.activity.responsibilities.all()}
    heads = change.plan.entity.memberships.filter(role=Role.HEAD, dependency__in=ids)
    return list(User.objects.filter(pk__in=heads.values("user")))


def _tell(change: ChangeRequest, people, kind: str, by: User) -> None:
    notices.tell(
        [person for person in people if person.pk != by.pk],
        f"change.{kind}",
        entity=change.plan.entity,
        url=change.get_absolute_url(),
        who=by.full_name,
        kind=change.kind,
        state=change.state,
        what=name_of(change),
        dependency=change.dependency.name if change.dependency else "",
        plan=change.plan.title,
        note=change.decision_note,
    )


def for_groups(change: ChangeRequest) -> str:
    """A text to send to those who were invited, as it was decided."""
    activity, plan = change.activity, change.plan
    old = change.session and when(change.session.planned_on, change.session.planned_precision)
    new = change.session and change.session.replaced_by
    facts = {"activity": activity.name if activity else "", "entity": plan.entity.name, "plan": plan.title, "old": old}
    if change.kind == Kind.WITHDRAW and old:
        text = _("%(entity)s informa: «%(activity)s», programado para %(old)s, no se hará.")
    elif change.kind == Kind.WITHDRAW:
        text = _("%(entity)s informa: «%(activity)s» se retiró de «%(plan)s».")
    elif change.kind == Kind.CARRY:
        facts["year"] = change.wanted.get("year")
        text = _("%(entity)s informa: «%(activity)s», programado para %(old)s, pasa a la vigencia %(year)s.")
    elif change.kind == Kind.ADD:
        text = _("%(entity)s informa: «%(plan)s» suma «%(activity)s».")
    elif new and (new.planned_on, new.planned_precision) != (
        change.session.planned_on,
        change.session.planned_precision,
    ):
        facts["new"] = when(new.planned_on, new.planned_precision)
        text = _("%(entity)s informa: «%(activity)s» estaba para %(old)s y ahora será %(new)s.")
    else:
        text = _("%(entity)s informa: cambió «%(activity)s», de «%(plan)s».")
    return " ".join(filter(None, (text % facts, change.public_note)))
