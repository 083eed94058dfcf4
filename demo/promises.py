"""The commitments of a plan of the demonstration, as of a given day: followed, put off, answered by citizens."""

from commitments import codes
from commitments.answers.actions import same_words
from commitments.models import CitizenAnswer, Commitment, Extension, FollowUp
from demo.rows import Setting, create, link
from demo.story import day
from plans.models import Plan

State = Commitment.State


def add_commitments(at: Setting, plan: Plan, entries: list[dict]) -> None:
    made = [(make_commitment(at, plan, data), data) for data in entries if at.reported(day(data["made_on"], at.year))]
    codes.assign([commitment for commitment, _data in made], plan)
    create((commitment for commitment, _data in made), at.by)
    link(Commitment.responsible, ((row, at.units[name]) for row, data in made for name in data["responsible"]))
    link(Commitment.groups, ((row, at.groups[name]) for row, data in made for name in data["groups"]))
    create(
        (
            FollowUp(
                commitment=commitment,
                on=day(step["on"], at.year),
                progress=step["progress"],
                done=step["done"],
                evidence=step.get("evidence", ""),
                by=at.by,
            )
            for commitment, data in made
            for step in steps(at, data)
        ),
        at.by,
    )
    create((extension(at, commitment, data["extension"]) for commitment, data in made if is_asked(at, data)), at.by)
    CitizenAnswer.objects.bulk_create(  # of what citizens say the trail keeps nothing
        answer(at, commitment, said)
        for commitment, data in made
        for said in data.get("answers", [])
        if at.reported(day(said["on"], at.year))
    )


def is_asked(at: Setting, data: dict) -> bool:
    return "extension" in data and at.reported(day(data["extension"]["asked"], at.year))


def is_granted(at: Setting, data: dict) -> bool:
    return "decided" in data and at.reported(day(data["decided"], at.year))


def extension(at: Setting, commitment: Commitment, data: dict) -> Extension:
    """Granted, or one that waits for planning."""
    granted = is_granted(at, data)
    return Extension(
        commitment=commitment,
        due_before=day(data["before"], at.year),
        due_on=day(data["after"], at.year),
        reason=data["reason"],
        state=Extension.State.GRANTED if granted else Extension.State.REQUESTED,
        asked_by=at.by,
        asked_on=day(data["asked"], at.year),
        decided_by=at.by if granted else None,
        decided_on=day(data["decided"], at.year) if granted else None,
    )


def answer(at: Setting, commitment: Commitment, said: dict) -> CitizenAnswer:
    is_replied = "reply" in said and at.reported(day(said["replied_on"], at.year))
    return CitizenAnswer(
        commitment=commitment,
        kind=said["kind"],
        text=said["text"],
        same_text=same_words(said["text"]) if said["kind"] == CitizenAnswer.Kind.DISPUTES else "",
        answered_on=day(said["on"], at.year),
        reply=said["reply"] if is_replied else "",
        replied_on=day(said["replied_on"], at.year) if is_replied else None,
        replied_by=at.by if is_replied else None,
    )


def steps(at: Setting, data: dict) -> list[dict]:
    return [step for step in data.get("follow_ups", []) if at.reported(day(step["on"], at.year))]


def make_commitment(at: Setting, plan: Plan, data: dict) -> Commitment:
    moved = data.get("extension", {})
    commitment = Commitment(
        plan=plan,
        text=data["text"],
        instance=data["instance"],
        made_on=day(data["made_on"], at.year),
        due_on=day(moved["after"] if is_granted(at, moved) else data["due_on"], at.year),
        state=State.IN_PROGRESS if steps(at, data) else State.RECORDED,
    )
    if "origin" in data:
        key, on = data["origin"]
        commitment.session = next(
            session for (name, planned), session in at.sessions.items() if name == key and planned.startswith(on)
        )
        commitment.made_on = commitment.session.planned_on
    if "closed_on" not in data:
        commitment.state = data["state"] if steps(at, data) == data.get("follow_ups", []) else commitment.state
        return commitment
    closed_on = day(data["closed_on"], at.year)
    if not at.reported(closed_on):  # still open on the given day
        return commitment
    commitment.closed_on, commitment.state = closed_on, data["state"]
    commitment.reason = data.get("reason", "")
    commitment.carried_to_year = at.year + 1 if data.get("carried") else None
    if data["state"] == State.VERIFIED:
        verified_on = day(data["verified_on"], at.year)
        if at.reported(verified_on):
            commitment.verified_on = verified_on
        else:
            commitment.state = State.REPORTED_DONE
    return commitment
