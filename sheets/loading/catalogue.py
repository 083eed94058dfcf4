"""Names of dependencies or groups in a file, looked up among those that the entity has; pure, whatever a unit is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from typing import Generic, Protocol, TypeVar

from display.text import normalise
from sheets.loading.outcome import CREATE, Unknown, key_of
from sheets.reading.ledger import Ledger
from sheets.reading.matrix import Text
from sheets.reading.names import is_everyone, nearest, split_names
from sheets.workbook.grid import Place

LONGEST = 3_000  # characters of one cell with names; every name is looked for at every word
MOST_UNKNOWN = 300  # distinct names; more of them are a column of something else


class Named(Protocol):
    pk: int | None
    name: str


T = TypeVar("T", bound=Named)


class Catalogue(Generic[T]):
    """Looks names up; those unknown become what `choices` say, else are created or told as errors, each once."""

    def __init__(
        self,
        known: Mapping[str, T],
        *,
        sentence: str,
        make: Callable[[str], T],
        ledger: Ledger,
        choices: Mapping[str, str],
        create_missing: bool,
        propose: bool,
    ) -> None:
        self.known = dict(known)  # by name and by alias
        self.keys = frozenset(map(normalise, known))
        self.sentence, self.make, self.ledger = sentence, make, ledger
        self.choices, self.create_missing, self.propose = choices, create_missing, propose
        self.unknown: list[Unknown] = []
        self._made: dict[int, T] = {}
        self.mapped: dict[str, T] = {}  # names as written, given to a known one by a person or a proposal
        self.used: dict[int, T] = {}  # known ones that the file names, by id
        self._waiting: dict[str, T] = {}
        self._split: dict[str, list[tuple[str, T | None]]] = {}

    @property
    def made(self) -> list[T]:
        """The new ones that some cell uses, in the order of the file."""
        return list(self._made.values())

    def learn(self, texts: Iterable[Text]) -> None:
        """Decide about every unknown name of these cells, before any of them is looked up."""
        places: dict[str, dict[Place, None]] = {}
        names: dict[str, str] = {}
        cells: dict[str, dict[Place, None]] = {}
        for text in texts:
            cells.setdefault(text.value, {})[text.place] = None
        for value, where in cells.items():
            if len(value) > LONGEST:
                for place in where:
                    self.ledger.error(
                        place,
                        "El texto es demasiado largo para ser una lista de nombres. Deje en la celda solo los nombres.",
                    )
                self._split[value] = []
                continue
            for name, unit in split_names(value, self.known):
                if unit is None and not is_everyone(name):
                    key = normalise(name)
                    names.setdefault(key, name)
                    places.setdefault(key, {}).update(where)
        if len(names) > MOST_UNKNOWN:
            first = next(iter(next(iter(places.values()))))
            self.ledger.error(
                first,
                f"El archivo trae {len(names)} nombres distintos que la entidad no tiene. "
                "Revise que la columna sea la correcta.",
            )
            return
        settled: dict[str, T] = dict(self.known)
        originals = dict(self.known)
        for key, name in sorted(names.items(), key=lambda item: len(item[0].split())):
            parts = split_names(name, settled)
            if len(parts) > 1 and all(unit is not None for _, unit in parts):
                continue
            if unit := self._decide(key, name, tuple(places[key]), originals):
                settled[name] = unit
        order = [key_of(name) for name in names.values()]
        self.unknown.sort(key=lambda one: order.index(one.key))
        self.known = settled

    def look_up(self, raw: str, *, only_known: bool = False) -> tuple[list[T], list[str]]:
        """The units that a cell names, in order and each once; and its words for all of them («Todas las áreas»)."""
        if raw not in self._split:
            self._split[raw] = split_names(raw, self.known)
        units: dict[int, T] = {}
        everyone: list[str] = []
        for name, unit in self._split[raw]:
            if unit is not None and not (only_known and unit.pk is None and id(unit) not in self._made):
                units[id(unit)] = unit
            elif unit is None and is_everyone(name):
                everyone.append(name)
        for unit in units.values():
            self._use(unit)
        return list(units.values()), everyone

    def has(self, name: str) -> bool:
        """Whether the entity had this very name, or alias, before the file."""
        return normalise(name) in self.keys

    def _use(self, unit: T) -> None:
        if unit.pk is not None:
            self.used[unit.pk] = unit
        else:
            self._made[id(unit)] = unit

    def _decide(self, key: str, name: str, places: tuple[Place, ...], originals: Mapping[str, T]) -> T | None:
        near = nearest(name, originals, 5)
        options = {originals[one].pk: originals[one].name for one in near}
        similar = closest(key, originals)
        choice = self.choices.get(key_of(name), "")
        if not choice and self.propose:
            choice = str(originals[similar].pk) if similar else CREATE
        if not choice and self.create_missing and not similar:
            choice = CREATE
        self.unknown.append(Unknown(key_of(name), name, places, tuple(options.items()), choice))
        if choice == CREATE:
            return self.make(name)
        by_id = {str(unit.pk): unit for unit in originals.values()}
        if unit := by_id.get(choice):
            self.mapped[name] = unit
            return unit
        hint = f" ¿Quiso decir {_either(list(options.values())[:3])}?" if options else ""
        for place in places:
            self.ledger.error(place, f"«{name}» {self.sentence}{hint}")
        return None


def closest(key: str, names: Iterable[str]) -> str | None:
    """The known name that differs by little more than a slip (ratio of 0.9 or more), the likest of them."""
    matcher = SequenceMatcher(None, "", key, autojunk=False)
    best, closest = 0.9, None
    for name in names:
        matcher.set_seq1(normalise(name))
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best and (ratio := matcher.ratio()) >= best:
            best, closest = ratio, name
    return closest


def _either(names: list[str]) -> str:
    """«A», «B» o «C»."""
    *others, last = [f"«{name}»" for name in names]
    return f"{', '.join(others)} o {last}" if others else last
