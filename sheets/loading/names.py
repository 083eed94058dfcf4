"""Names of dependencies and groups as people type them: split, and compared without accents or case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import TypeVar

from display.text import normalise
from sheets.reading.headers import UNITS
from sheets.workbook.grid import one_line

T = TypeVar("T")

_WORD = re.compile(r"\w+")
_HARD = re.compile(r"[\n;+|•·]|\s/\s|\s[-–—]\s")  # between two names, these always separate
_SOFT = re.compile(r",|\s(?:y|e)\s", re.IGNORECASE)  # these may be part of a name
_EDGES = " \t\n;,/+|•·-–—."
_AND = re.compile(r"^[ye]\s+|\s+[ye]$")
_CONNECTIVES = {"a", "al", "con", "de", "del", "el", "en", "la", "las", "los", "para", "por"}
_EVERYONE = re.compile(
    r"tod[oa]s?"
    r"(?: (?:las|los|la|el))?"
    r"(?: (?:demas|otras|otros))?"
    r"(?: (?:dependencias|secretarias|areas|oficinas|unidades|procesos|direcciones|subsecretarias|lideres"
    r"(?: de(?: los)? procesos?)?|servidores(?: publicos)?|funcionarios|entidad|administracion|alcaldia"
    r"|dependencias y secretarias|secretarias y dependencias|areas y procesos))?"
    r"(?: (?:de la|del|de) (?:entidad|administracion|alcaldia|municipio|nivel central|institucion|distrito"
    r"|departamento|gobernacion))?"
    r"(?: (?:municipal|distrital|departamental|central))?"
)
_PARTS = re.compile(r"\((?:líder|lider|lidera|apoyo|apoya|responsable|corresponsable)\)", re.IGNORECASE)
_LONGEST_EVERYONE = 8  # words


def nearest(name: str, known_names: Iterable[str], n: int = 3) -> list[str]:
    """The `n` known names most like `name`, best first; those that share nothing with it are not offered."""
    wanted = normalise(name)
    words = set(wanted.split()) - _CONNECTIVES
    scored = []
    for known in known_names:
        candidate = normalise(known)
        shared = words & set(candidate.split())
        ratio = _ratio(wanted, candidate)
        score = max(ratio if ratio >= 0.55 else 0, 0.9 * len(shared) / len(words) if words else 0)
        if score:
            scored.append((-score, len(candidate), known))
    return [known for _, _, known in sorted(scored)[:n]]


def closest(key: str, names: Iterable[str]) -> str | None:
    """The known name that differs by little more than a slip (ratio of 0.9 or more), the likest of them."""
    matcher = SequenceMatcher(None, "", key, autojunk=False)
    best, closest = 0.9, None
    for name in names:
        matcher.set_seq1(normalise(name))
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best and (ratio := matcher.ratio()) >= best:
            best, closest = ratio, name
    return closest


def is_everyone(text: str) -> bool:
    """Whether the words name every unit («Todas las dependencias», «Todos»), which is a set and not a name."""
    return _EVERYONE.fullmatch(normalise(text)) is not None


def split_names(raw: str, known: Mapping[str, T]) -> list[tuple[str, T | None]]:
    """The names in a cell, in order, each with what `known` maps it to (names and aliases, any case and accents).

    The longest known name wins, with or without a separator around it. What no known name covers is cut at line
    breaks and at «;», « / », «+», « - »; at a comma or an «y» only where another unit's name plainly begins. Such
    pieces come with None; so does a set such as «Todas las dependencias».
    """
    words = [(normalise(match[0]), match.start(), match.end()) for match in _WORD.finditer(raw)]
    catalogue = {key: value for name, value in known.items() if (key := tuple(normalise(name).split()))}
    found: list[tuple[str, T | None]] = []
    reached = 0
    for first, last, value in _matches(raw, words, catalogue):
        start, end = words[first][1], words[last - 1][2]
        found += [(piece, None) for piece in _pieces(raw[reached:start])]
        found.append((one_line(raw[start:end]), value))
        reached = end
    found += [(piece, None) for piece in _pieces(raw[reached:])]
    once = {normalise(name): (name, value) for name, value in reversed(found)}
    return list(reversed(once.values()))


def _matches(raw: str, words: list, catalogue: dict) -> list[tuple[int, int, T | None]]:
    """Where known names stand, as word ranges: the longest first, none over another, in the order of the cell."""
    longest = max(map(len, catalogue), default=0)
    candidates: dict[tuple[int, int], T | None] = {}
    for first in range(len(words)):
        for last in range(first + 1, min(len(words), first + max(longest, _LONGEST_EVERYONE)) + 1):
            key = tuple(word for word, _, _ in words[first:last])
            if key in catalogue:
                candidates[first, last] = catalogue[key]
            elif last - first <= _LONGEST_EVERYONE and key[0].startswith("tod") and is_everyone(" ".join(key)):
                candidates[first, last] = None
    starts, ends = {first for first, _ in candidates}, {last for _, last in candidates}
    taken: list[tuple[int, int, T | None]] = []
    for (first, last), value in sorted(candidates.items(), key=lambda item: (item[0][0] - item[0][1], item[0])):
        if any(first < other_last and other_first < last for other_first, other_last, _ in taken):
            continue
        if _begins(raw, words, first, ends) and _stops(raw, words, last, starts):
            taken.append((first, last, value))
    return sorted(taken, key=lambda match: match[0])


def _begins(raw: str, words: list, first: int, ends: set[int]) -> bool:
    """Whether a name can begin at this word: «Planeación» inside «Secretaría de Planeación Territorial» cannot."""
    if first == 0 or first in ends or words[first - 1][0] in ("y", "e"):
        return True
    gap = raw[words[first - 1][2] : words[first][1]]
    if _parts(gap):
        return True
    return words[first][0] in UNITS and words[first - 1][0] not in _CONNECTIVES


def _stops(raw: str, words: list, last: int, starts: set[int]) -> bool:
    if last == len(words) or last in starts or words[last][0] in ("y", "e"):
        return True
    gap = raw[words[last - 1][2] : words[last][1]]
    return _parts(gap) or words[last][0] in UNITS


def _parts(gap: str) -> bool:
    return bool(_HARD.search(gap)) or any(sign in gap for sign in ",/()")


def _pieces(text: str) -> list[str]:
    """Unknown words cut into names, only where that is safe."""
    pieces = []
    for part in _HARD.split(_PARTS.sub(";", text)):
        start = 0
        for soft in _SOFT.finditer(part):
            if _opens_a_name(part[soft.end() :]) and part[start : soft.start()].strip(_EDGES):
                pieces.append(part[start : soft.start()])
                start = soft.end()
        pieces.append(part[start:])
    cleaned = [_AND.sub("", one_line(piece).strip(_EDGES)) for piece in pieces]
    unwrapped = [piece[1:-1] if piece.startswith("(") and piece.endswith(")") else piece for piece in cleaned]
    return [piece for piece in unwrapped if normalise(piece) not in ("", "y", "e")]


def _opens_a_name(text: str) -> bool:
    """Whether the words begin as the name of a unit does: «Oficina de…», «OATIC»."""
    word = _WORD.search(text)
    if word is None:
        return False
    return normalise(word[0]) in UNITS or (len(word[0]) > 1 and word[0].isupper() and word[0].isalpha())


def _ratio(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
