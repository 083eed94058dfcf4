"""Who is told of an extension: planning, which decides; then who asked, and who answers for the promise."""

from __future__ import annotations

from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from commitments.extensions.states import State
from commitments.models import Extension
from commitments.people import heads_of
from display import dates
from records import notices


def _in_words(params: dict) -> dict:
    days = {name: dates.day(date.fromisoformat(params[name])) for name in ("before", "after")}
    return {**params, **days}


for kind, title, text in (
    (
        "extension.requested",
        gettext_noop("%(who)s pide más plazo para «%(what)s»: del %(before)s al %(after)s"),
        "%(reason)s",
    ),
    ("extension.granted", gettext_noop("«%(what)s» tiene nuevo plazo: %(after)s, y no %(before)s"), "%(note)s"),
    (
        "extension.refused",
        gettext_noop("Se negó la prórroga de «%(what)s»: el plazo sigue siendo %(before)s"),
        "%(note)s",
    ),
):
    notices.register(kind, notices.Kind(title, text=text, words=_in_words))


def tell_asked(extension: Extension, *, by: User) -> None:
    _tell(extension, User.objects.with_role(extension.commitment.plan.entity, Role.PLANNER), by)


def tell_decided(extension: Extension, *, by: User) -> None:
    _tell(extension, [extension.asked_by, *heads_of(extension.commitment)], by)


def _tell(extension: Extension, people, by: User) -> None:
    commitment = extension.commitment
    notices.tell(
        [person for person in people if person.pk != by.pk],
        f"extension.{State(extension.state)}",
        entity=commitment.plan.entity,
        url=extension.get_absolute_url() if extension.state == State.REQUESTED else commitment.get_absolute_url(),
        who=by.full_name,
        what=Truncator(commitment.text).chars(120),
        before=f"{extension.due_before}",
        after=f"{extension.due_on}",
        reason=extension.reason,
        note=extension.note,
    )
