"""Counts by differential variable: in words, for the staff that reports a space; and what of them may be published."""

from collections.abc import Collection, Mapping

from activities.models import Session
from activities.models.disaggregation import VARIABLES

SMALLEST = 5  # people of a cell that is published
REST = "no_data"  # what nobody typed for the total to be reached


def of(session: Session) -> list[tuple[str, list[tuple[str, int]]]]:
    """(variable, [(value, people)])."""
    told: dict[str, dict[str, int]] = {}
    for row in session.disaggregations.all() if session.held_on else ():
        told.setdefault(row.variable, {})[row.value] = row.people
    return in_words(told, session.attendance_total)


def in_words(told: dict[str, dict[str, int]], total: int | None) -> list[tuple[str, list[tuple[str, int]]]]:
    """`told`: {variable: {value: people}}, which gains what nobody typed of the `total`."""
    found = []
    for name, variable in VARIABLES.items():
        if counts := told.get(name):
            counts.setdefault(REST, max((total or 0) - sum(counts.values()), 0))
            words = [(str(label), counts[value]) for value, label in variable.values.items() if value in counts]
            found.append((str(variable.label), words))
    return found


def published(counts: Mapping[str, int], also: Collection[str] = ()) -> dict[str, int | None]:
    """{value: people} of one variable of one set of people, None where it is withheld; `also`: values to withhold too.

    From 1 to 4 people are withheld. Their total is public, so that others are withheld with them, the fewest first,
    until what is missing is of two cells at least and adds up to SMALLEST: a subtraction then says nothing of a few.
    Where that cannot be, all is withheld.
    """
    withheld = {value for value, people in counts.items() if 0 < people < SMALLEST or value in also}
    others = sorted((people, value) for value, people in counts.items() if people >= SMALLEST and value not in also)
    while withheld and (len(withheld) < 2 or sum(counts[value] for value in withheld) < SMALLEST):
        if not others:
            return dict.fromkeys(counts)
        withheld.add(others.pop(0)[1])
    return {value: None if value in withheld else people for value, people in counts.items()}


def published_whole(months: Collection[Mapping[str, int]]) -> dict[str, int | None]:
    """`published` of all the months together, each of which is published too: what a single one withholds is withheld
    of their sum, or taking the others from it would tell it."""
    values = dict.fromkeys(value for counts in months for value in counts)
    told = [published(counts) for counts in months]
    hidden = [value for value in values if sum(value in each and each[value] is None for each in told) == 1]
    return published({value: sum(counts.get(value, 0) for counts in months) for value in values}, hidden)
