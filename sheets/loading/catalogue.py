"""The dependencies and groups that a file names: looked up among the entity's, and decided about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext_noop as _

from display.text import normalise
from sheets.loading.names import closest, is_everyone, nearest, split_names
from sheets.loading.result import CREATE, LineOrDependency, Unknown, choice_key
from sheets.loading.vocabulary import is_line
from sheets.reading.ledger import Ledger
from sheets.reading.rows import ActivityRow, Text
from sheets.workbook.grid import Place
from sheets.workbook.message import Message, message

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
        sentence: str,  # msgid of what is said of an unknown %(name)s
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
                        _(
                            "El texto es demasiado largo para ser una lista de nombres. "
                            "Deje en la celda solo los nombres."
                        ),
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
                _(
                    "El archivo trae %(count)s nombres distintos que la entidad no tiene. "
                    "Revise que la columna sea la correcta."
                ),
                count=len(names),
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
        order = [choice_key(name) for name in names.values()]
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
        choice = self.choices.get(choice_key(name), "")
        if not choice and self.propose:
            choice = str(originals[similar].pk) if similar else CREATE
        if not choice and self.create_missing and not similar:
            choice = CREATE
        self.unknown.append(Unknown(choice_key(name), name, places, tuple(options.items()), choice))
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


def names_of(units: Iterable[models.Model]) -> dict[str, models.Model]:
    """Each dependency or group by its aliases and, stronger, by its name."""
    units = list(units)
    aliases = {alias.strip(): unit for unit in units for alias in unit.aliases.splitlines()}
    return {alias: unit for alias, unit in aliases.items() if alias} | {unit.name: unit for unit in units}


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


def _either(names: list[str]) -> str | Message:
    """«A», «B» o «C»."""
    *others, last = [f"«{name}»" for name in names]
    return message(_("%(first)s o %(last)s"), first=", ".join(others), last=last) if others else last
