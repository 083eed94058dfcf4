"""Measured values month by month, as the lines of a table; months are never added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.utils.text import capfirst

from display import dates, tables
from display.dates import month_end
from display.tables import Cell
from display.typeface import width

if TYPE_CHECKING:
    from reports.envelope import Edition

NAMES = 150.0  # points kept for the first column of such a table
OTHER = 120.0  # and for those of other periods
LENGTH = 482.0


class Entry(Protocol):
    starts_on: date
    ends_on: date


T = TypeVar("T", bound="Entry")
Line = tuple[dict[date, T], T | None]  # by month (its first day), and one of another period


def month_of(entry: Entry) -> date | None:
    """The first day of the month that it lies in; None when it takes several."""
    first = entry.starts_on.replace(day=1)
    return first if entry.ends_on <= month_end(first) else None


def lines(entries: Iterable[T]) -> list[Line]:
    """The entries of one row; what finds its place taken goes to a line of its own."""
    result: list[Line] = []
    for entry in sorted(entries, key=lambda entry: (entry.starts_on, entry.ends_on)):
        month = month_of(entry)
        for at, (by_month, other) in enumerate(result):
            if month and month not in by_month:
                by_month[month] = entry
                break
            if not month and other is None:
                result[at] = (by_month, entry)
                break
        else:
            result.append(({month: entry}, None) if month else ({}, entry))
    return result


def columns(
    entries: Sequence[Entry], edition: Edition, texts: Iterable[str], narrowest: float = 0.0
) -> list[list[date]]:
    """The months with data as the columns of a table or, of a whole plan or some years, of several.

    In a report of some days theirs come first, then the earlier ones from the latest back, as many as have room: a
    month without a column is said nothing about, while a dash says that nobody registered it. `texts`: the values;
    `narrowest`: points that a column takes at least.
    """
    months = sorted({month for entry in entries if (month := month_of(entry))})
    others = any(month_of(entry) is None for entry in entries)
    years = [list(group) for _year, group in groupby(months, key=lambda month: month.year)]
    named = months[:1] if edition.whole else months
    texts = [*texts, *heads(named, edition), "Mar"]
    need = max(narrowest, *(width(tables.tabular(text), tables.SIZE, 700) for text in texts)) + tables.GAP
    room = int((LENGTH - NAMES - (OTHER if others else 0)) // need)
    if edition.whole:
        return [part for year in years for part in _even(year, room)] or [[]]
    own = sorted({*(month for month in months if month >= edition.starts_on.replace(day=1)), _last(edition)})
    if months and len(own) > room:  # a period of years
        return _even(own, room)
    earlier = [month for month in reversed(months) if month not in own]
    return [own + earlier[: max(room - len(own), 1)]] if months else [[]]


def _even(months: list[date], room: int) -> list[list[date]]:
    size = ceil(len(months) / ceil(len(months) / room))
    return [months[start : start + size] for start in range(0, len(months), size)]


def _last(edition: Edition) -> date:
    return min(edition.ends_on, edition.cutoff).replace(day=1)


def heads(months: Sequence[date], edition: Edition) -> list[str]:
    """ "Sep"; "Sep 2020" beside months of another year."""
    years = {month.year for month in months} | ({edition.ends_on.year} if not edition.whole else set())
    return [
        capfirst(f"{dates.short_month(month)} {month.year}" if len(years) > 1 else dates.short_month(month))
        for month in months
    ]


def words(entry: Entry, edition: Edition) -> str:
    """ "julio a octubre", with its year when the report is of another."""
    same = edition.starts_on.year == edition.ends_on.year == entry.starts_on.year == entry.ends_on.year
    return dates.span(entry.starts_on, entry.ends_on, year=not same)


def absent(month: date, own: Iterable[Entry]) -> Cell:
    """A month without a value of its own: a dash, since nobody registered it, unless a longer period of the row has
    it."""
    inside = any(
        month_of(entry) is None and entry.starts_on <= month_end(month) and entry.ends_on >= month for entry in own
    )
    return Cell("" if inside else None)


def of_part(entry: Entry) -> str:
    """The days of an entry that lies in a month and takes less than it; "" for a whole month."""
    first = entry.starts_on.replace(day=1)
    if (entry.starts_on, entry.ends_on) == (first, month_end(first)):
        return ""
    if entry.starts_on == entry.ends_on:
        return dates.short_day(entry.starts_on)
    return dates.span(entry.starts_on, entry.ends_on)
