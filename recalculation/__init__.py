"""Every figure of a report counted again, from the rows that its own data hold.

An independent reading of the rules: it knows neither the tables nor the programs that counted (activities/progress,
commitments/balance), only the plain JSON of a snapshot, which anybody has in the PDF. So it is a second opinion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recalculation import execution, people, promises
from recalculation.figure import Figure, Number, Of
from recalculation.given import Given, NotOurs, read

__all__ = ["Figure", "Given", "NotOurs", "Number", "Of", "Recalculation", "recalculate"]


@dataclass(frozen=True, slots=True)
class Recalculation:
    given: Given
    figures: tuple[Figure, ...]  # empty when the data have no rows

    @property
    def has_rows(self) -> bool:
        return self.given.rows is not None

    @property
    def disagreeing(self) -> list[tuple[Figure, Number]]:
        return [(figure, number) for figure in self.figures for number in figure.disagreeing]

    @property
    def count(self) -> int:
        """Numbers that could be counted again."""
        return sum(number.agrees is not None for figure in self.figures for number in figure.numbers)

    def figure(self, key: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.key == key), None)


def recalculate(stored: dict | bytes) -> Recalculation:
    """`stored`: a snapshot as it is frozen, or its bytes. Raises NotOurs for anything else."""
    given = read(stored)
    return Recalculation(given, tuple(_figures(given)) if given.rows else ())


def _figures(given: Given) -> Iterator[Figure]:
    if given.execution:
        yield from execution.figures_of(given)
    if given.balance:
        yield from promises.figures_of(given)
    if given.participants:
        yield from people.figures_of(given)
