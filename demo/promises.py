"""The commitments of a plan of the demonstration and their follow-ups, as of a given day."""

from commitments.models import Commitment, FollowUp
from demo.rows import Setting, create, link
from demo.story import day
from plans.models import Plan

State = Commitment.State


def add_commitments(at: Setting, plan: Plan, entries: list[dict]) -> None:
    made = [(make_commitment(at, plan, data), data) for data in entries if at.reported(day(data["made_on"], at.year))]
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


def steps(at: Setting, data: dict) -> list[dict]:
    return [step for step in data.get("follow_ups", []) if at.reported(day(step["on"], at.year))]


def make_commitment(at: Setting, plan: Plan, data: dict) -> Commitment:
    commitment = Commitment(
        plan=plan,
        code=data["code"],
        text=data["text"],
        instance=data["instance"],
        made_on=day(data["made_on"], at.year),
        due_on=day(data["due_on"], at.year),
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
