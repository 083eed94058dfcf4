"""What a header means, and what kind of table its columns make.

Headers are compared by their words without accents, case, plural, «(s)» or small words («Objetivo (s) de la actividad»
is «objetivo actividad»), with a catalogue of the synonyms that entities use. Several meanings depend on the table that
they stand in («Fecha» is a planned date, a commitment's date or a metric's period): `settle` decides those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from display.text import normalise
from display.written_dates import read_month
from matrices.reading.headers import SYNONYMS, Meaning
from matrices.reading.headers import Meaning as M
from matrices.workbook.grid import Place, Value, one_line

Kind = Literal["plan", "spaces", "metrics", "commitments", "execution"]
Role = Literal["P", "E"]


_SMALL_WORDS = frozenset(normalise(
    "a, al, as, con, de, del, e, el, en, es, la, las, lo, los, o, os, para, por, que, s, se, su, sus, u, un, una, y"
).split())  # fmt: skip
_WORDS_OF_ROLES: dict[Role, str] = {
    "P": "p, pr, prg, prog, programado, programada, programados, programadas, programación, planeado, planeada, "
    "planeación, planificado, planificada, previsto, prevista",
    "E": "e, ej, ejec, ejecutado, ejecutada, ejecutados, ejecutadas, ejecución, realizado, realizada, realizados, "
    "realizadas, cumplido, cumplida, logrado, r",
}
_ROLES: dict[str, Role] = {word: role for role, words in _WORDS_OF_ROLES.items() for word in normalise(words).split()}
_LONGEST_HEADER = 90  # characters; longer texts are data
_LONGEST_PARTIAL = 7  # words


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its meaning (None when its header is unknown), and of a month its date parts and role."""

    meaning: Meaning | None
    header: str
    place: Place
    exact: bool = True
    month: tuple[int, int | None, int] | None = None  # month, year when written, how many months it stands for
    role: Role | None = None
    is_chosen: bool = False  # a person said what it means


def role_of(value: Value) -> Role | None:
    """Whether a text only says «programmed» or «executed»: P, Prog., Programado · E, Ejec., Ejecutado."""
    words = normalise(value).split() if isinstance(value, str) and len(value) < 40 else []
    roles = {_ROLES.get(word) for word in words if word not in _SMALL_WORDS - {"e"}}
    return roles.pop() if len(roles) == 1 else None


def month_of(value: Value) -> tuple[tuple[int, int | None, int], Role | None] | None:
    """The month, and the role if any, of a header such as «Julio», «jul-20», «Julio P», «Programado marzo»."""
    if month := read_month(value):
        return month, None
    if not isinstance(value, str) or len(value) > 40:
        return None
    words = normalise(value).split()
    roles = [_ROLES[word] for word in words if word in _ROLES]
    rest = " ".join(word for word in words if word not in _ROLES and word not in ("de", "en"))
    month = read_month(rest) if len(roles) == 1 and rest else None
    return (month, roles[0]) if month else None


def meaning_of(text: Value) -> tuple[Meaning | None, bool]:
    """A header's meaning, and whether it is all that the header says («Fecha programada» yes, «Fecha y hora» no)."""
    return _meaning(text) if isinstance(text, str) and len(text) <= _LONGEST_HEADER else (None, False)


def column_of(texts: Iterable[Value], place: Place) -> Column:
    """The column under one or more header cells, the uppermost first."""
    levels = [text for text in texts if text is not None and text != ""]
    header = " · ".join(dict.fromkeys(one_line(str(level)) for level in levels))
    months = [found for level in levels if (found := month_of(level))]
    roles = [role for level in levels if (role := role_of(level))] + [role for _, role in months if role]
    if months:
        return Column(M.MONTH, header, place, month=months[-1][0], role=roles[-1] if roles else None)
    joined = " ".join(level for level in levels if isinstance(level, str))
    below_first = list(dict.fromkeys((joined, *reversed(levels))))
    meanings = [(text, *meaning_of(text)) for text in below_first]
    meanings.sort(key=lambda found: not found[2])  # what a header says exactly comes before what it contains
    for _, meaning, exact in meanings:
        if meaning is M.TOTAL:
            within = {_ROLES[word] for word in normalise(joined).split() if word in _ROLES}
            return Column(M.TOTAL, header, place, exact, role=within.pop() if len(within) == 1 else None)
        if meaning:
            return Column(meaning, header, place, exact)
    return Column(M.ROLE if roles and "/" in header else None, header, place)  # «P/E»: the cells below say which


def kind_of(meanings: Iterable[Meaning | None]) -> Kind | None:
    """What table these meanings make, whatever its sheet is called; None when they make none."""
    has = set(meanings)
    planning = has & {M.TARGET, M.PHASE, M.MONTH, M.OBJECTIVE, M.BLOCK}
    named = has & {M.ACTIVITY, M.EVENT, M.INSTANCE}
    if M.COMMITMENT in has and not planning:
        return "commitments"
    if M.INDICATOR in has and has & {M.VALUE, M.QUANTITY} and named and not planning | (has & {M.RESPONSIBLE, M.LINE}):
        return "metrics"
    if M.EVENT in has and M.ACTIVITY not in has and not planning | (has & {M.RESPONSIBLE, M.LINE}):
        return "spaces"
    if has & {M.ACTIVITY, M.EVENT} or (M.DESCRIPTION in has and planning):
        return "plan"
    return None


def settle(columns: dict[int, Column], kind: Kind) -> dict[int, Column]:
    """The same columns with the meanings that they have in a table of this kind."""
    has = {column.meaning for column in columns.values()}
    renamed = {
        "plan": _in_plan,
        "spaces": _in_spaces,
        "metrics": _in_metrics,
        "commitments": _in_commitments,
    }[kind](has)
    settled = {
        number: column if column.is_chosen else replace(column, meaning=renamed.get(column.meaning, column.meaning))
        for number, column in columns.items()
    }
    return _once(settled, kind)


def _in_plan(has: set) -> dict:
    renamed = {
        M.CODE: M.NUMBER if M.NUMBER not in has else M.NOT_STORED,
        M.INSTANCE: M.MECHANISM,
        M.EVENT: M.MECHANISM,
        M.PERIOD: M.DATE,
        M.DUE: M.END if M.START in has else M.DATE,
        M.QUANTITY: M.TARGET if M.TARGET not in has else M.NOT_STORED,
        M.RATE: M.TOTAL if M.MONTH in has else M.NOT_STORED,
    } | dict.fromkeys((M.STATE, M.VALUE, M.CLOSED, M.COMMITMENT, M.SOURCE), M.NOT_STORED)
    if M.ACTIVITY not in has:
        renamed |= {M.EVENT: M.ACTIVITY} if M.EVENT in has else {M.DESCRIPTION: M.ACTIVITY}
    return renamed


def _in_spaces(has: set) -> dict:
    return _in_plan(has) | {M.NUMBER: M.ORDINAL, M.CODE: M.ORDINAL, M.RATE: M.NOT_STORED}


def _in_metrics(has: set) -> dict:
    kept = {M.ACTIVITY, M.INDICATOR, M.VALUE, M.PERIOD, M.SOURCE, M.TOTAL}
    renamed = {meaning: M.NOT_STORED for meaning in Meaning if meaning not in kept}
    renamed |= {M.NUMBER: M.ORDINAL, M.CODE: M.ORDINAL}
    if M.ACTIVITY not in has:
        renamed[M.EVENT if M.EVENT in has else M.INSTANCE] = M.ACTIVITY
    if M.VALUE not in has:
        renamed[M.QUANTITY] = M.VALUE
    if M.PERIOD not in has:
        renamed[M.DATE] = M.PERIOD
    return renamed


def _in_commitments(has: set) -> dict:
    kept = {M.COMMITMENT, M.INSTANCE, M.RESPONSIBLE, M.STATE, M.DUE, M.CLOSED, M.CODE, M.DATE, M.TOTAL}
    renamed = {meaning: M.NOT_STORED for meaning in Meaning if meaning not in kept} | {M.NUMBER: M.ORDINAL}
    renamed[M.PERIOD] = M.DATE if M.DATE not in has else M.NOT_STORED
    if M.DUE not in has:
        renamed[M.END] = M.DUE
    if M.INSTANCE not in has:
        renamed[M.EVENT if M.EVENT in has else M.ACTIVITY] = M.INSTANCE
    return renamed


def _once(columns: dict[int, Column], kind: Kind) -> dict[int, Column]:
    """Meanings that a row has once: of two headers with the same, the first that says it exactly keeps it."""
    second = {M.ACTIVITY: M.DESCRIPTION, M.PHASE: M.LINE}
    single = (M.PHASE, M.ACTIVITY, M.NUMBER, M.LINE, M.BLOCK, M.COMMITMENT, M.STATE, M.CODE, M.VALUE, M.SOURCE)
    single += (M.PERIOD, M.INSTANCE) + ((M.INDICATOR,) if kind == "metrics" else ())
    settled = dict(columns)
    for meaning in single:
        headers = {}
        for number, column in settled.items():
            if column.meaning is meaning:
                headers.setdefault(column.place, []).append(number)
        best = min(
            headers,
            key=lambda place: (
                not settled[headers[place][0]].is_chosen,
                not settled[headers[place][0]].exact,
                headers[place][0],
            ),
            default=None,
        )
        for place, numbers in headers.items():
            if place != best:
                for number in numbers:
                    settled[number] = replace(settled[number], meaning=second.get(meaning, M.NOT_STORED))
    return settled


def stems(text: str) -> tuple[str, ...]:
    """The words that matter of a header, in singular."""
    words = normalise(text.replace("%", " porcentaje ").replace("#", " no ")).split()
    return tuple(_stem(word) for word in words if word not in _SMALL_WORDS and not _is_year(word))


def _stem(word: str) -> str:
    return word if len(word) < 4 else word.removesuffix("s").removesuffix("e")


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.startswith("20") and word.isdigit()


def phrases(synonyms: Mapping[Meaning, str]) -> dict[tuple[str, ...], Meaning]:
    return {stems(phrase): meaning for meaning, words in synonyms.items() for phrase in words.split(",")}


_CATALOGUE = phrases(SYNONYMS)
_LONGEST_PHRASE = max(map(len, _CATALOGUE))


@lru_cache(maxsize=4096)
def _meaning(text: str) -> tuple[Meaning | None, bool]:
    return look_up(text, _CATALOGUE)


def look_up(text: str, catalogue: Mapping[tuple[str, ...], Meaning]) -> tuple[Meaning | None, bool]:
    """What a header means in a catalogue of `phrases`, and whether it is all that the header says."""
    said = stems(text)
    if said in catalogue:
        return catalogue[said], True
    if len(said) > _LONGEST_PARTIAL:
        return None, False
    for length in range(min(len(said), _LONGEST_PHRASE), 0, -1):
        for start in range(len(said) - length + 1):
            if meaning := catalogue.get(said[start : start + length]):
                return meaning, False
    return None, False
