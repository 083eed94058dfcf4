"""What became of a promise, as everybody may read it: without the names of who did it, nor what stays private.

Of a change of state the reason is told while the promise still says it: what somebody mended is not told for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Entity, Membership, Role
from activities.models import Evidence
from commitments import timeline
from commitments.models import CitizenAnswer, Commitment, Extension, Verification
from commitments.states import State
from display.dates import Precision, day

MADE, REWORDED, FOLLOWED, EXTENDED = "made", "reworded", "followed", "extended"
ANSWERED, LOOKED_AT = "answered", "looked_at"
# Of one day, when nobody knows the hour of each.
ORDER = (MADE, REWORDED, EXTENDED, FOLLOWED, *State.values, ANSWERED, LOOKED_AT)


@dataclass(frozen=True)
class Step:
    """`on` is None when nobody knows the day."""

    kind: str  # one of the above, or a state
    title: str
    on: date | None
    precision: str = Precision.DAY
    who: str = ""  # a dependency, or a role of the entity
    text: str = ""
    progress: int | None = None
    state: str = ""  # how it looks: display's LOOKS
    proofs: tuple[Evidence, ...] = ()
    answer: CitizenAnswer | None = None
    is_told: bool = False  # whether the words of the answer are public


def steps_of(line: list[Commitment], answers: list[CitizenAnswer], today: date) -> list[Step]:
    """`line`: of commitments.carried; `answers`: of all its rows. In the order in which they happened."""
    entity = line[-1].plan.entity
    verified = list(Verification.objects.filter(commitment__in=line).select_related("minutes"))
    told = {row.reason for row in line}
    steps = [
        replace(step, text=step.text if step.kind not in State.values or step.text in told else "")
        for step in _events(line[-1], entity)
        if not any(_is_of(step, row) for row in verified)
    ]
    steps += map(_extended, line[-1].granted)  # those of all, which came along
    steps += map(_looked_at, verified)
    steps += [step for answer in answers if (step := _answered(answer, today))]
    return [steps[0], *sorted(steps[1:], key=lambda step: (step.on or date.max, ORDER.index(step.kind)))]


def _events(commitment: Commitment, entity: Entity) -> list[Step]:
    """Of the trail and the follow-ups."""
    events = [
        event for event in timeline.events_of(commitment) if event.kind in (MADE, REWORDED, FOLLOWED, *State.values)
    ]
    who = _roles(entity, {event.by for event in events if event.by})
    return [
        Step(
            event.kind,
            event.title,
            event.on,
            event.precision,
            who.get(event.by, ""),
            event.text,
            event.progress,
            state=event.kind,
            proofs=tuple(filter(is_public, event.proofs)),
        )
        for event in events
    ]


def _roles(entity: Entity, people: set[int]) -> dict[int, str]:
    """From who did something to the dependency that they direct, else to their role."""
    found: dict[int, str] = {}
    rows = Membership.objects.filter(entity=entity, user__in=people).select_related("dependency")
    for row in sorted(rows, key=lambda row: row.role != Role.HEAD):
        found.setdefault(row.user_id, row.dependency.name if row.dependency else row.get_role_display())
    return found


def _is_of(step: Step, row: Verification) -> bool:
    """Whether a change of state is what a verification, which is told apart, made of it."""
    if row.is_kept:
        return step.kind == State.VERIFIED and step.on == row.on
    return step.kind == State.IN_PROGRESS and step.text == row.found


def _extended(row: Extension) -> Step:
    title = _("Nuevo plazo: %(after)s, y no %(before)s") % {"after": day(row.due_on), "before": day(row.due_before)}
    return Step(EXTENDED, title, row.decided_on, who=str(Role.PLANNER.label), text=row.reason)


def _looked_at(row: Verification) -> Step:
    title = _("Se verificó con la ciudadanía: se cumplió") if row.is_kept else _("Se verificó con la ciudadanía: falta")
    state = State.VERIFIED if row.is_kept else State.PARTLY_DONE
    proofs = tuple(filter(is_public, [row.minutes]))
    return Step(LOOKED_AT, title, row.on, who=row.with_whom, text=row.found, state=state, proofs=proofs)


def _answered(answer: CitizenAnswer, today: date) -> Step | None:
    """A dispute from its day on; a confirmation, which is counted anyway, once there is something to read in it."""
    is_told = answer.is_told(today)
    if answer.kind == CitizenAnswer.Kind.DISPUTES:
        title, state = _("Alguien respondió que no se cumplió"), "short"
    elif is_told or answer.reply:
        title, state = _("Alguien respondió que sí se cumplió"), "met"
    else:
        return None
    text = answer.text if is_told else ""
    return Step(ANSWERED, title, answer.answered_on, text=text, state=state, answer=answer, is_told=is_told)


def is_public(proof: Evidence) -> bool:
    return proof.visibility == Evidence.Visibility.PUBLIC and proof.withdrawn_on is None


def proofs_of(line: list[Commitment]) -> QuerySet[Evidence]:
    """What `steps_of` shows as proof, as the rows that may be served."""
    of_steps = Evidence.objects.filter(follow_ups__commitment__in=line).values("pk")
    of_minutes = Evidence.objects.filter(verifications__commitment__in=line).values("pk")
    return Evidence.objects.public().standing().filter(Q(pk__in=of_steps) | Q(pk__in=of_minutes))
