"""The dependencies and groups that a file names, as rows: the new ones, those that learn another name, the rest."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from django.db import models

from matrices.reading.ledger import Ledger
from sheets.loading.catalogue import Catalogue, places_of
from sheets.loading.differences import validate
from sheets.loading.values import RowValues


def register(
    model: type[models.Model], catalogue: Catalogue, *, stored: Iterable[models.Model], ledger: Ledger
) -> list[RowValues]:
    places = places_of(catalogue)
    rows = []
    for unit in catalogue.made:
        place = places[unit.name]
        rows.append(RowValues(place, unit.name, places={"name": place}, instance=unit))
    names: dict[int, list[str]] = {}  # that a person gave to a stored one: its other names from now on
    for name, unit in catalogue.mapped.items():
        names.setdefault(unit.pk, []).append(name)
    for pk, unit in catalogue.used.items():
        row = RowValues(None, unit.name, stored=unit, instance=unit)
        if pk in names:
            row.stored = copy(unit)
            row.place = places[names[pk][0]]
            row.places = {"aliases": row.place}
            unit.aliases = "\n".join([unit.aliases, *names[pk]]).strip()
            row.changes = [("aliases", row.stored.aliases.splitlines(), unit.aliases.splitlines())]
        rows.append(row)
    validate(model, rows, stored=stored, ledger=ledger)
    return rows
