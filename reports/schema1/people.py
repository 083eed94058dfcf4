"""The participants of a report as its table and charts show them: by month, never added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from display import charts, dates, figures
from display.palette import Palette
from reports.schema1.facts import Participation, Snapshot

MONTHS_A_PAGE = 12  # as columns of a table
CHARTS = 8  # a large entity has dozens of activities: the table shows them all


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    span: int = 1
    when: str = ""


def months_shown(snapshot: Snapshot) -> list[date]:
    """First days of the months from the report's first to its last; empty when they do not fit a page's width."""
    entries = snapshot.participants
    if not entries:
        return []
    first = min([snapshot.edition.starts_on, *(entry.starts_on for entry in entries)])
    last = max(entry.ends_on for entry in entries)
    last = max(last, min(snapshot.edition.ends_on, snapshot.edition.cutoff))
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    if span > MONTHS_A_PAGE:
        return []
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(span)]


def table_rows(entries: tuple[Participation, ...], months: list[date]) -> list[tuple[str, list[Cell]]]:
    """The participants table: a row of cells per activity; a period of several months is one wide cell,
    overlapping periods of one activity get a row each. Without months: activity, period and people."""
    rows: list[tuple[str, list[Cell]]] = []
    for activity in dict.fromkeys(entry.activity for entry in entries):
        left = sorted((e for e in entries if e.activity == activity), key=lambda e: (e.starts_on, e.ends_on))
        if not months:
            rows += [(activity, [Cell(entry.when), Cell(figures.whole(entry.people))]) for entry in left]
            continue
        while left:
            cells, rest, at = [], [], 0
            for entry in left:
                start, end = (months.index(day.replace(day=1)) for day in (entry.starts_on, entry.ends_on))
                if start < at:
                    rest.append(entry)
                    continue
                cells += [Cell(figures.DASH)] * (start - at)
                wide = end - start + 1
                cells.append(Cell(figures.whole(entry.people), wide, entry.when if wide > 1 else ""))
                at = end + 1
            cells += [Cell(figures.DASH)] * (len(months) - at)
            rows.append((activity, cells))
            left = rest
    return rows


def month_charts(snapshot: Snapshot, colours: Palette) -> list[list[tuple[str, SafeString]]]:
    """Rows of one or two charts, one per activity with figures of two or more single months: the CHARTS activities
    with the highest month, in the order of the plan."""
    monthly: dict[str, list[Participation]] = {}
    for entry in snapshot.participants:
        if (entry.starts_on.year, entry.starts_on.month) == (entry.ends_on.year, entry.ends_on.month):
            monthly.setdefault(entry.activity, []).append(entry)
    several = {name: sorted(entries, key=lambda e: e.ends_on) for name, entries in monthly.items() if len(entries) > 1}
    largest = sorted(several, key=lambda name: -max(entry.people for entry in several[name]))[:CHARTS]
    chosen = {name: entries for name, entries in several.items() if name in largest}
    paired = len(chosen) > 1 and max(len(entries) for entries in chosen.values()) <= 6
    drawn = []
    for activity, entries in chosen.items():
        labels = dates.short_months([entry.ends_on for entry in entries])
        items = [
            charts.Column(label, e.people, figures.whole(e.people)) for label, e in zip(labels, entries, strict=True)
        ]
        values = "; ".join(
            _("en %(month)s, %(people)s personas")
            % {"month": dates.month(entry.ends_on), "people": figures.whole(entry.people)}
            for entry in entries
        )
        title = _("Personas participantes por mes en %(activity)s: %(said)s") % {"activity": activity, "said": values}
        drawn.append((activity, charts.columns(items, title=title, colours=colours, length=228 if paired else 482)))
    across = 2 if paired else 1
    return [drawn[start : start + across] for start in range(0, len(drawn), across)]
