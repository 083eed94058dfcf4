"""A table as data: named columns with their kind, rows of values, a total, notes and a source.

Pages, paper and data files each render the same table, so that a figure has one home. Columns are measured: none is
narrower than its longest word, and what is left goes to those with more to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from math import sqrt

from django.utils.html import escape, format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from display import dates, figures
from display.typeface import width


class Kind(StrEnum):
    """What a column holds: how its values are written, and on which side they stand."""

    TEXT = "text"
    COUNT = "count"  # whole numbers: people, units
    MEASURE = "measure"  # decimals without trailing zeros
    PERCENT = "percent"  # ratios, 1 = all
    DATE = "date"

    @property
    def is_number(self) -> bool:
        return self in (Kind.COUNT, Kind.MEASURE, Kind.PERCENT)


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Kind = Kind.TEXT
    meaning: str = ""  # for the dictionary of the data files; "" when the title says it
    strong: bool = False
    group: str = ""  # head over several columns: "A la fecha"

    @property
    def label(self) -> str:
        """Its title where no group stands over it."""
        return f"{self.title} ({self.group[:1].lower()}{self.group[1:]})" if self.group else self.title


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with what stands beside it: smaller words below it, a state's sign, a mark of a note, several columns."""

    value: object
    aside: str = ""
    state: str = ""  # "fulfilled", "overdue", "open", "closed", "unknown": a sign and a colour besides the words
    marks: tuple[str, ...] = ()
    attention: bool = False
    span: int = 1
    share: Fraction | None = None  # 0 to 1 of the largest value that it is compared with: a bar under the figure
    key: str = ""  # of what it tells, in the address of pages that say more of it
    url: str = ""  # on a page of the site: of the rows that make it


@dataclass(frozen=True, slots=True)
class Table:
    """`title` says what it holds or, better, what it shows. The first column heads its rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]  # values, or Cells
    total: tuple[object, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    over: str = (
        ""  # a head over all the columns, which paper repeats on each page; a page of the site has no need of it
    )
    number: int = 0  # given when a document is put together
    slug: str = field(default="")  # of its place in the document, for links: "tabla-3"

    def __bool__(self) -> bool:
        return bool(self.rows)


def written(value: object, kind: Kind) -> str:
    """A value as it is printed: None is a dash in a column of numbers or dates, and nothing in one of words."""
    if isinstance(value, str):
        return value
    if kind == Kind.PERCENT:
        return figures.percent(value)
    if kind == Kind.DATE or isinstance(value, date):
        return dates.short_day(value)
    if kind == Kind.MEASURE:
        return figures.measure(value)
    if kind == Kind.COUNT:
        return figures.whole(value)
    return "" if value is None else str(value)


def _cell(value: object) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


# --- Widths -----------------------------------------------------------------------------------------------------------

SIZE = 9.0  # points; what the style sheet says of a table
GAP = 8.0  # beside the text of each column
BAR = 24.0  # of the longest small bar under a figure: the same in every column, so that bars compare
LONGEST_WORD = 78.0  # points: a longer one is hyphenated
LONGEST_LINE = 112.0  # points: where there is room, texts that are all shorter stay on one line
ROOM = 0.2  # of the line, which columns of long texts keep for themselves
WHOLE = 4  # rows: a table of no more is not parted between pages
TOGETHER = 2  # rows of a longer one that stay together at its start, and at its end
TALL = 200  # characters of a text that makes its row too tall for that
FEW = 40  # texts of a column that are measured: its longest


def widths(table: Table, length: float, size: float = SIZE) -> list[float]:
    """Share of each column in percent, which add up to 100, for a table `length` points wide."""
    columns = [_measured(table, at, size) for at in range(len(table.columns))]
    needs, wishes = [least for least, _whole, _wish in columns], [wish for _least, _whole, wish in columns]
    left = length - sum(needs)
    for extra, at in sorted((whole - least, at) for at, (least, whole, _wish) in enumerate(columns)):
        if left - extra >= length * ROOM:
            needs[at] += extra
            left -= extra
    if left <= 0:
        return [100 * need / sum(needs) for need in needs]
    hoped = sum(wishes)
    given = [
        need + (left * wish / hoped if hoped else left / len(needs)) for need, wish in zip(needs, wishes, strict=True)
    ]
    return [100 * one / sum(given) for one in given]


def _measured(table: Table, at: int, size: float) -> tuple[float, float, float]:
    """Of a column: the least that it needs, what keeps its short texts whole, and how much more it could use."""
    column = table.columns[at]
    # What spans several columns wraps within them.
    cells = [cell for row in (*table.rows, table.total) if (cell := cell_at(row, at)) and cell.span == 1]
    distinct = sorted({written(cell.value, column.kind) for cell in cells}, key=len)[-FEW:]
    head = max((_head_width(word, size) for word in column.title.split()), default=0)
    if column.kind != Kind.TEXT:
        values = max((width(tabular(text), size, 700) for text in distinct), default=0)
        if any(cell.share is not None for cell in cells):
            values = max(values, BAR)
        need = max(values, min(head, LONGEST_WORD)) + GAP
        return need, max(need, min(_head_width(column.title, size), LONGEST_WORD) + GAP), 0.0
    # After a column of numbers, which end at its right, words keep their distance.
    gap = 2 * GAP if at and table.columns[at - 1].kind.is_number else GAP
    gap += 12 if any(cell.state for cell in cells) else 0  # its sign
    # Words that a no-break space ties are never parted; others are hyphenated.
    pieces = {piece for text in distinct for piece in text.split(" ")}
    longest = max((min(width(piece, size), _most(piece)) for piece in pieces), default=0)
    # The words of a state stay on one line, or on two when they are many.
    states = (width(written(cell.value, column.kind), size, 700) for cell in cells if cell.state)
    longest = max((longest, *(wide if wide <= LONGEST_LINE else wide * 0.65 for wide in states)))
    line = max((width(text, size) for text in distinct), default=0)
    least = max(longest, head) + gap
    asides = sorted({cell.aside for cell in cells}, key=len)[-FEW:]
    said = sum(width(text, size) for text in distinct) / max(len(distinct), 1)
    said += sum(width(text, size) for text in asides) / max(len(asides), 1)
    if line <= LONGEST_LINE and not any(asides):
        return least, max(line, min(_head_width(column.title, size), LONGEST_LINE)) + gap, 0.0
    return least, least, sqrt(max(said - (least - gap), 0)) * 10


def tabular(text: str) -> str:
    """The text as wide as figures in columns are, which all take the room of a 0."""
    return re.sub(r"\d", "0", text)


def _most(piece: str) -> float:
    return LONGEST_LINE if figures.NO_BREAK in piece else LONGEST_WORD


def _head_width(text: str, size: float) -> float:
    return width(text.upper(), size - 1)  # in capitals, as the style sheet sets them


def cell_at(row: Sequence[object], column: int) -> Cell | None:
    """The cell that starts at a column; None where one that spans several reaches over it."""
    at = 0
    for value in row:
        cell = _cell(value)
        if at == column:
            return cell
        at += cell.span
    return None


# --- HTML, on paper and on pages --------------------------------------------------------------------------------------


def html(table: Table, *, length: float = 482.0) -> SafeString:
    """The table with its numbered caption, measured for a line `length` points wide; notes and source under it."""
    shares = widths(table, length)
    columns = mark_safe("".join(f'<col style="width:{share:.2f}%">' for share in shares))
    first, last = _ends(table.rows)
    lines = [
        format_html("<tr{}>{}</tr>", FIRST if at == first else _heads_others(row), _row(table.columns, row))
        for at, row in enumerate(table.rows)
    ]
    if table.total:
        lines[-1] += format_html('<tr class="total">{}</tr>', _row(table.columns, table.total))
    body = format_html_join("", "<tbody{}>{}</tbody>", _bodies(lines, last))
    notes = format_html_join("", '<p class="note">{}</p>', ((note,) for note in table.notes))
    source = format_html('<p class="note">{}</p>', table.source) if table.source else ""
    return format_html(
        '<table id="{}"{}><caption><span class="exhibit">Tabla {}.</span> {}</caption><colgroup>{}</colgroup>'
        "<thead>{}</thead>{}</table>{}{}",
        table.slug,
        mark_safe(' class="whole"') if len(table.rows) <= WHOLE and not table.over else "",
        table.number,
        table.title,
        columns,
        _over(table) + _heads(table.columns),
        body,
        notes,
        source,
    )


def _ends(rows: Sequence[Sequence[object]]) -> tuple[int, int]:
    """(place of the row that its next one stays with, place from which on the rest stay together), so that no page has
    one row alone of a table that goes on; (-1, 0) where its rows are few, or so tall that two leave paper blank."""
    told = [at for at, row in enumerate(rows) if not _heads_others(row)]
    if len(told) <= WHOLE or any(_is_tall(rows[at]) for at in (*told[:TOGETHER], *told[-TOGETHER:])):
        return -1, 0
    last = told[-TOGETHER]
    while _heads_others(rows[last - 1]):
        last -= 1
    return told[0], last


def _is_tall(row: Sequence[object]) -> bool:
    return any(isinstance(value := _cell(each).value, str) and len(value) > TALL for each in row)


def _bodies(lines: Sequence[SafeString], last: int) -> Iterable[tuple[SafeString, SafeString]]:
    """(attributes, HTML) of the lines, those that stay together at the end apart."""
    if last:
        yield SafeString(""), mark_safe("".join(lines[:last]))
    yield mark_safe(' class="kept"') if last else SafeString(""), mark_safe("".join(lines[last:]))


def _over(table: Table) -> SafeString:
    head = '<tr><th scope="colgroup" class="group over" colspan="{}">{}</th></tr>'
    return format_html(head, len(table.columns), table.over) if table.over else SafeString("")


def _heads(columns: Sequence[Column]) -> SafeString:
    """The heads in a row; in two where some stand under a common one."""
    grouped = any(column.group for column in columns)
    over, under = [], []
    for group, members in groupby(columns, key=lambda column: column.group):
        members = list(members)
        heads = [
            format_html(
                '<th scope="col"{}{}>{}</th>',
                mark_safe(' rowspan="2"') if grouped and not group else "",
                mark_safe(' class="n"') if column.kind.is_number else "",
                column.title,
            )
            for column in members
        ]
        if group:
            over.append(format_html('<th scope="colgroup" class="group" colspan="{}">{}</th>', len(members), group))
            under += heads
        else:
            over += heads
    rows = [over, under] if grouped else [over]
    return format_html_join("", "<tr>{}</tr>", ((mark_safe("".join(row)),) for row in rows))


FIRST = mark_safe(' class="first"')


def _heads_others(row: Sequence[object]) -> SafeString:
    """The class of a row that names those under it: it must not be left behind at the foot of a page."""
    return mark_safe(' class="over"' if len(row) == 1 and _cell(row[0]).span > 1 else "")


def _row(columns: Sequence[Column], row: Iterable[object]) -> SafeString:
    parts, at = [], 0
    for value in row:
        cell, column = _cell(value), columns[at]
        parts.append(_td(cell, column, is_head=at == 0))
        at += cell.span
    return mark_safe("".join(parts))


_ADDRESS = re.compile(r"\w@\w|://|\bwww\.")
# From a mark to its note and back: the finisher of the PDF knows both by these places.
NOTE_LINK = '<a id="llamada-{}" href="#nota-{}" title="Nota {}">{}</a>'


def _content(
    cell: Cell, column: Column, *, is_paper: bool = False, linked: bool = False, figures_at: str = ""
) -> SafeString:
    """`linked`: its marks lead to their notes. `figures_at`: where a value with a key has a page of its own."""
    text = written(cell.value, column.kind)
    # An address that people wrote leads where it says.
    content = mark_safe(urlize(text, autoescape=True)) if is_paper and _ADDRESS.search(text) else escape(text)
    if figures_at and cell.key:
        content = format_html('<a href="{}{}/">{}</a>', figures_at, cell.key, content)
    elif cell.url and not is_paper:
        content = format_html('<a href="{}">{}</a>', cell.url, content)
    if cell.state:
        content = format_html('<span class="state {}">{}</span>', cell.state, content)
    if cell.marks:
        marks = format_html_join(", ", NOTE_LINK, ((mark, mark, mark, mark) for mark in cell.marks)) if linked else ""
        content = format_html("{}<sup>{}</sup>", content, marks or ", ".join(cell.marks))
    if cell.share is not None:
        bar = format_html('<span class="bar" style="width:{}pt"></span>', f"{BAR * float(cell.share):.1f}")
        content = format_html("{}{}", content, bar if is_paper else "")
    if cell.aside:
        content = format_html('{} <span class="aside">{}</span>', content, cell.aside)
    return content


def _td(cell: Cell, column: Column, *, is_head: bool) -> SafeString:
    content = _content(cell, column, is_paper=True, linked=True)
    classes = [
        name
        for name, holds in (
            ("n", column.kind.is_number and cell.span == 1),
            ("wide", cell.span > 1),
            ("strong", column.strong),
            ("attention", cell.attention),
        )
        if holds
    ]
    attributes = format_html(' class="{}"', " ".join(classes)) if classes else ""
    if cell.span > 1:
        attributes = format_html('{} colspan="{}"', attributes, cell.span)
    if is_head:
        scope = "rowgroup" if cell.span > 1 else "row"
        return format_html('<th scope="{}"{}>{}</th>', scope, attributes, content)
    return format_html("<td{}>{}</td>", attributes, content)


MOST_ROWS = 200  # of a table on a page: a longer one is read in its data file


def page_html(table: Table, figures_at: str = "") -> SafeString:
    """The table of a page of the site, whose rows are cards on a phone. Its title is for those who do not see it,
    unless it is one of a document's numbered ones.

    `figures_at`: an address under which each cell with a key has a page of its own.
    """
    heads = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        ((mark_safe(' class="num"') if column.kind.is_number else "", column.label) for column in table.columns),
    )
    body = format_html_join("", "{}", ((_line(table, row, figures_at),) for row in table.rows[:MOST_ROWS]))
    foot = format_html("<tfoot>{}</tfoot>", _line(table, table.total, figures_at)) if table.total else ""
    notes = list(filter(None, (*table.notes, table.source)))
    if len(table.rows) > MOST_ROWS:
        left = _("Aquí van %(n)s filas de %(total)s: todas están en el PDF y en los datos.")
        notes.insert(0, left % {"n": figures.whole(MOST_ROWS), "total": figures.whole(len(table.rows))})
    caption = format_html('<caption class="visually-hidden">{}</caption>', table.title)
    if table.number:
        caption = format_html("<caption><b>{} {}.</b> {}</caption>", _("Tabla"), table.number, table.title)
    return format_html(
        '<div class="table-cards"{}><table class="table">{}<thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table></div>'
        "{}",
        format_html(' id="{}"', table.slug) if table.slug else "",
        caption,
        heads,
        body,
        foot,
        format_html_join("", '<p class="small text-body-secondary">{}</p>', ((note,) for note in notes)),
    )


def _line(table: Table, row: Sequence[object], figures_at: str) -> SafeString:
    columns, parts, at = table.columns, [], 0
    for value in row:
        cell, column = _cell(value), columns[at]
        content = _content(cell, column, linked=bool(table.number), figures_at=figures_at)
        if cell.aside and at:  # the value of a card stays in one piece
            content = format_html("<div>{}</div>", content)
        span = format_html(' colspan="{}"', cell.span) if cell.span > 1 else ""
        if at == 0:
            scope = "rowgroup" if cell.span == len(columns) else "row"  # heads the rows below it
            parts.append(format_html('<th scope="{}"{}>{}</th>', scope, span, content))
        else:
            number = mark_safe(' class="num"') if column.kind.is_number and cell.span == 1 else ""
            parts.append(format_html('<td data-label="{}"{}{}>{}</td>', column.label, number, span, content))
        at += cell.span
    return format_html("<tr>{}</tr>", mark_safe("".join(parts)))
