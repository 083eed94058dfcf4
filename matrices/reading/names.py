"""Names of dependencies and groups as people type them: split, and compared without accents or case.

Every step costs about as much as the words that it reads: a file with a column of prose under «Responsable» is refused
in seconds (`LONGEST_NAME`), not compared word by word with everything else.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Generic, Protocol, TypeVar

from display.text import normalise
from matrices.reading.headers import UNITS
from matrices.workbook.grid import one_line

T = TypeVar("T")
N = TypeVar("N", bound="Named")
Word = tuple[str, int, int]  # normalised, and where it stands

LONGEST_NAME = 25  # words of an unknown name
_COMPARED = 200  # known names compared letter by letter with an unknown one
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
_EVERY_GROUP = re.compile(
    r"tod[oa]s?(?: (?:los|las))?"
    r"(?: (?:grupos(?: de (?:valor|interes|valor (?:y|e|o) (?:de )?interes|interes (?:y|e|o) (?:de )?valor))?|actores"
    r"|publicos|partes interesadas))?(?: (?:de la entidad|caracterizad[oa]s|identificad[oa]s|priorizad[oa]s))?"
)
_PARTS = re.compile(r"\((?:líder|lider|lidera|apoyo|apoya|responsable|corresponsable)\)", re.IGNORECASE)
_LONGEST_EVERYONE = 8  # words


class Named(Protocol):
    """A dependency or a group, as they are stored."""

    name: str
    aliases: str  # one to a line


def names_of(units: Iterable[N]) -> dict[str, N]:
    """Each dependency or group by its aliases and, stronger, by its name."""
    units = list(units)
    aliases = {alias.strip(): unit for unit in units for alias in unit.aliases.splitlines()}
    return {alias: unit for alias, unit in aliases.items() if alias} | {unit.name: unit for unit in units}


def is_everyone(text: str) -> bool:
    """Whether the words name every unit («Todas las dependencias», «Todos»), which is a set and not a name."""
    return _EVERYONE.fullmatch(normalise(text)) is not None


def is_every_group(text: str) -> bool:
    """Whether the words name every group («Todos los grupos de valor»)."""
    return _EVERY_GROUP.fullmatch(normalise(text)) is not None


def is_too_long(name: str) -> bool:
    """Whether a text has more words than any name."""
    return len(_WORD.findall(name)) > LONGEST_NAME


class Likeness:
    """Known names, to find those most like another one."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names: dict[str, str] = {}  # normalised → as known
        self.by_word: defaultdict[str, list[str]] = defaultdict(list)
        self.by_edge: defaultdict[str, list[str]] = defaultdict(list)  # its first or last three letters
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        key = normalise(name)
        if key not in self.names:
            for word in set(key.split()) - _CONNECTIVES:
                self.by_word[word].append(key)
            for edge in _edges(key):
                self.by_edge[edge].append(key)
        self.names[key] = name

    def nearest(self, name: str, n: int = 3) -> list[str]:
        """The `n` known names most like `name`, best first; those that share nothing with it are not offered."""
        wanted = normalise(name)
        words = set(wanted.split()) - _CONNECTIVES
        shared = Counter(key for word in words for key in self.by_word.get(word, ()))
        matcher = SequenceMatcher(None, "", wanted, autojunk=False)
        scored = []
        for key in dict.fromkeys((*(key for key, _count in shared.most_common(_COMPARED)), *self._alike(wanted))):
            matcher.set_seq1(key)
            is_like = matcher.real_quick_ratio() >= 0.55 and matcher.quick_ratio() >= 0.55
            ratio = matcher.ratio() if is_like else 0
            score = max(ratio if ratio >= 0.55 else 0, 0.9 * shared[key] / len(words) if words else 0)
            if score:
                scored.append((-score, len(key), self.names[key]))
        return [known for _score, _length, known in sorted(scored)[:n]]

    def closest(self, key: str) -> str | None:
        """The known name that differs by little more than a slip (ratio of 0.9 or more), the likest of them."""
        if key in self.names:
            return self.names[key]
        matcher = SequenceMatcher(None, "", key, autojunk=False)
        best, closest = 0.9, None
        for other in self._alike(key):
            matcher.set_seq1(other)
            is_like = matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best
            if is_like and (ratio := matcher.ratio()) >= best:
                best, closest = ratio, self.names[other]
        return closest

    def _alike(self, key: str) -> list[str]:
        """The known names that begin or end alike, those of about the same length first."""
        found = dict.fromkeys(other for edge in _edges(key) for other in self.by_edge.get(edge, ()))
        return sorted(found, key=lambda other: abs(len(other) - len(key)))[:_COMPARED]


class Lexicon(Generic[T]):
    """Names and aliases, any case and accents, and what each one means; cells are split by them.

    The names are kept as a tree of words, so that a cell is read once, however many names there are.
    """

    def __init__(self, known: Mapping[str, T], *, is_set=is_everyone) -> None:
        self.is_set = is_set
        self._tree: dict = {}
        for name, value in known.items():
            self.add(name, value)

    def add(self, name: str, value: T) -> None:
        branch = self._tree
        for word in normalise(name).split():
            branch = branch.setdefault(word, {})
        if branch is not self._tree:
            branch[""] = value

    def split(self, raw: str) -> list[tuple[str, T | None]]:
        """The names in a cell, in order, each with what it means; unknown ones and sets come with None.

        A cell is cut at line breaks, «;», « / », «+», « - » and around a set such as «Todas las dependencias»; at a
        comma or an «y» only where another unit's name plainly begins. By known names a piece is cut only when they
        cover it whole: «Prensa y Comunicaciones» is not the known «Prensa» and somebody else.
        """
        words = [(normalise(match[0]), match.start(), match.end()) for match in _WORD.finditer(raw)]
        matches = deque(self._matches(raw, words))
        is_known = bytearray(len(raw) + 1)  # which characters a match covers
        for start, end, _value in matches:
            is_known[start:end] = b"\1" * (end - start)
        sets = [(start, end) for start, end, value in matches if value is None]
        unread = deque(word for word in words if word[0] not in ("y", "e"))
        found: list[tuple[str, T | None]] = []
        for start, end in _segments(raw, sets, is_known):
            is_whole = True
            while unread and unread[0][1] < end:
                is_whole &= bool(is_known[unread.popleft()[1]])
            inside = []
            while matches and matches[0][0] < end:
                first, last, value = matches.popleft()
                inside.append((one_line(raw[first:last]), value))
            if is_whole:
                found += inside
            elif piece := _cleaned(raw[start:end]):
                found.append((piece, None))
        return _once(found)

    def mentioned(self, raw: str) -> list[tuple[str, T | None]]:
        """The known names that a sentence mentions, whatever else it says."""
        words = [(normalise(match[0]), match.start(), match.end()) for match in _WORD.finditer(raw)]
        return _once([(one_line(raw[first:last]), value) for first, last, value in self._matches(raw, words)])

    def _matches(self, raw: str, words: list[Word]) -> list[tuple[int, int, T | None]]:
        """Where known names and sets stand: the longest first, none over another, in the order of the cell."""
        candidates: dict[tuple[int, int], T | None] = {}
        for first in range(len(words)):
            branch = self._tree
            for last in range(first, len(words)):
                branch = branch.get(words[last][0])
                if branch is None:
                    break
                if "" in branch:
                    candidates[first, last + 1] = branch[""]
            if words[first][0].startswith("tod"):
                for last in range(first + 1, min(len(words), first + _LONGEST_EVERYONE) + 1):
                    if self.is_set(" ".join(word for word, _start, _end in words[first:last])):
                        candidates.setdefault((first, last), None)
        starts, ends = {first for first, _last in candidates}, {last for _first, last in candidates}
        taken: list[tuple[int, int, T | None]] = []
        busy: set[int] = set()
        for (first, last), value in sorted(candidates.items(), key=lambda item: (item[0][0] - item[0][1], item[0])):
            if not busy.isdisjoint(range(first, last)):
                continue
            if (value is None or _begins(raw, words, first, ends)) and _stops(raw, words, last, starts):
                taken.append((words[first][1], words[last - 1][2], value))
                busy.update(range(first, last))
        return sorted(taken, key=lambda match: match[0])


def _once(found: list[tuple[str, T | None]]) -> list[tuple[str, T | None]]:
    """Each name at its first place."""
    once = {normalise(name): (name, value) for name, value in reversed(found)}
    return list(reversed(once.values()))


def _segments(raw: str, sets: list[tuple[int, int]], is_known: bytearray) -> Iterator[tuple[int, int]]:
    """Where each piece of a cell begins and ends; a known name is never cut, a set always stands alone."""
    cuts = [(cut.start(), cut.end()) for cut in _HARD.finditer(raw)]
    cuts += [(cut.start(), cut.end()) for cut in _PARTS.finditer(raw)]
    cuts += [(at, at) for place in sets for at in place]
    cuts += [(cut.start(), cut.end()) for cut in _SOFT.finditer(raw) if _opens_a_name(raw, cut.end())]
    start = 0
    for first, last in sorted(cuts):
        if first >= start and not (first < last and is_known[first] and is_known[last - 1]):
            yield start, first
            start = last
    yield start, len(raw)


def _begins(raw: str, words: list[Word], first: int, ends: set[int]) -> bool:
    """Whether a name can begin at this word: «Planeación» inside «Secretaría de Planeación Territorial» cannot."""
    if first == 0 or first in ends or words[first - 1][0] in ("y", "e"):
        return True
    gap = raw[words[first - 1][2] : words[first][1]]
    if _parts(gap):
        return True
    return words[first][0] in UNITS and words[first - 1][0] not in _CONNECTIVES


def _stops(raw: str, words: list[Word], last: int, starts: set[int]) -> bool:
    if last == len(words) or last in starts or words[last][0] in ("y", "e"):
        return True
    gap = raw[words[last - 1][2] : words[last][1]]
    return _parts(gap) or words[last][0] in UNITS


def _parts(gap: str) -> bool:
    return bool(_HARD.search(gap)) or any(sign in gap for sign in ",/()")


def _cleaned(piece: str) -> str:
    """A piece without the signs and the «y» at its ends; "" when nothing is left."""
    piece = _AND.sub("", one_line(piece).strip(_EDGES)).strip(_EDGES)
    if piece.startswith("(") and piece.endswith(")"):
        piece = piece[1:-1]
    return piece if normalise(piece) not in ("", "y", "e") else ""


def _opens_a_name(text: str, at: int) -> bool:
    """Whether the words from here begin as the name of a unit does: «Oficina de…», «OATIC»."""
    word = _WORD.search(text, at)
    if word is None:
        return False
    return normalise(word[0]) in UNITS or (len(word[0]) > 1 and word[0].isupper() and word[0].isalpha())


def _edges(key: str) -> set[str]:
    return {key[:3], f"…{key[-3:]}"}
