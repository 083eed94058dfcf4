"""What became of a promise, in the order in which it happened: made, followed, moved; who and when.

Of the trail only the changes of its state are told: whoever may read the promise may read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import AuditEntry
from activities.models import Evidence
from commitments.models import Commitment, FollowUp
from commitments.states import State
from display.dates import Precision

SAID = ("verified_on", "closed_on", "closed_until", "reason")  # of what a move changes, what is told


@dataclass(frozen=True)
class Event:
    """`on` is the day of the fact, None when nobody knows it; `at` when it was written down, None when nobody says."""

    kind: str  # "made", "followed" or a state
    title: str
    on: date | None
    at: datetime | None = None
    who: str = ""
    by: int | None = None  # key of that person
    precision: str = Precision.DAY
    text: str = ""
    progress: int | None = None
    evidence: str = ""
    proofs: tuple[Evidence, ...] = ()


def events_of(commitment: Commitment) -> list[Event]:
    """From the plan that made it, through those that carried it on. Three queries for each of them."""
    before = events_of(commitment.carried_from) if commitment.carried_from else []
    own = _own(commitment)
    return [*before, *own[1:]] if before else own


def _own(commitment: Commitment) -> list[Event]:
    entries = list(
        AuditEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Commitment),
            object_id=commitment.pk,
            changes__has_key="state",
        )
        .select_related("actor")
        .order_by("timestamp", "pk")
    )
    first = next((entry for entry in entries if entry.verb.endswith(".create")), None)
    is_copy = commitment.carried_from_id is not None  # what it was then, the one before says
    moves = [event for entry in entries if not (is_copy and entry is first) for event in [_moved(entry)] if event]
    known = moves[-1].kind if moves else commitment.state if is_copy else State.RECORDED
    if known != commitment.state:  # brought by a file, before the trail or outside it
        moves.append(_standing(commitment))
    rows = commitment.follow_ups.select_related("by").prefetch_related("proofs__plan__entity")
    follow_ups = [_followed(row) for row in rows]
    after = sorted([*follow_ups, *moves], key=lambda event: (event.on or date.max, event.at is None, event.at or 0))
    return [_made(commitment, first), *after]


def _made(commitment: Commitment, entry: AuditEntry | None) -> Event:
    return Event(
        "made",
        _("Se adquirió"),
        commitment.made_on,
        entry.timestamp if entry else None,
        _name(entry.actor) if entry else "",
        entry.actor_id if entry else None,
        commitment.made_precision,
        commitment.instance,
    )


def _followed(row: FollowUp) -> Event:
    return Event(
        "followed",
        _("Seguimiento"),
        row.on,
        row.created_at,
        _name(row.by),
        row.by_id,
        text=row.done,
        progress=row.progress,
        evidence=row.evidence,
        proofs=tuple(row.proofs.all()),
    )


def _moved(entry: AuditEntry) -> Event | None:
    """The state that an entry left, unless it only says that it was recorded."""
    _before, after = trail.pair(entry.changes["state"])
    if after not in State.values or after == State.RECORDED:
        return None
    said = {name: trail.value_in_words(None, trail.pair(entry.changes.get(name, ("", "")))[1]) for name in SAID}
    on = said["verified_on"] or said["closed_on"]
    written = None if said["closed_until"] else timezone.localdate(entry.timestamp)
    return Event(
        after,
        State(after).label,
        date.fromisoformat(on) if on else written,
        entry.timestamp,
        _name(entry.actor),
        entry.actor_id,
        text=said["reason"],
    )


def _standing(commitment: Commitment) -> Event:
    on = commitment.verified_on or commitment.closed_on
    return Event(commitment.state, commitment.get_state_display(), on, text=commitment.reason)


def _name(person) -> str:
    return person.full_name if person else _("Sistema")
