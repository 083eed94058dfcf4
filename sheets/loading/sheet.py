"""What the Resources of all sheets share: compare, validate and write rows in bulk, and tell errors by their cells.

The rows come ready and typed (`facts`), so a Resource converts and looks up nothing. Off are import-export's slow
defaults: a deep copy and an HTML difference of every row, a query per foreign key, a savepoint per row.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource

from accounts.models import User
from display.figures import DASH
from display.values import Change, in_words, label
from plans.models import Plan
from records import audit
from sheets.loading.values import RowValues
from sheets.reading.ledger import Ledger

BATCH = 1000


class KnownRows(BaseInstanceLoader):
    """The stored row of each one was found beforehand, for the whole sheet at once."""

    def get_instance(self, row):
        return row["facts"].known


class SheetResource(ModelResource):
    """Loads the facts of one kind; `planned` are the fields that an approved plan no longer changes."""

    columns: tuple[str, ...] = ()
    planned: frozenset[str] = frozenset()

    class Meta:
        fields = ()
        import_id_fields = ("key",)
        instance_loader_class = KnownRows
        use_bulk = True
        batch_size = BATCH
        skip_unchanged = True
        skip_diff = True
        store_instance = True
        use_transactions = True

    def __init__(self, *, plan: Plan, by: User | None, ledger: Ledger) -> None:
        super().__init__()
        self.plan, self.by, self.ledger = plan, by, ledger
        self.fields = {"key": Field(column_name="key")}
        concrete = self._meta.model._meta.concrete_fields
        self._relations = {field.name for field in concrete if field.is_relation}
        self._is_revised = any(field.name == "revision" for field in concrete)
        self._before: models.Model | None = None  # the row being read, as it is stored
        self._befores: list[models.Model] = []  # of `update_instances`
        self._facts: dict[int, RowValues] = {}  # by the id of their instance

    # what a kind says about itself

    def attach(self, instance, facts) -> None:
        """Give a new row its parents, which no cell says."""

    def is_planned(self, facts) -> bool:
        """Whether the row was promised: approval freezes such rows."""
        return False

    def frozen_row(self, facts) -> str:
        """Why a row may not enter an approved plan, and what to do."""
        raise NotImplementedError

    def other_changes(self, facts) -> list[tuple[str, Any, Any]]:
        """Changes in what hangs from a stored row: (name, before, after)."""
        return []

    # loading

    def load(self, facts: list[RowValues]) -> None:
        """Write them; each gets its `row` and `changes`, or its error is told with its cell."""
        dataset = tablib.Dataset(*enumerate(facts), headers=["key", "facts"])
        try:
            result = self.import_data(dataset, rollback_on_validation_errors=True)
        except Refused as refused:
            self._explain(refused.rows)
            return
        for one, row in zip(facts, result.rows, strict=True):
            if row.is_valid():
                one.row = row.instance
            elif row.validation_error:
                self._tell(one, row.validation_error)
            else:
                raise row.errors[0].error

    def init_instance(self, row=None):
        return self._meta.model()

    def after_init_instance(self, instance, new, row, **kwargs):
        facts = row["facts"]
        self._facts[id(instance)] = facts
        self._before = None if new else copy(instance)
        if new:
            self.attach(instance, facts)
            if self.plan.is_frozen and self.is_planned(facts):
                raise ValidationError(self.frozen_row(facts))

    def import_instance(self, instance, row, **kwargs):
        """What the file says; None is a cell without anything, and leaves the field alone."""
        for name, value in row["facts"].values.items():
            if value is not None:
                setattr(instance, name, value)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if self._before is None or import_validation_errors:
            return False
        facts = row["facts"]
        for name in self.columns:
            before, after = getattr(self._before, name), getattr(instance, name)
            if before != after:
                facts.changes.append((name, before, after))
        facts.changes += self.other_changes(facts)
        if self.plan.is_frozen and self.is_planned(facts):
            self._refuse_planned(facts)
        return not facts.changes

    def _refuse_planned(self, facts: RowValues) -> None:
        told = _(
            "%(field)s: el plan aprobado dice «%(before)s» y la hoja «%(after)s». Deje en la hoja lo aprobado, "
            "o devuelva el plan a borrador para cambiarlo."
        )
        changes = {name: change_of(self._meta.model, name, *values) for name, *values in facts.changes}
        messages = [
            ValidationError(
                told,
                params={"field": change.label, "before": change.before or DASH, "after": change.after or DASH},
                code=name,
            )
            for name, change in changes.items()
            if name in self.planned
        ]
        if messages:
            raise ValidationError(messages)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """The row's own fields; what joins rows was looked at for the whole sheet, and the constraints stand behind."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)
        instance.clean_fields(exclude=self._relations)

    def before_save_instance(self, instance, row, **kwargs):
        if self._before is not None:
            self._befores.append(self._before)
            if self._is_revised:
                instance.revision += 1  # whoever has it open in a form is told

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        rows = self.create_instances
        if rows:
            self.create_instances = []
            self._write(rows, lambda manager: manager.bulk_create(rows, batch_size=BATCH))
            audit.record_created(rows, by=self.by)

    def bulk_update(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        rows, befores = self.update_instances, self._befores
        if rows:
            self.update_instances, self._befores = [], []
            names = [*self.columns, "revision"] if self._is_revised else self.columns
            self._write(rows, lambda manager: manager.bulk_update(rows, names, batch_size=BATCH))
            audit.record_changed(zip(befores, rows, strict=True), by=self.by)

    def _write(self, rows, write) -> None:
        try:
            write(self._meta.model._base_manager)
        except IntegrityError as error:
            raise Refused(rows) from error

    def _explain(self, rows: list[models.Model]) -> None:
        """Say with the constraint's own sentence which of these rows the database refuses."""
        told = len(self.ledger.errors)
        for row in rows:
            try:
                row.validate_constraints()
            except ValidationError as error:
                self._tell(self._facts[id(row)], error)
        if len(self.ledger.errors) == told:
            place = self._facts[id(rows[0])].place
            self.ledger.error(place, _("Dos filas de la hoja son la misma para el sistema. Deje una sola."))

    def _tell(self, facts: RowValues, error: ValidationError) -> None:
        model = self._meta.model
        if hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                for one in errors:
                    message = " ".join(one.messages)
                    field = f"{label(model, name)}: " if name in self.columns else ""
                    self.ledger.error(facts.where(name), field + message)
        else:
            for one in error.error_list:
                self.ledger.error(facts.where(one.code or ""), " ".join(one.messages))


class Refused(Exception):
    """A constraint that no rule foresaw stopped this batch of rows."""

    def __init__(self, rows: list[models.Model]) -> None:
        super().__init__()
        self.rows = rows


LABELS = {
    "units": gettext_lazy("Responsables"),
    "groups": gettext_lazy("Grupos"),
    "present": gettext_lazy("Quiénes asistieron"),
}


def change_of(model: type[models.Model], name: str, before: Any, after: Any) -> Change:
    """A change in words; what hangs from a row is a list, which no field holds."""

    def words(value: Any) -> str:
        return ", ".join(map(str, value)) if name in LABELS else in_words(model._meta.get_field(name), value)

    return Change(label(model, name, LABELS), words(before), words(after))
