"""Requests in a few words: asked and decided on a day."""

from datetime import date

from activities.changes import actions, wanted
from activities.models import ChangeRequest

JUN = date(2026, 6, 1)


def request(plan, by, kind, *, on=JUN, dependency=None, **fields):
    """A stored request, asked on `on`; "sessions" and "activity" are what is wanted."""
    asked = {name: fields.pop(name) for name in ("sessions", "activity_values", "year") if name in fields}
    if "activity_values" in asked:
        asked["activity"] = asked.pop("activity_values")
    if session := fields.get("session"):
        fields["activity"] = session.activity
        asked["sessions"] = [{**wanted.session_values(session), **one} for one in asked.get("sessions", [])]
    change = ChangeRequest(plan=plan, kind=kind, wanted=asked, dependency=dependency, **{"reason": "agenda", **fields})
    return actions.ask(change=change, by=by, on=on)


def decided(plan, by, kind, *, on=JUN, **fields):
    """One that was approved on the day on which it was asked."""
    change = request(plan, by, kind, on=on, **fields)
    actions.approve(changes=[change], by=by, on=on)
    return change


def to(on, precision="day", units=1):
    """A date to which a session moves, or that is added."""
    return {"planned_on": on.isoformat(), "planned_precision": precision, "planned_units": units}
