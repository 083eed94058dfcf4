"""What the sheets of an exported plan change in it. Nothing is written, nor asked but what is stored.

Importing an export changes nothing; an edited cell is one difference. A row that is not in the file stays, and so does
a field whose column is not; an empty cell empties the field, because an export shows everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_noop as _

from accounts.models import Dependency, User
from display.figures import DASH
from display.message import Message, message_of
from matrices.reading.ledger import Ledger
from matrices.reading.names import names_of
from matrices.reading.rows import Matrix
from plans.approval import named
from plans.models import Plan, StakeholderGroup
from records.models import Origin
from sheets.loading.approved import advice_on, differs, not_in_plan
from sheets.loading.catalogue import Catalogue, names_fit
from sheets.loading.differences import change_of, refuse_held, tell_published, validate
from sheets.loading.exported.matching import Matching
from sheets.loading.exported.names import NameCells
from sheets.loading.exported.people import over_the_total
from sheets.loading.exported.row import Cells, ExportedRow, is_same
from sheets.loading.exported.rules import complete, frozen_names, is_outside, is_promised, problems
from sheets.loading.exported.since import changed_since, message_since
from sheets.loading.exported.stored import PARENTS, Stored
from sheets.loading.exported.writing import MODELS, ORDER, write
from sheets.loading.register import register
from sheets.loading.result import Change, Choices, Item, Result, in_order
from sheets.loading.values import RowValues
from sheets.resources.columns import Column, Names, Parent, Reference, Sheet
from sheets.resources.declared import SHEETS
from sheets.resources.labels import label_of

RESOURCES: dict[str, type[Sheet]] = {sheet._meta.kind: sheet for sheet in SHEETS}
OF_ANOTHER = ("objective", "parent_instrument")  # what a plan that lacks them takes of another plan's sheet


class Comparison:
    """`rows` are those of the file by kind; those in error have no instance."""

    def __init__(
        self, matrix: Matrix, plan: Plan, choices: Choices, create_missing: bool, propose: bool, cutoff, *, lock=False
    ) -> None:
        self.matrix, self.plan, self.ledger, self.lock = matrix, plan, Ledger(), lock
        self.advice = advice_on(plan)
        self.stored = Stored(plan, lock=lock)
        self.matching = Matching(plan, self.stored, self.ledger)
        self.rows: dict[str, list] = {kind: [] for kind in ORDER}
        ways = {"ledger": self.ledger, "create_missing": create_missing, "propose": propose}
        dependencies = Catalogue(
            names_of(self.stored.rows["dependencies"].values()),
            sentence=_("«%(name)s» no es una dependencia de esta entidad."),
            make=lambda name: Dependency(entity=plan.entity, name=name),
            choices=choices.dependencies,
            **ways,
        )
        groups = Catalogue(
            names_of(self.stored.rows["groups"].values()),
            sentence=_("«%(name)s» no es un grupo de valor o de interés de esta entidad."),
            make=lambda name: StakeholderGroup(entity=plan.entity, name=name),
            choices=choices.groups,
            **ways,
        )
        self.names = NameCells({"dependencies": dependencies, "groups": groups}, self.ledger)

    def write(self, result: Result, *, origin: Origin | None, by: User | None) -> None:
        write(self.rows, self.stored, plan=self.plan, origin=origin, by=by)

    def result(self) -> Result:
        cells = Cells(self.plan, self.ledger)
        for sheet in self.matrix.sheets:
            self.rows[sheet.kind] += [cells.row(RESOURCES[sheet.kind], sheet, row) for row in sheet.rows]
        self.cells = cells
        self._take_plan()
        self._compare("groups")
        self.names.add("groups", [row.instance for row in self.rows["groups"] if row.instance is not None])
        self.names.learn((RESOURCES[kind], row) for kind in PARENTS for row in self.rows[kind])
        compared = [kind for kind in ORDER if kind in RESOURCES and kind not in ("plan", "groups")]
        for kind in compared:
            self._compare(kind)
        self._register()
        self._hold_dates()
        self._hold_people()
        self._tell_later_changes()
        refuse_held(self.plan, self.rows, self.ledger, lock=self.lock)
        for kind in ("sessions", "commitments"):
            tell_published(self.rows[kind], self.ledger)
        catalogues = self.names.catalogues
        return Result(
            self.plan.slug,
            items=[
                Item(kind, row.state, row.label, row.place, tuple(change for _name, change in _changes(kind, row)))
                for kind, rows in self.rows.items()
                for row in rows
                if row.instance is not None
            ],
            errors=in_order([*self.matrix.errors, *self.ledger.errors]),
            warnings=in_order([*self.matrix.warnings, *self.ledger.warnings]),
            left_out=in_order([*self.matrix.left_out, *self.ledger.left_out()]),
            not_understood=list(self.matrix.not_understood),
            dependencies=catalogues["dependencies"].unknown,
            groups=catalogues["groups"].unknown,
        )

    # --- The plan itself ----------------------------------------------------------------------------------------------

    def _take_plan(self) -> None:
        """Its sheet changes this plan alone; of another plan's it takes what this one lacks."""
        self._compare("plan")
        others = [row for row in self.rows["plan"] if row.stored is None and not row.is_wrong]
        self.rows["plan"] = [row for row in self.rows["plan"] if row not in others]
        for row in others:
            taken = {name for name in OF_ANOTHER if row.values.get(name) and not getattr(self.plan, name)}
            self._leave(row, row.source.cells.keys() - taken, _("Es de otro plan: este conserva lo suyo."))
            row.values = {name: row.values[name] for name in taken}
            if self.plan.pk is None:
                for name, value in row.values.items():
                    setattr(self.plan, name, value)
            elif taken and not self.rows["plan"]:
                row.stored = self.plan
                self.rows["plan"].append(row)
                self._settle(RESOURCES["plan"], row)

    @property
    def changed_plan(self) -> Plan:
        return next((row.instance for row in self.rows["plan"] if row.instance is not None), self.plan)

    def _hold_dates(self) -> None:
        """The plan's sessions do not fall outside its new dates."""
        plan = self.changed_plan
        if (plan.starts_on, plan.ends_on) == (self.plan.starts_on, self.plan.ends_on):
            return
        instances = {row.instance.pk: row.instance for row in self.rows["sessions"] if row.instance is not None}
        sessions = [
            session
            for session in (self.stored.rows["sessions"] | instances).values()
            if session.withdrawn_on is None and not session.activity.outside_plan and is_outside(session, plan)
        ]
        if sessions:
            row = self.rows["plan"][0]
            self._tell(
                row,
                _("Con esas fechas quedan espacios por fuera del plan: %(which)s. Cambie antes esos espacios."),
                "ends_on",
                which=named(sessions),
            )

    def _hold_people(self) -> None:
        rows = self.rows["sessions"], self.rows["attendance"], self.stored.rows["attendance"].values()
        for row, column, counted, total in list(over_the_total(*rows)):
            self._tell(
                row,
                _(
                    "Los grupos suman %(counted)s y los asistentes son %(total)s. A quien es de dos grupos, cuéntelo "
                    "en uno solo; si el total está mal, corríjalo."
                ),
                column,
                counted=counted,
                total=total,
            )

    def _tell_later_changes(self) -> None:
        """What the file would undo of what was done in the plan after it was downloaded."""
        made = self.matrix.made
        if made is None or self.matching.has_foreign:
            return
        rows = [row for rows in self.rows.values() for row in rows if row.instance is not None]
        if later := changed_since(made.at, self.plan, rows):
            self.ledger.warn(made.place, message_since(made.at, later))

    # --- Any kind of row ----------------------------------------------------------------------------------------------

    def _compare(self, kind: str) -> None:
        rows, resource = self.rows[kind], RESOURCES[kind]
        self.matching.match(kind, rows)
        for row in rows:
            if not row.is_wrong:
                self._join(resource, row)
        self.matching.match_naturally(kind, rows)
        for row in [row for row in rows if row.stored is None and row.values.get("withdrawn_on")]:
            self._leave(row, row.source.cells, _("Se retiró de otro plan: a este no entra."))
            rows.remove(row)
        for row in rows:
            if not row.is_wrong and (kind != "plan" or row.stored is not None):
                self._settle(resource, row)
        validate(resource._meta.model, rows, stored=self.stored.rows[kind].values(), ledger=self.ledger)
        self.matching.learn(kind, rows)

    def _join(self, resource: type[Sheet], row: ExportedRow) -> None:
        """Sets, among the row's values and lists, the rows that its cells name."""
        for name, column in resource.fields.items():
            match column:
                case Parent():
                    self._join_parent(row, column, f"{name}_label")
                case Reference(readonly=False) if row.has(name):
                    row.values[name] = self._referred(row, column)
                case Names() if row.has(name):
                    row.lists[name] = self.names.units(row, column)
                    if name == "lead" and len(row.lists[name]) > 1:
                        self._tell(row, _("Una sola dependencia lidera la actividad; las demás apoyan."), name)

    def _join_parent(self, row: ExportedRow, column: Parent, label: str) -> None:
        if not row.has(column.name) and not row.has(label):
            return
        parent = self.matching.find(row, column.name, column.kind, label)
        if parent is not None or column.field.null:
            row.values[column.name] = parent
        is_fixed = parent is not None and row.stored is not None and not column.field.null
        if is_fixed and getattr(row.stored, column.field.attname) != parent.pk:
            self._tell(row, _("Esta fila no pasa a otra. Escriba una fila nueva, sin clave."), column.name)

    def _referred(self, row: ExportedRow, column: Reference) -> Model | None:
        words = row.text(column.name).strip()
        if not words:
            return None
        if column.kind != "groups":
            return self.matching.named(row, column.kind, words, column.name)
        units = self.names.units(row, column)
        if len(units) > 1:
            self._tell(row, _("Va un grupo por fila."), column.name)
        return units[0] if len(units) == 1 else None

    def _settle(self, resource: type[Sheet], row: ExportedRow) -> None:
        """Sets the row's instance and changes, or tells why it may not be."""
        try:
            instance = self._changed(resource, row) if row.stored is not None else self._new(resource, row)
            changed = {name for name, _before, _after in row.changes} if row.stored else row.source.cells.keys()
            if errors := [*self._frozen(resource, row, instance), *problems(row, instance, changed, self.changed_plan)]:
                raise ValidationError(errors)
            row.instance, row.label = instance, label_of(row.kind, instance)
            row.places = {name: row.where(name) for name in changed if row.says(name)}
        except ValidationError as error:
            for problem in error.error_list:
                self._tell(row, message_of(problem), problem.code or "key")

    def _new(self, resource: type[Sheet], row: ExportedRow) -> Model:
        model = resource._meta.model
        instance = model()
        for name in ("plan", "entity"):
            if any(field.name == name for field in model._meta.concrete_fields):
                setattr(instance, name, self.plan if name == "plan" else self.plan.entity)
        for name, value in row.values.items():
            column = resource.fields[name]
            if column.readonly:
                if row.says(name):
                    self.ledger.leave(row.where(name), _("Esto no se escribe en la hoja: una fila nueva no lo trae."))
            elif value is not None and (row.says(name) or not isinstance(value, str | bool)):
                setattr(instance, name, value)
        for name in PARENTS.get(row.kind, {}):
            field = model._meta.get_field(name)
            if not field.null and row.values.get(name) is None:
                column = name if row.has(name) else "key"
                raise ValidationError(
                    _("Diga de qué fila es: «%(column)s»."),
                    code=column,
                    params={"column": resource.fields[name].heading},
                )
        if "order" in resource.fields and not row.says("order"):
            instance.order = self._next_order(row.kind)
        list(complete(row, instance, set(row.values)))
        return instance

    def _next_order(self, kind: str) -> int:
        rows = [*self.stored.rows[kind].values(), *(row.instance for row in self.rows[kind] if row.instance)]
        return max((row.order for row in rows), default=0) + 1

    def _changed(self, resource: type[Sheet], row: ExportedRow) -> Model:
        stored, names = row.stored, []
        for name, value in row.values.items():
            column, before = resource.fields[name], getattr(row.stored, name)
            if column.readonly:
                self._hold(column, row, before)
            elif not is_same(column, before, value):
                names.append(name)
        instance = copy(stored) if names else stored
        for name in names:
            setattr(instance, name, row.values[name])
        names = dict.fromkeys([*names, *complete(row, instance, set(names))])
        values = ((name, getattr(stored, name), getattr(instance, name)) for name in names)
        row.changes = [(name, before, after) for name, before, after in values if before != after]
        lists = self.stored.lists_of(row.kind, stored)
        for name, after in row.lists.items():
            before = lists.get(name, [])
            if {id(unit) for unit in before} != {id(unit) for unit in after} and _ids(before) != _ids(after):
                row.changes.append((name, before, after))
        return copy(stored) if row.changes and instance is stored else instance

    def _hold(self, column: Column, row: ExportedRow, before: Any) -> None:
        """An error when the sheet changes what it may not."""
        said = self.cells.clean(column, row.says(column.name))
        if said != column.widget.clean(column.widget.render(before)):
            raise ValidationError(
                _("Esto no se cambia en la hoja. Deje lo que decía: «%(before)s»."),
                code=column.name,
                params={"before": str(column.widget.render(before) or DASH)},
            )

    def _frozen(self, resource: type[Sheet], row: ExportedRow, instance: Model) -> Iterator[ValidationError]:
        if self.advice is None:
            return
        if row.stored is None:
            if is_promised(row, instance):
                yield not_in_plan(label_of(row.kind, instance), self.advice)
            return
        names = frozen_names(row, instance)
        for name, change in _changes(row.kind, row):
            if names is None or name in names:
                yield differs(name, change, self.advice)

    def _register(self) -> None:
        """The dependencies and groups that only a cell names."""
        for kind, catalogue in self.names.catalogues.items():
            if names_fit(MODELS[kind], catalogue, self.ledger):
                stored = self.stored.rows[kind].values()
                rows = register(MODELS[kind], catalogue, stored=stored, ledger=self.ledger)
                self.rows[kind] += [row for row in rows if row.state != "unchanged"]

    def _leave(self, row: ExportedRow, names: Iterable[str], why: str) -> None:
        for name in names:
            self.ledger.leave(row.where(name), why)

    def _tell(self, row: ExportedRow, sentence: str | Message, name: str, **params: Any) -> None:
        self.ledger.error(row.where(name), sentence, **params)
        row.is_wrong, row.instance = True, None


def _changes(kind: str, row: RowValues) -> Iterator[tuple[str, Change]]:
    """The row's changes by the names of their columns, under their headings; what follows from them is not said."""
    for name, before, after in row.changes:
        change = change_of(MODELS[kind], name, before, after)
        column = RESOURCES[kind].fields.get(name) if kind in RESOURCES else None
        if column is not None and column.given:
            change = replace(change, label=Message(column.given))
        if column is not None or kind not in RESOURCES:
            yield name, change


def _ids(rows: list[Model]) -> set:
    return {row.pk or id(row) for row in rows}
