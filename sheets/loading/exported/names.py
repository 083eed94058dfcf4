"""Cells with names of dependencies and groups, one per line; an unknown one is decided about as in any sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Model
from django.utils.translation import gettext_noop as _

from display.text import normalise
from matrices.reading.ledger import Ledger
from matrices.reading.names import names_of
from matrices.reading.rows import Text
from sheets.loading.catalogue import Catalogue
from sheets.loading.exported.row import ExportedRow
from sheets.resources.columns import Names, Reference, Sheet


class NameCells:
    def __init__(self, catalogues: dict[str, Catalogue], ledger: Ledger) -> None:
        self.catalogues, self.ledger = catalogues, ledger
        self.exact: dict[str, dict[str, Model]] = {kind: {} for kind in catalogues}
        for kind, catalogue in catalogues.items():
            self._learn_names(kind, catalogue.known)

    def add(self, kind: str, units: Iterable[Model]) -> None:
        """Rows that the file itself brings or renames."""
        self._learn_names(kind, names_of(units))

    def _learn_names(self, kind: str, named: dict[str, Model]) -> None:
        exact = self.exact[kind]
        for name, unit in named.items():
            exact.setdefault(normalise(name), unit)
        exact |= named

    def learn(self, rows: Iterable[tuple[type[Sheet], ExportedRow]]) -> None:
        """Decides about every unknown name before any is looked up."""
        unknown: dict[str, list[Text]] = {kind: [] for kind in self.catalogues}
        for resource, row in rows:
            for column in columns_of(resource):
                place = row.where(column.name)
                unknown[column.kind] += [
                    Text(name, place)
                    for name in _lines(row.text(column.name))
                    if self._exact(column.kind, name) is None
                ]
        for kind, texts in unknown.items():
            self.catalogues[kind].learn(texts)

    def units(self, row: ExportedRow, column: Names | Reference) -> list[Model]:
        """The rows that the cell names, each once. What no row is was told when it was learnt."""
        units: list[Model] = []
        for name in _lines(row.text(column.name)):
            if (unit := self._exact(column.kind, name)) is not None:
                found = [unit]
            else:
                found, everyone = self.catalogues[column.kind].look_up(name)
                if everyone:
                    self.ledger.error(
                        row.where(column.name),
                        _("«%(words)s» no es una dependencia. Escriba Sí en «De todas las dependencias»."),
                        words=everyone[0],
                    )
                row.is_wrong = row.is_wrong or not found
            units += [unit for unit in found if not any(unit is other for other in units)]
        return units

    def _exact(self, kind: str, name: str) -> Model | None:
        exact = self.exact[kind]
        return exact.get(name) or exact.get(normalise(name))


def columns_of(resource: type[Sheet]) -> Iterator[Names | Reference]:
    """The columns whose names are those of the entity's catalogues."""
    for column in resource.fields.values():
        if isinstance(column, Names) or (isinstance(column, Reference) and column.kind == "groups"):
            yield column


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
