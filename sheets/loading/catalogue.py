"""The dependencies and groups that a file names: looked up among the entity's, and decided about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext_noop as _

from display.message import Message, message
from display.text import normalise
from matrices.reading.ledger import Ledger
from matrices.reading.names import LONGEST_NAME, Lexicon, Likeness, is_everyone, is_too_long
from matrices.reading.rows import ActivityRow, Text
from matrices.reading.shifts import looks_like
from matrices.reading.vocabulary import is_line
from matrices.workbook.grid import Place, one_line
from sheets.loading.result import CREATE, LineOrDependency, Unknown, choice_key

LONGEST = 3_000  # characters of one cell with names
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
        sentence: str,  # msgid of what is said of an unknown %(name)s
        make: Callable[[str], T],
        ledger: Ledger,
        choices: Mapping[str, str],
        create_missing: bool,
        propose: bool,
        is_set: Callable[[str], bool] = is_everyone,
    ) -> None:
        self.known, self.is_set = dict(known), is_set  # by name and by alias
        self.keys = frozenset(map(normalise, known))
        self.lexicon = Lexicon(known, is_set=is_set)
        self.likeness = Likeness(known)
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
        raws: dict[str, str] = {}
        cells: dict[str, dict[Place, None]] = {}
        for text in texts:
            cells.setdefault(text.value, {})[text.place] = None
        for value, where in cells.items():
            for name in self._unknown_names(value, where):
                key = normalise(name)
                names.setdefault(key, name)
                raws.setdefault(key, one_line(value))
                places.setdefault(key, {}).update(where)
            if len(names) > MOST_UNKNOWN:
                self.ledger.error(
                    next(iter(next(iter(places.values())))),
                    _(
                        "El archivo trae más de %(most)s nombres distintos que la entidad no tiene. "
                        "Revise que la columna sea la correcta."
                    ),
                    most=MOST_UNKNOWN,
                )
                return
        for key, name in sorted(names.items(), key=lambda item: len(item[0].split())):
            parts = self.lexicon.split(name)
            if len(parts) > 1 and all(unit is not None for _name, unit in parts):
                continue
            if unit := self._decide(key, name, raws[key], tuple(places[key])):
                self.lexicon.add(name, unit)
        order = {choice_key(name): at for at, name in enumerate(names.values())}
        self.unknown.sort(key=lambda one: order[one.key])
        self._split = {value: parts for value, parts in self._split.items() if not parts}

    def _unknown_names(self, value: str, places: Iterable[Place]) -> list[str]:
        """The names of a cell that nobody knows; none, and an error, when it is no list of names."""
        told = limit = None
        if len(value) > LONGEST:
            told = _("El texto es demasiado largo para ser una lista de nombres. Deje en la celda solo los nombres.")
        names = [] if told else [name for name, unit in self.lexicon.split(value) if unit is None]
        names = [name for name in names if not self.is_set(name)]
        if any(map(is_too_long, names)):
            told = _(
                "El texto tiene más de %(limit)s palabras seguidas y no es un nombre. Deje en la celda los nombres."
            )
            limit = LONGEST_NAME
        elif strange := next((name for name in names if _is_nobody(name)), None):
            told = message(_("«%(name)s» no es un nombre: parece una fecha, una cifra o un indicador."), name=strange)
        if not told:
            return names
        for place in places:
            self.ledger.error(place, message(told, limit=limit) if limit else told)
        self._split[value] = []
        return []

    def look_up(self, raw: str, *, only_known: bool = False) -> tuple[list[T], list[str]]:
        """The units that a cell names, in order and each once; and its words for all of them («Todas las áreas»)."""
        if only_known:
            names = self.lexicon.mentioned(raw)
        elif (names := self._split.get(raw)) is None:
            names = self._split[raw] = self.lexicon.split(raw)
        units: dict[int, T] = {}
        everyone: list[str] = []
        for name, unit in names:
            if unit is not None and not (only_known and unit.pk is None and id(unit) not in self._made):
                units[id(unit)] = unit
            elif unit is None and self.is_set(name):
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

    def _decide(self, key: str, name: str, raw: str, places: tuple[Place, ...]) -> T | None:
        originals = self.known
        near = self.likeness.nearest(name, 5)
        options = {originals[one].pk: originals[one].name for one in near}
        similar = self.likeness.closest(key)
        choice = self.choices.get(choice_key(name), "")
        if not choice and self.propose:
            choice = str(originals[similar].pk) if similar else CREATE
        if not choice and self.create_missing and not similar:
            choice = CREATE
        cell = "" if normalise(raw) == key else raw
        inside = tuple(part for part, _unit in self.lexicon.mentioned(name) if self.has(part))
        self.unknown.append(Unknown(choice_key(name), name, places, tuple(options.items()), choice, cell, inside))
        if choice == CREATE:
            return self.make(name)
        by_id = {str(unit.pk): unit for unit in originals.values()}
        if unit := by_id.get(choice):
            self.mapped[name] = unit
            return unit
        told = message(self.sentence, name=name)
        if options:
            meant = _either(list(options.values())[:3])
            told = message(_("%(sentence)s ¿Quiso decir %(names)s?"), sentence=told, names=meant)
        if cell:
            told = message(_("%(sentence)s La celda dice «%(cell)s»."), sentence=told, cell=cell)
        for place in places:
            self.ledger.error(place, told)
        return None


@dataclass(slots=True)
class Names:
    """Where the names of a file are looked up, and what a person decided about its blocks."""

    dependencies: Catalogue
    groups: Catalogue
    lines: frozenset[str]  # those that the plan has, normalised
    blocks: dict[str, str]
    ledger: Ledger

    def learn(self, activities: Sequence[ActivityRow], others: Sequence[Text]) -> list[LineOrDependency]:
        """Decide about unknown names before any is looked up; returns the blocks that could be either."""
        doubtful: dict[str, LineOrDependency] = {}
        units: list[Text] = []
        for row in activities:
            if row.block and self._is_doubtful(row.block.value):
                key = choice_key(row.block.value)
                doubtful.setdefault(
                    key, LineOrDependency(key, row.block.value, row.block.place, self._taken(row.block.value))
                )
            if row.block and not self.is_line(row.block):
                units.append(row.block)
            if row.responsible:
                units.append(row.responsible)
        self.dependencies.learn([*units, *others])
        self.groups.learn([group for row in activities if not row.outside_plan for group in row.groups])
        return list(doubtful.values())

    def is_line(self, block: Text) -> bool:
        """Whether a value of «Línea o dependencia» is a line: as a person said, else by its first word."""
        return self._taken(block.value) == "line"

    def _is_doubtful(self, block: str) -> bool:
        return not (is_everyone(block) or self.dependencies.has(block) or normalise(block) in self.lines)

    def _taken(self, block: str) -> Literal["line", "dependency"]:
        if choice := self.blocks.get(choice_key(block)):
            return "line" if choice == "line" else "dependency"
        known_unit = self.dependencies.has(block)
        return "line" if normalise(block) in self.lines or (is_line(block) and not known_unit) else "dependency"


def names_fit(model: type[models.Model], catalogue: Catalogue, ledger: Ledger) -> bool:
    """Whether the new names fit in their field; errors say which do not."""
    limit = model._meta.get_field("name").max_length
    places = places_of(catalogue)
    long = [unit for unit in catalogue.made if len(unit.name) > limit]
    for unit in long:
        ledger.error(
            places[unit.name],
            _("«%(name)s…» tiene %(long)s caracteres y un nombre lleva hasta %(limit)s. Revise que sea un nombre."),
            name=unit.name[:60],
            long=len(unit.name),
            limit=limit,
        )
    return not long


def places_of(catalogue: Catalogue) -> dict[str, Place]:
    """Where each name that the entity does not have is written first."""
    return {one.name: one.places[0] for one in catalogue.unknown}


def _is_nobody(name: str) -> bool:
    return looks_like(name) in ("date", "indicator") or not any(map(str.isalpha, name))


def _either(names: list[str]) -> str | Message:
    """«A», «B» o «C»."""
    *others, last = [f"«{name}»" for name in names]
    return message(_("%(first)s o %(last)s"), first=", ".join(others), last=last) if others else last
