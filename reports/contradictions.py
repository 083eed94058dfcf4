"""Figures that people typed beside the words of a figure of the report, and that are none of it: «97,2 %» of execution.

Only a warning: a text may speak of another year, of another entity. A sentence without the words of a known figure, a
percentage that is one of the report rounded, and any number that the report prints are let be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import ROUND_HALF_UP, Decimal

from display.charts import Chart
from display.figures import NO_BREAK
from display.tables import Cell, Table, written
from display.text import normalise
from reports.pages import Placed
from reports.texts import TOKEN

PERCENT = re.compile(r"(?<![\d.,])(\d{1,4})(?:[.,](\d{1,2}))?[ \u00a0\u202f]?%")
PAIR = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+) de (\d{1,3}(?:\.\d{3})+|\d+)(?!\.?\d|,\d|[ \u00a0]?%)")
SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n")
STEM = 5  # letters: «ejecutó», «ejecución» and «ejecutados» are of one word
JOINING = {"de", "del", "la", "las", "el", "los", "en", "y", "a", "por", "con", "sin"}
_OF_THE_PAGE = {"facts", "texts", "edition", "plan", "colours", "fingerprint"}  # what is no words of a section


@dataclass(frozen=True, slots=True)
class Contradiction:
    typed: str  # «97,2 %», «190 de 206»
    nearest: str  # name of the figure that its sentence speaks of


@dataclass(frozen=True, slots=True)
class Printed:
    """What the pages of a report say, but for what people wrote."""

    percents: frozenset[Decimal]
    pairs: frozenset[tuple[int, int]]


def printed(sections: Iterable[Placed], tokens: Mapping[str, str]) -> Printed:
    percents, pairs = set(), set()
    for section in sections:
        for name, value in section.context.items():
            for line in () if name in _OF_THE_PAGE else _lines(value):
                words = " ".join(line)
                percents |= {_decimal(match) for match in PERCENT.finditer(words)}
                pairs |= {_pair(match) for match in PAIR.finditer(words)}
                whole = [int(word.replace(".", "")) for word in line if re.fullmatch(r"\d{1,3}(?:\.\d{3})*", word)]
                pairs |= {(few, many) for few in whole for many in whole}
    percents |= {_decimal(match) for value in tokens.values() if (match := PERCENT.fullmatch(value))}
    counts = [_whole(value) for value in tokens.values() if _whole(value) is not None]
    pairs |= {(few, many) for few in counts for many in counts}
    return Printed(frozenset(percents), frozenset(pairs))


def found(text: str | list[str], tokens: Mapping[str, str], stated: Printed, unit: str) -> list[Contradiction]:
    """In the order of the text, each once. `unit`: what the plan counts, «espacios»."""
    result = {}
    for line in text if isinstance(text, list) else [text]:
        for sentence in SENTENCE.split(TOKEN.sub(" ", line).replace(NO_BREAK, " ")):
            for match in PERCENT.finditer(sentence):
                if not _is_stated(match, stated.percents):
                    result[match[0]] = _nearest(sentence, tokens, lambda value: PERCENT.fullmatch(value), unit)
            for match in PAIR.finditer(sentence):
                if _pair(match) not in stated.pairs:
                    result[match[0]] = _nearest(sentence, tokens, lambda value: _whole(value) is not None, unit)
    return [Contradiction(typed, nearest) for typed, nearest in result.items() if nearest]


def _is_stated(match: re.Match, percents: frozenset[Decimal]) -> bool:
    step = Decimal(1).scaleb(-len(match[2] or ""))
    return _decimal(match) in {percent.quantize(step, ROUND_HALF_UP) for percent in percents}


def _nearest(sentence: str, tokens: Mapping[str, str], is_such, unit: str) -> str:
    """The figure whose first word the sentence has, and most of the others; "" when it speaks of none."""
    said = _stems(sentence)
    if said & _stems(unit):
        said |= _stems("espacios")  # as figures name whatever the plan counts
    scores = {
        name: sum(stem in said for stem in _stems(name)) / len(_stems(name))
        for name, value in tokens.items()
        if is_such(value) and normalise(name)[:STEM] in said
    }
    return max(scores, key=scores.__getitem__, default="")


def _stems(words: str) -> set[str]:
    return {word[:STEM] for word in normalise(words).split() if word not in JOINING}


def _decimal(match: re.Match) -> Decimal:
    return Decimal(f"{match[1]}.{match[2] or 0}")


def _pair(match: re.Match) -> tuple[int, int]:
    few, many = (int(group.replace(".", "")) for group in match.groups())
    return few, many


def _whole(value: str) -> int | None:
    plain = value.replace(".", "")
    return int(plain) if plain.isdecimal() else None


def _lines(value: object) -> Iterator[list[str]]:
    """What is read together: a sentence in one piece, a row of a table cell by cell."""
    match value:
        case str():
            yield [value]
        case Table():
            yield from ([text] for text in (value.title, *value.notes))
            for row in (*value.rows, value.total):
                yield list(_cells(row, value))
        case Chart():
            yield from ([str(text)] for text in (value.title, value.drawing, *value.more, *value.notes))
        case dict():
            yield from _lines(list(value.values()))
        case list() | tuple():
            for each in value:
                yield from _lines(each)
        case _ if is_dataclass(value):
            yield from _lines([getattr(value, each.name) for each in fields(value)])


def _cells(row: Iterable[object], table: Table) -> Iterator[str]:
    at = 0
    for value in row:
        cell = value if isinstance(value, Cell) else Cell(value)
        yield written(cell.value, table.columns[min(at, len(table.columns) - 1)].kind)
        if cell.aside:
            yield cell.aside
        at += cell.span
