"""What a sheet says about the plan that it is of: its title, its kind, its year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

from display.text import normalise
from matrices.reading.cells import text_of
from matrices.reading.tables import tables_of
from matrices.workbook.grid import Grid, one_line
from plans.models import Plan

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_SHORT = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](\d\d)(?!\d)")  # 29/05/26
_NAMES = ("plan", "estrategia", "componente", "matriz", "cronograma", "programa")  # how the title of a plan may begin
_LONGEST, _LOOKED_AT = 200, 2_000  # characters of a title; rows looked at


def proposed(grids: Sequence[Grid], file_name: str, *, taken: set[str], today: date) -> dict[str, str]:
    """Title, kind and dates of the new plan, as `Upload.new` keeps them; `taken` are titles that the entity has."""
    sheets = [grid for grid in grids if not grid.hidden and not grid.is_list]
    titles = [text for grid in sheets for text in _titles(grid)]
    stem = one_line(re.sub(r"[_]+", " ", PurePath(file_name).stem))
    year = _year(sheets, titles, stem, today)
    title = next((text for text in titles if normalise(text).split(" ")[0] in _NAMES), "")
    title = title or next((text for text in titles if any(name in normalise(text) for name in _NAMES)), "") or stem
    title = title if _YEAR.search(title) else f"{title[: _LONGEST - 5].strip()} {year}"
    title = title[:_LONGEST]
    n = 1
    while (free := title if n == 1 else f"{title[: _LONGEST - 5]} ({n})") in taken:
        n += 1
    return {
        "title": free,
        "kind": _kind(normalise(title)),
        "starts_on": f"{year}-01-01",
        "ends_on": f"{year}-12-31",
    }


def _titles(grid: Grid) -> list[str]:
    """What stands over the first table of a sheet."""
    tables = tables_of(grid)
    if not tables:
        return []
    rows = [row for row in tables[0].titles if row < tables[0].headers[0]]
    texts = [one_line(text_of(cell)) for row in rows for cell in grid.rows[row].values()]
    return [text for text in texts if 5 <= len(text) <= _LONGEST and any(map(str.isalpha, text))]


def _year(sheets: Sequence[Grid], titles: list[str], stem: str, today: date) -> int:
    said = {int(year) for text in [*titles, stem] for year in _YEAR.findall(text)}
    dated: Counter[int] = Counter()
    for grid in sheets:
        for row in list(grid.rows)[:_LOOKED_AT]:
            for cell in grid.rows[row].values():
                if isinstance(cell.value, date):
                    dated[cell.value.year] += 1
                elif isinstance(cell.value, str) and len(cell.value) < 200:
                    dated.update(int(year) for year in _YEAR.findall(cell.value))
                    dated.update(2000 + int(year) for year in _SHORT.findall(cell.value))
    dated = Counter({year: count for year, count in dated.items() if 1990 <= year <= 2100})
    among = {year: dated[year] for year in said if year <= 2100} or dict(dated)
    return max(among, key=lambda year: (among[year], year), default=today.year)


def _kind(title: str) -> str:
    if "rendicion" in title:
        return Plan.Kind.ACCOUNTABILITY
    return Plan.Kind.COMPONENT if "componente" in title else Plan.Kind.PARTICIPATION
