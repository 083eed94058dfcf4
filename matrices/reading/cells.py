"""Numbers, targets and the other small values of a cell, as people write them in Colombia."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from display.text import normalise
from matrices.reading.rows import TargetKind
from matrices.workbook.grid import Cell, one_line

_NUMBER = r"\d{1,3}(?:\.\d{3}){1,4}(?:,\d{1,6})?|\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,15}(?:[.,]\d{1,6})?"
_LARGEST = 10**15  # what is larger counts nothing in a plan
_PLAIN = re.compile(rf"(?:\$|COP)?\s*(-?)\s*({_NUMBER})\s*(mil(?:lones)?|mill\.?)?\s*(?:COP|pesos)?", re.IGNORECASE)
_LEADING = re.compile(rf"({_NUMBER})\s*(%|por\s+ciento\b)?\s*(.*)", re.DOTALL | re.IGNORECASE)
_PEOPLE = re.compile(
    rf"({_NUMBER})\s*(?:personas?|asistentes?|participantes?|ciudadan[oa]s(?:\s+y\s+ciudadan[oa]s)?)?\b\.?\s*"
    r"(?:[-–—:,;(/|]\s*|\s(?:de\s+)?|$)(.*?)\)?\s*",
    re.DOTALL | re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:(\d{1,2}(?:\.\d{1,2})+)(?![.,]?\d|\s?%)\s?[.):–-]*|(\d{1,3})\s?[.):–-]+(?=\s))\s*([^\W\d].*|[«“\"(¿].*)",
    re.DOTALL,
)
_ACTIVITY_NUMBER = re.compile(r"[A-Za-z]{0,4}[-. ]?\d{1,4}(?:[.-]\d{1,3})*[a-z]?|[A-Za-z]")
_DECIMALS = re.compile(r"0\.(0+)")
_NOTHING = {"", "n a", "na", "no aplica", "ninguno", "ninguna", "sin dato", "sin datos", "s d", "nd"}
_WORDS_OF_PERCENTAGE = re.compile(r"\bporcentajes?\b|\bporcentual\b|%|\bpor ciento\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Goal:
    """A target's value and what its cell says besides: «4 encuentros» → count 4, «encuentros»."""

    kind: TargetKind
    value: Decimal
    words: str = ""
    guessed: bool = False  # 0.8 without a percent sign, read as 80 %


def text_of(cell: Cell) -> str:
    """The cell's value as words, lines kept: a date as 31/12/2020, 1 with format 0% as 100%."""
    match cell.value:
        case str(text):
            return text
        case bool(truth):
            return "Sí" if truth else "No"
        case datetime() | date() as on:
            return f"{on:%d/%m/%Y}"
        case time() as hour:
            return f"{hour:%H:%M}"
        case int(number) | float(number):
            shown = decimal(number) * 100 if cell.is_percentage else decimal(number)
            return f"{shown.normalize():f}".replace(".", ",") + ("%" if cell.is_percentage else "")
        case _:
            return ""


def is_nothing(cell: Cell) -> bool:
    """Whether the cell only says that there is nothing to say: «-», «N/A», «No aplica»."""
    return isinstance(cell.value, str) and len(cell.value) < 12 and normalise(cell.value) in _NOTHING


def is_cell_error(cell: Cell) -> bool:
    """Whether the spreadsheet itself shows an error: #REF!, #DIV/0!, #N/A, Err:502."""
    return isinstance(cell.value, str) and re.fullmatch(r"#[A-Z/0?¡!¿]+[!?]?|#N/[AD]|Err:\d+", cell.value) is not None


def decimal(number: int | float) -> Decimal:
    """A float as it is shown, not as it is stored: 0.1 → Decimal("0.1")."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def number_of(cell: Cell) -> Decimal | None:
    """The number in a cell, None when it is not one: 12.151 · 19,419 · 1.234,5 · $ 2.000.000 · 6,8 mil."""
    if isinstance(cell.value, bool):
        return None
    if isinstance(cell.value, int | float):
        return decimal(cell.value) if abs(cell.value) < _LARGEST else None
    match = _PLAIN.fullmatch(cell.value.strip()) if isinstance(cell.value, str) else None
    if match is None:
        return None
    sign, digits, scale = match.groups()
    number = _parsed(digits)
    if scale:
        number *= 1000 if scale.lower() == "mil" else 1_000_000
    return -number if sign else number


def goal_of(cell: Cell) -> Goal | None:
    """The target in a cell: 4 · «100%» · 1 with format 0% · «4 encuentros»; None when it begins with no number."""
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        number = decimal(cell.value)
        if abs(number) >= _LARGEST:
            return None
        if cell.is_percentage:
            return Goal("percentage", _clean(number * 100))
        if 0 < number < 1:
            return Goal("percentage", _clean(number * 100), guessed=True)
        return Goal("count", _clean(number))
    match = _LEADING.fullmatch(cell.value.strip()) if isinstance(cell.value, str) else None
    if match is None:
        return None
    digits, percent, words = match.groups()
    if words and not percent and not re.match(r"[^\W\d]|\(", words):
        return None  # a date, a range, a ratio: more than one number
    return Goal("percentage" if percent else "count", _clean(_parsed(digits)), one_line(words).strip("() "))


def attendance_of(cell: Cell) -> tuple[Decimal, str] | None:
    """How many people a cell tells and the words after: «219 personas - Ciudadanía» → 219, «Ciudadanía»."""
    number = number_of(cell)
    if number is not None:
        return number, ""
    match = _PEOPLE.fullmatch(cell.value.strip()) if isinstance(cell.value, str) else None
    return (_parsed(match[1]), one_line(match[2])) if match else None


def split_number(text: str) -> tuple[str, str]:
    """Number and name of «1.2 Encuesta…»; ("", text) when it has none («2 encuentros», «2020», «100% de…»)."""
    match = _NUMBERED.fullmatch(text)
    return (match[1] or match[2], match[3]) if match else ("", text)


def activity_number(cell: Cell) -> str | None:
    """A number typed in a cell of its own, as text («1.2», 1.1, «RC-01»); None when it is words or a date.

    1.1 with format 0.00 is «1.10».
    """
    if isinstance(cell.value, bool):
        return None
    if isinstance(cell.value, int | float):
        decimals = _DECIMALS.fullmatch(cell.number_format)
        return f"{cell.value:.{len(decimals[1])}f}" if decimals and cell.value % 1 else str(cell.value)
    if not isinstance(cell.value, str):
        return None
    text = cell.value.strip().rstrip(".)-–: ")
    return text if _ACTIVITY_NUMBER.fullmatch(text) else None


def says_percentage(text: str) -> bool:
    """Whether an indicator or a unit is a percentage by its own words."""
    return _WORDS_OF_PERCENTAGE.search(text) is not None


def _parsed(digits: str) -> Decimal:
    """Digits with the separators of Colombia (1.234,5), or of a platform in English (19,419)."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", digits):
        return Decimal(digits.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", digits):
        return Decimal(digits.replace(",", ""))
    return Decimal(digits.replace(",", "."))


def _clean(number: Decimal) -> Decimal:
    """Without the zeros that a multiplication leaves: 100.0 → 100."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
