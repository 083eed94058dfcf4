"""What a request asks, as stored values and in words; what the row says now, in the same form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dependency
from activities.models import Activity, ChangeRequest, Responsibility, Session
from display.values import Change
from plans import versions
from plans.models import Plan, StakeholderGroup

ACTIVITY = tuple(name for name in versions.ACTIVITY if name not in ("responsible_text", "outside_plan"))
PEOPLE = ("lead", "support", "groups")
# What moves past figures: the activity goes on in another one.
MOVING = frozenset({"lead", "support", "all_dependencies", "line", "phase", "target_kind"})
Values = dict[str, Any]  # as JSON keeps them


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date | time) else value


def values_of(row: models.Model, names: Iterable[str]) -> Values:
    return {name: plain(row._meta.get_field(name).value_from_object(row)) for name in names}


def filled(row: models.Model, values: Values) -> models.Model:
    for name, value in values.items():
        field = row._meta.get_field(name)
        setattr(row, field.attname, field.to_python(value))
    return row


# --- Activities -------------------------------------------------------------------------------------------------------


def activity_values(activity: Activity, *, lead: int | None, support: Iterable[int], groups: Iterable[int]) -> Values:
    return {
        **values_of(activity, ACTIVITY),
        "lead": lead,
        "support": sorted(support),
        "groups": sorted(groups),
    }


def stored(activity: Activity) -> Values:
    named = list(activity.responsibilities.all())
    lead = [row.dependency_id for row in named if row.part == Responsibility.Part.LEAD]
    return activity_values(
        activity,
        lead=lead[0] if lead else None,
        support=[row.dependency_id for row in named if row.part == Responsibility.Part.SUPPORT],
        groups=[group.pk for group in activity.groups.all()],
    )


def whole(values: Values) -> Values:
    """Of a new activity: with what nobody wrote."""
    return {**activity_values(Activity(), lead=None, support=[], groups=[]), **values}


def typed(plan: Plan, values: Values, base: Activity | None = None) -> Activity:
    """An activity in memory with `values`, over a copy of `base`."""
    activity = Activity(plan=plan)
    if base is not None:
        filled(activity, values_of(base, ACTIVITY))
    return filled(activity, {name: value for name, value in values.items() if name not in PEOPLE})


def activity_words(plan: Plan, values: Values) -> dict:
    """As a version of the plan says them; `values` are whole."""
    named = Dependency.objects.in_bulk([*([values["lead"]] if values["lead"] else []), *values["support"]])
    groups = StakeholderGroup.objects.filter(pk__in=values["groups"]).values_list("name", flat=True)
    parts = {values["lead"]: Responsibility.Part.LEAD}
    responsible = [
        f"{named[pk].name} ({parts.get(pk, Responsibility.Part.SUPPORT).label.lower()})"
        for pk in [values["lead"], *values["support"]]
        if pk in named
    ]
    words = versions.texts(typed(plan, values), ACTIVITY)
    return {**words, "responsible": responsible, "groups": list(groups)}


def moves(change: ChangeRequest) -> bool:
    """Whether what is asked of an activity would move figures of the past."""
    asked = change.wanted.get("activity", {})
    kind = Activity.TargetKind.PERCENTAGE
    return not MOVING.isdisjoint(asked) or ("target_value" in asked and change.activity.target_kind == kind)


# --- Sessions ---------------------------------------------------------------------------------------------------------


def session_values(session: Session) -> Values:
    return values_of(session, Session.PROGRAMMED)


def sessions_of(change: ChangeRequest, activity: Activity) -> list[Session]:
    """Those that the request adds, or the one that replaces another; in memory."""
    return [filled(Session(activity=activity), values) for values in change.wanted.get("sessions", [])]


# --- In words ---------------------------------------------------------------------------------------------------------


def in_words(change: ChangeRequest) -> tuple[dict, dict]:
    """(before, after): of each only what differs."""
    kind, plan = change.Kind(change.kind), change.plan
    if kind == kind.CARRY:
        return versions.session_texts(change.session), {"carried_to_year": change.wanted["year"]}
    if kind == kind.WITHDRAW:
        return (versions.session_texts(change.session) if change.session else {"name": str(change.activity)}), {}
    if kind == kind.ADD:
        return {}, _added(change)
    if change.session:
        before = versions.session_texts(change.session)
        after = versions.session_texts(sessions_of(change, change.activity)[0])
    else:
        now = stored(change.activity)
        before, after = activity_words(plan, now), activity_words(plan, {**now, **change.wanted["activity"]})
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def _added(change: ChangeRequest) -> dict:
    words = {}
    if change.activity is None:
        said = activity_words(change.plan, whole(change.wanted["activity"]))
        words = {name: text for name, text in said.items() if text}
    sessions = sessions_of(change, change.activity or Activity(plan=change.plan))
    return {**words, "sessions": [versions.session_texts(session) for session in sessions]}


LABELS = {"sessions": _("Espacios"), "responsible": _("Responsables"), "groups": _("Grupos de valor y de interés")}


def told(change: ChangeRequest) -> list[Change]:
    """What changes, field by field, in words: as it was asked, whatever was renamed since."""
    model = Session if change.session_id else Activity
    before, after = change.before, change.after
    if change.kind == change.Kind.CARRY:
        before = {}
    rows = versions.changes_of(model, {key: value for key, value in before.items() if key != "sessions"}, after)
    if lines := [versions.session_line(row) for row in after.get("sessions", [])]:
        rows.append(Change(str(LABELS["sessions"]), "", "\n".join(lines)))
    return rows
