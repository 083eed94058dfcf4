"""Counts by differential variable: in words, for the staff that reports a space; and what of them may be published."""

from collections.abc import Mapping

from activities.models import Session
from activities.models.disaggregation import VARIABLES

SMALLEST = 5  # people of a cell that is published


def of(session: Session) -> list[tuple[str, list[tuple[str, int]]]]:
    """(variable, [(value, people)]): what nobody typed for the total to be reached is «sin dato»."""
    told: dict[str, dict[str, int]] = {}
    for row in session.disaggregations.all() if session.held_on else ():
        told.setdefault(row.variable, {})[row.value] = row.people
    found = []
    for name, variable in VARIABLES.items():
        if counts := told.get(name):
            counts.setdefault("no_data", max((session.attendance_total or 0) - sum(counts.values()), 0))
            words = [(str(label), counts[value]) for value, label in variable.values.items() if value in counts]
            found.append((str(variable.label), words))
    return found


def published(counts: Mapping[str, int]) -> dict[str, int | None]:
    """{value: people} of one variable of one set of people, None where it is withheld.

    From 1 to 4 people are withheld. Their total is public, so that others are withheld with them, the fewest first,
    until what is missing is of two cells at least and adds up to SMALLEST: a subtraction then says nothing of a few.
    Where that cannot be, all is withheld.
    """
    withheld = {value for value, people in counts.items() if 0 < people < SMALLEST}
    others = sorted((people, value) for value, people in counts.items() if people >= SMALLEST)
    while withheld and (len(withheld) < 2 or sum(counts[value] for value in withheld) < SMALLEST):
        if not others:
            return dict.fromkeys(counts)
        withheld.add(others.pop(0)[1])
    return {value: None if value in withheld else people for value, people in counts.items()}
