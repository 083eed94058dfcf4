"""Dependencies and groups that a file names: created, given one more name, or used as they are."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from records import audit
from sheets.loading.catalogue import Catalogue
from sheets.loading.outcome import Change, Item
from sheets.loading.sheet import label_of
from sheets.reading.ledger import Ledger
from sheets.workbook.grid import Place


def names_of(units: Iterable[models.Model]) -> dict[str, models.Model]:
    """Each dependency or group by its aliases and, stronger, by its name."""
    units = list(units)
    aliases = {alias.strip(): unit for unit in units for alias in unit.aliases.splitlines()}
    return {alias: unit for alias, unit in aliases.items() if alias} | {unit.name: unit for unit in units}


def names_fit(model: type[models.Model], catalogue: Catalogue, ledger: Ledger) -> bool:
    """Whether the new names fit in their field; errors say which do not."""
    limit = model._meta.get_field("name").max_length
    places = _places(catalogue)
    long = [unit for unit in catalogue.made if len(unit.name) > limit]
    for unit in long:
        ledger.error(
            places[unit.name],
            _("«%(name)s…» tiene %(long)s caracteres y un nombre lleva hasta %(limit)s. Revise que sea un nombre.")
            % {"name": unit.name[:60], "long": len(unit.name), "limit": limit},
        )
    return not long


def register(kind: str, model: type[models.Model], catalogue: Catalogue, *, by: User | None) -> list[Item]:
    """Write what is new; returns what became of each one that the file names."""
    places = _places(catalogue)
    model.objects.bulk_create(catalogue.made)
    audit.record_created(catalogue.made, by=by)
    changed = _learn_aliases(model, catalogue, by)
    items = [Item(kind, "created", unit.name, places.get(unit.name)) for unit in catalogue.made]
    for pk, unit in catalogue.used.items():
        change = changed.get(pk)
        items.append(Item(kind, "changed" if change else "unchanged", unit.name, None, (change,) if change else ()))
    return items


def _places(catalogue: Catalogue) -> dict[str, Place]:
    return {one.name: one.places[0] for one in catalogue.unknown}


def _learn_aliases(model: type[models.Model], catalogue: Catalogue, by: User | None) -> dict[int, Change]:
    """A name that a person gave to a dependency or group is one of its other names from now on."""
    befores: dict[int, models.Model] = {}
    for name, unit in catalogue.mapped.items():
        if unit.pk in catalogue.used:
            befores.setdefault(unit.pk, copy(unit))
            unit.aliases = f"{unit.aliases}\n{name}".strip()
    units = [catalogue.used[pk] for pk in befores]
    model.objects.bulk_update(units, ["aliases"])
    audit.record_changed([(befores[unit.pk], unit) for unit in units], by=by)
    label = label_of(model, "aliases")
    return {unit.pk: Change(label, _listed(befores[unit.pk]), _listed(unit)) for unit in units}


def _listed(unit: models.Model) -> str:
    return ", ".join(unit.aliases.splitlines()) or "—"
