"""What became of a promise, in the order in which it happened: made, followed, extended, declared, confirmed or
disputed by citizens, replied, verified, carried; who and when.

Of the trail only the changes of its state are told: whoever may read the promise may read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import trail
from accounts.models import AuditEntry
from activities.models import Evidence
from commitments.models import CitizenAnswer, Commitment, Extension, FollowUp, Verification
from commitments.states import State
from display.dates import Precision, short_day

SAID = ("verified_on", "closed_on", "closed_until", "reason")  # of what a move changes, what is told


@dataclass(frozen=True)
class Event:
    """`on` is the day of the fact, None when nobody knows it; `at` when it was written down, None when nobody says."""

    kind: str  # "made", "followed", "replied", "unkept", the state of an extension, the kind of an answer, or a state
    title: str
    on: date | None
    at: datetime | None = None
    who: str = ""
    by: int | None = None  # key of that person
    precision: str = Precision.DAY
    text: str = ""
    aside: str = ""  # with whom, or why words are not public
    progress: int | None = None
    evidence: str = ""
    proofs: tuple[Evidence, ...] = ()


def events_of(commitment: Commitment) -> list[Event]:
    """From the plan that made it, through those that carried it on. Seven queries for each of them."""
    before = events_of(commitment.carried_from) if commitment.carried_from else []
    own = _own(commitment)
    # What was granted there goes with it.
    return [*before, *(event for event in own[1:] if event not in before)] if before else own


def _own(commitment: Commitment) -> list[Event]:
    entries = list(
        AuditEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Commitment),
            object_id=commitment.pk,
        )
        .filter(Q(changes__has_key="state") | Q(changes__has_key="text"))
        .select_related("actor")
        .order_by("timestamp", "pk")
    )
    first = next((entry for entry in entries if entry.verb.endswith(".create")), None)
    is_copy = commitment.carried_from_id is not None  # what it was then, the one before says
    later = [entry for entry in entries if entry is not first]
    moves = [event for entry in (later if is_copy else entries) if (event := _moved(entry))]
    told_on = commitment.plan.approved_on
    reworded = [event for entry in later if (event := _reworded(entry, told_on))]
    known = moves[-1].kind if moves else commitment.state if is_copy else State.RECORDED
    if known != commitment.state:  # brought by a file, before the trail or outside it
        moves.append(_standing(commitment))
    followed = commitment.follow_ups.select_related("by").prefetch_related("proofs__plan__entity")
    verified = list(commitment.verifications.select_related("by", "minutes__plan__entity"))
    moves = [event for event in moves if not any(_says(row, event) for row in verified)]
    told = [
        *map(_followed, followed),
        *moves,
        *reworded,
        *map(_verified, verified),
        *_extended(commitment.extensions.select_related("asked_by", "decided_by")),
        *_answered(commitment.answers.select_related("replied_by")),
    ]
    return [_made(commitment, first), *sorted(told, key=_place)]


def _place(event: Event) -> tuple:
    """By its day; what has no hour stands after what has it, and a verification after the disputes it waited for."""
    return event.on or date.max, event.kind in (State.VERIFIED, "unkept"), event.at is None, event.at or 0


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
    """The state that an entry left, unless it left none or only says that it was recorded."""
    if "state" not in entry.changes:
        return None
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


def _reworded(entry: AuditEntry, told_on: date | None) -> Event | None:
    """The words that were promised before, once they were told: since the plan is approved."""
    written = timezone.localdate(entry.timestamp)
    if "text" not in entry.changes or told_on is None or written < told_on:
        return None
    before, _after = trail.pair(entry.changes["text"])
    title, who = _("Cambió lo que dice. Antes decía:"), _name(entry.actor)
    return Event("reworded", title, written, entry.timestamp, who, entry.actor_id, text=before)


def _says(row: Verification, move: Event) -> bool:
    """Whether the verification is what moved it, and tells more."""
    if row.is_kept:
        return move.kind == State.VERIFIED and move.on == row.on
    return move.kind == State.IN_PROGRESS and move.text == row.found


def _verified(row: Verification) -> Event:
    kept = _("Se verificó con la ciudadanía: se cumplió")
    return Event(
        State.VERIFIED if row.is_kept else "unkept",
        kept if row.is_kept else _("Se verificó con la ciudadanía: no se cumplió"),
        row.on,
        row.created_at,
        _name(row.by),
        text=row.found,
        aside=_("Con %(whom)s") % {"whom": row.with_whom},
        proofs=(row.minutes,),
    )


def _extended(rows: Iterable[Extension]) -> Iterator[Event]:
    for row in rows:
        days = {"before": short_day(row.due_before), "after": short_day(row.due_on)}
        asked = _("Se pidió una prórroga: del %(before)s al %(after)s") % days
        yield Event(Extension.State.REQUESTED, asked, row.asked_on, who=_name(row.asked_by), text=row.reason)
        if row.decided_on:
            granted = _("Se concedió la prórroga: el plazo pasa del %(before)s al %(after)s")
            title = granted if row.is_granted else _("Se negó la prórroga: el plazo sigue siendo el %(before)s")
            yield Event(row.state, title % days, row.decided_on, who=_name(row.decided_by), text=row.note)


def _answered(rows: Iterable[CitizenAnswer]) -> Iterator[Event]:
    """What each said; a reply to several, once."""
    replies: Counter[tuple] = Counter()
    for row in rows:
        is_dispute = row.kind == CitizenAnswer.Kind.DISPUTES
        title = _("Una persona dice que no se cumplió") if is_dispute else _("Una persona confirma que se cumplió")
        hidden = _("Sus palabras no se publican: %(why)s") % {"why": row.get_withheld_display()}
        yield Event(row.kind, title, row.answered_on, text=row.text, aside=hidden if row.withheld else "")
        if row.replied_on:
            replies[row.replied_on, _name(row.replied_by), row.reply] += 1
    for (on, who, text), n in replies.items():
        told = ngettext("La entidad le respondió", "La entidad respondió a %(n)s personas", n) % {"n": n}
        yield Event("replied", told, on, who=who, text=text)


def _standing(commitment: Commitment) -> Event:
    on = commitment.verified_on or commitment.closed_on
    return Event(commitment.state, commitment.get_state_display(), on, text=commitment.reason)


def _name(person) -> str:
    return person.full_name if person else _("Sistema")
