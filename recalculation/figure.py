"""A figure of a report: the numbers that it prints, each with its rule, and the rows that make it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from display import figures

Value = int | Fraction | str | None


class Of(StrEnum):
    """The kind of row that a figure is made of."""

    SESSIONS = "sessions"
    COMMITMENTS = "commitments"


@dataclass(frozen=True, slots=True)
class Number:
    key: str  # "executed"
    what: str  # "Ejecutado"
    formula: str  # in words
    printed: str
    again: str  # counted from the rows
    agrees: bool | None  # None: the rows do not tell
    rows: tuple[int, ...]  # ids, of those that make it


@dataclass(frozen=True, slots=True)
class Figure:
    key: str  # of its address: "total", "mes-2020-09"
    title: str
    of: Of
    numbers: tuple[Number, ...]
    rows: tuple[int, ...]  # ids, all that it looks at

    @property
    def disagreeing(self) -> list[Number]:
        return [number for number in self.numbers if number.agrees is False]


def number(
    key: str, what: str, formula: str, printed: Value, again: Value, rows: Iterable[int], *, tells: bool = True
) -> Number:
    """`printed`, `again`: a count, or words already written. `tells`: whether the rows are all that it is made of."""
    agrees = printed == again or (None if not tells else False)
    return Number(key, what, formula, _written(printed), _written(again), agrees, tuple(rows))


def figure(key: str, title: str, of: Of, numbers: Sequence[Number], rows: Iterable[int] | None = None) -> Figure:
    """Without `rows`, those of its numbers."""
    found = rows if rows is not None else (row for one in numbers for row in one.rows)
    return Figure(key, title, of, tuple(numbers), tuple(dict.fromkeys(found)))


def share(part: int, of: int) -> str:
    """As it is printed: "96,6 %", or that there is nothing to compare with."""
    return figures.percent(Fraction(part, of) if of else None)


def _written(value: Value) -> str:
    return value if isinstance(value, str) else figures.whole(value)
