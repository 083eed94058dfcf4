"""The commitments of a plan of the demonstration and their follow-ups, as they stood on a given day."""

from commitments.models import Commitment, FollowUp
from demo.rows import Setting, create, link
from demo.story import day
from plans.models import Plan

State = Commitment.State


def add_commitments(at: Setting, plan: Plan, told: list[dict]) -> None:
    """Stores those made by today, with those who owe them, those to whom they were made, and what was done."""
    made = [(make_commitment(at, plan, one), one) for one in told if at.known(day(one["made_on"], at.year))]
    create((commitment for commitment, _one in made), at.by)
    link(Commitment.responsible, ((row, at.units[name]) for row, one in made for name in one["responsible"]))
    link(Commitment.groups, ((row, at.groups[name]) for row, one in made for name in one["groups"]))
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
            for commitment, one in made
            for step in steps(at, one)
        ),
        at.by,
    )


def steps(at: Setting, told: dict) -> list[dict]:
    """Its follow-ups up to today."""
    return [step for step in told.get("follow_ups", []) if at.known(day(step["on"], at.year))]


def make_commitment(at: Setting, plan: Plan, told: dict) -> Commitment:
    """One commitment; before the day on which it was closed it is in progress, before anything was done, recorded."""
    commitment = Commitment(
        plan=plan,
        code=told["code"],
        text=told["text"],
        instance=told["instance"],
        made_on=day(told["made_on"], at.year),
        due_on=day(told["due_on"], at.year),
        state=State.IN_PROGRESS if steps(at, told) else State.RECORDED,
    )
    if "origin" in told:
        key, on = told["origin"]
        commitment.session = next(
            session for (name, planned), session in at.sessions.items() if name == key and planned.startswith(on)
        )
        commitment.made_on = commitment.session.planned_on
    if "closed_on" not in told:
        commitment.state = told["state"] if steps(at, told) == told.get("follow_ups", []) else commitment.state
        return commitment
    closed_on = day(told["closed_on"], at.year)
    if not at.known(closed_on):
        return commitment
    commitment.closed_on, commitment.state = closed_on, told["state"]
    commitment.reason = told.get("reason", "")
    commitment.carried_to_year = at.year + 1 if told.get("carried") else None
    if told["state"] == State.VERIFIED:
        verified_on = day(told["verified_on"], at.year)
        if at.known(verified_on):
            commitment.verified_on = verified_on
        else:
            commitment.state = State.REPORTED_DONE
    return commitment
