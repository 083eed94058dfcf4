"""A block of cells as it was pasted: where it goes, and which column takes each of its own."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from io import StringIO

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.grid.catalogue import plain
from activities.grid.columns import BY_KEY, of_heading
from activities.kept import Seen
from matrices.workbook.grid import letter

MOST_ROWS, MOST_COLUMNS = 500, 60
NOT_BROUGHT = "-"
NEW = "nueva"  # at the end of a phase: "nueva:12"


@dataclass
class Sent:
    """What the person pasted, where, and what they answered so far."""

    block: str
    at: str = ""  # key of the row, "nueva:" and a phase, or none: rows are known by their number, else by their name
    column: str = ""  # the first that takes it
    shown: tuple[str, ...] = ()  # the columns in sight
    columns: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    skips: bool = False  # what is refused is left as it is
    seen: Seen = field(default_factory=dict)

    @classmethod
    def of(cls, data: QueryDict) -> Sent:
        def numbered(prefix: str) -> dict[str, str]:
            return {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}

        cells = {tuple(key.split("-")): text for key, text in numbered("cell-").items()}
        return cls(
            data.get("block", ""),
            data.get("at", ""),
            data.get("column", ""),
            tuple(key for key in data.get("shown", "").split(".") if key in BY_KEY),
            {int(at): key for at, key in numbered("column-").items() if at.isdecimal() and len(at) < 4},
            numbered("name-"),
            {
                (int(key[0]), int(key[1])): text
                for key, text in cells.items()
                if len(key) == 2 and all(part.isdecimal() and len(part) < 5 for part in key)
            },
            data.get("skips") == "1",
            {
                int(pk): int(revision)
                for pk, _colon, revision in (pair.partition(":") for pair in data.get("seen", "").split())
                if pk.isdecimal() and revision.isdecimal() and len(pk) < 19 and len(revision) < 10
            },
        )


@dataclass
class BlockColumn:
    at: int
    title: str  # its heading, else its letter
    sample: str
    key: str  # of the column that takes it, NOT_BROUGHT, or "" when nobody said


def cells_of(block: str) -> list[list[str]]:
    """The rows of a block, as spreadsheets copy them: tabs between cells, quotes around one with line breaks."""
    block = block.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    try:
        rows = list(csv.reader(StringIO(block), delimiter="\t", strict=True))
    except csv.Error:  # a quote that nobody closed is a sign like others
        rows = [line.split("\t") for line in block.split("\n")]
    rows = [[plain(text) for text in row] for row in rows]
    width = max((at + 1 for row in rows for at, text in enumerate(row) if text), default=0)
    return [(row + [""] * width)[:width] for row in rows]


def columns_of(rows: list[list[str]], sent: Sent) -> tuple[list[BlockColumn], bool]:
    first = rows[0] if rows else []
    headings = [of_heading(text) for text in first]
    known = [key for key in headings if key]
    has_headings = len(known) > 1 or (bool(known) and len(first) == 1)
    shown = list(sent.shown or BY_KEY)
    if has_headings:
        guessed = [key if key not in headings[:at] else "" for at, key in enumerate(headings)]
    elif sent.column in shown:
        room = shown[shown.index(sent.column) :]
        guessed = (room + [""] * len(first))[: len(first)]
    else:
        guessed = ["name"] if len(first) == 1 else [""] * len(first)
    columns = []
    for at, key in enumerate(guessed):
        values = (row[at] for row in rows[1 if has_headings else 0 :] if row[at])
        title = first[at] if has_headings and first[at] else letter(at + 1)
        columns.append(BlockColumn(at, title, next(values, ""), sent.columns.get(at, key)))
    return columns, has_headings


def unplaced(columns: list[BlockColumn]) -> list[str]:
    lost = [f"«{column.title}»" for column in columns if column.key not in (*BY_KEY, NOT_BROUGHT)]
    problems = []
    if lost:
        problems.append(
            ngettext(
                "La columna %(names)s no tiene lugar en la tabla: diga a cuál va, o que no se trae.",
                "Las columnas %(names)s no tienen lugar en la tabla: diga a cuál va cada una, o que no se trae.",
                len(lost),
            )
            % {"names": ", ".join(lost)}
        )
    for key in {column.key for column in columns} & BY_KEY.keys():
        if sum(column.key == key for column in columns) > 1:
            problems.append(_("Dos columnas van a «%(name)s»: deje una.") % {"name": BY_KEY[key].label})
    return problems
