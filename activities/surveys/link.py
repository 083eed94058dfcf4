"""The short link of a space's evaluation, and when it takes answers.

The link of a space is not stored: it is the number of the space and what the plan's own secret (`Plan.uid`) makes of
it, forty bits that nobody guesses, so that a poster holds for ever and every space has its link from the start.
"""

from __future__ import annotations

import hmac
from datetime import date, timedelta
from enum import StrEnum

from django.urls import reverse

from activities.models import Activity, Session
from display.dates import Precision, month_end

OPEN_DAYS = 15  # after the space, so that who takes the link home has two weekends
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # of Crockford: no letter that a poster confuses with a figure
MISREAD = str.maketrans("oil", "011")
SIGNS = 8  # of five bits each


def code_of(session: Session) -> str:
    number, digits = session.pk, ""
    while number:
        number, rest = divmod(number, 32)
        digits = ALPHABET[rest] + digits
    made = hmac.digest(session.activity.plan.uid.bytes, f"espacio {session.pk}".encode(), "sha256")
    return digits + "".join(ALPHABET[byte % 32] for byte in made[:SIGNS])


def address_of(session: Session) -> str:
    return reverse("portal:survey", args=[code_of(session)])


def session_of(code: str) -> Session | None:
    """The space of a code as somebody typed it; None for one that is of no space, or of one that is not evaluated: its
    plan is not public, or it is a date on which something is measured."""
    typed = code.lower().translate(MISREAD)
    digits = typed[:-SIGNS]
    if not 0 < len(digits) <= 12 or set(typed) - set(ALPHABET):
        return None
    number = 0
    for digit in digits:
        number = number * 32 + ALPHABET.index(digit)
    session = Session.objects.select_related("activity__plan__entity").filter(pk=number).first()
    if session is None or not hmac.compare_digest(typed, code_of(session)) or not is_evaluated(session):
        return None
    return session


def is_evaluated(session: Session) -> bool:
    return session.activity.plan.is_approved and session.activity.target_kind != Activity.TargetKind.PERCENTAGE


class Standing(StrEnum):
    """Of an evaluation on a day: computed, never stored."""

    OPEN = "open"
    BEFORE = "before"
    AFTER = "after"
    WITHDRAWN = "withdrawn"
    NOT_HELD = "not_held"


def day_of(session: Session) -> tuple[date, str]:
    """When it was held, else when it is planned, with the precision of that."""
    if session.held_on:
        return session.held_on, session.held_precision
    return session.planned_on, session.planned_precision


def days_of(session: Session) -> tuple[date, date]:
    """The first and the last on which it takes answers."""
    on, precision = day_of(session)
    first, last = (on.replace(day=1), month_end(on)) if precision == Precision.MONTH else (on, on)
    return first, last + timedelta(OPEN_DAYS)


def standing(session: Session, on: date) -> Standing:
    """`session`: with its activity and plan."""
    if session.withdrawn_on and session.withdrawn_on <= on:
        return Standing.WITHDRAWN
    if session.executed_units == 0 or (session.carried_to_year and not session.held_on):
        return Standing.NOT_HELD
    first, last = days_of(session)
    if on > last or not session.activity.plan.is_running:
        return Standing.AFTER
    return Standing.OPEN if on >= first else Standing.BEFORE


def heir(session: Session) -> Session | None:
    """The space that is held instead of one that left or moved, however often; None while nobody may see it."""
    seen, last = {session.pk}, session
    while following := last.replaced_by_id or last.carried_to_id:
        if following in seen:
            return None
        seen.add(following)
        last = Session.objects.select_related("activity__plan__entity").get(pk=following)
    return last if last is not session and is_evaluated(last) else None
