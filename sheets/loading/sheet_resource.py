"""What the Resources of all kinds of row share: compare, validate and write in bulk, and tell errors by their cells.

The values come typed and with their stored rows (`RowValues`), so nothing is converted or looked up here. Off are
import-export's slow defaults: a deep copy and an HTML difference of every row, a query per row, a savepoint per row.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from accounts.models import User
from display.figures import DASH
from display.values import Change, in_words, label
from plans.models import Plan
from plans.states import can_reopen
from records import audit
from sheets.loading.values import RowValues
from sheets.reading.headers import Meaning, header_of
from sheets.reading.ledger import Ledger

BATCH = 1000
LABELS = {  # of what hangs from a row
    "responsible": gettext_lazy("Responsables"),
    "groups": gettext_lazy("Grupos"),
    "present": gettext_lazy("Quiénes asistieron"),
}


class Column(Field):
    """A field of the model that a sheet fills; `meaning` is what the reader calls its column, None when it has none."""

    def __init__(self, meaning: Meaning | None = None) -> None:
        super().__init__()
        self.meaning = meaning

    @property
    def header(self) -> str:
        """How a sheet of ours heads the column; the reader understands it."""
        return header_of(self.meaning) if self.meaning else ""


class BatchRefused(Exception):
    """A constraint that no rule foresaw stopped this batch of rows."""

    def __init__(self, instances: Sequence[models.Model]) -> None:
        super().__init__()
        self.instances = instances


class SheetResource(Resource):
    """Loads the rows of one kind into its model; each kind declares its columns."""

    class Meta:
        import_id_fields = ()
        instance_loader_class = BaseInstanceLoader  # nothing to load: see `get_instance`
        use_bulk = True
        batch_size = BATCH
        skip_diff = True
        store_instance = True
        use_transactions = True

    def __init__(self, *, plan: Plan, by: User | None, ledger: Ledger) -> None:
        super().__init__()
        for name, column in self.fields.items():
            column.attribute = name
        self.plan, self.by, self.ledger = plan, by, ledger
        concrete = self._meta.model._meta.concrete_fields
        self._relations = {field.name for field in concrete if field.is_relation}
        self._is_revised = any(field.name == "revision" for field in concrete)
        self.rows: Sequence[RowValues] = ()
        self.row: RowValues | None = None  # the one being imported
        self.before: models.Model | None = None  # its stored row, as it was
        self.written: list[tuple[RowValues, models.Model | None, models.Model]] = []  # row, before, instance

    @cached_property
    def can_reopen(self) -> bool:
        return can_reopen(self.plan)

    # what a kind says about itself

    def parents(self, row) -> dict[str, Any]:
        """The fields of a new row that no cell says."""
        raise NotImplementedError

    def is_promised(self, row) -> bool:
        """Whether approval freezes the row."""
        return False

    def is_frozen_field(self, name: str) -> bool:
        """Whether an approved plan no longer changes this field of a row that was promised."""
        return False

    def not_in_plan(self, row) -> str:
        """Why a row may not enter an approved plan, and what to do."""
        raise NotImplementedError

    def related_changes(self, row) -> list[tuple[str, Any, Any]]:
        """Changes in what hangs from a stored row: (name, before, after)."""
        return []

    # loading

    def load(self, rows: Sequence[RowValues]) -> None:
        """Write them; each gets its `saved` row and `changes`, or its error is told with its cell."""
        self.rows = rows
        table = ([row.values.get(name) for name in self.fields] for row in rows)
        try:
            result = self.import_data(
                tablib.Dataset(*table, headers=list(self.fields)), rollback_on_validation_errors=True
            )
        except BatchRefused as refused:
            self._explain(refused.instances)
            return
        for row, row_result in zip(rows, result.rows, strict=True):
            if row_result.is_valid():
                row.saved = row_result.instance
            elif row_result.validation_error:
                self._tell(row, row_result.validation_error)
            else:
                raise row_result.errors[0].error
        if not result.has_validation_errors():
            audit.record_changed([(before, instance) for _row, before, instance in self.written], by=self.by)

    def before_import_row(self, row, *, row_number, **kwargs):
        self.row = self.rows[row_number - 1]
        self.before = copy(self.row.stored)

    def get_instance(self, instance_loader, row):
        return self.row.stored  # found beforehand, for the whole sheet at once

    def init_instance(self, row=None):
        if self.plan.is_frozen and self.is_promised(self.row):
            raise ValidationError(self.not_in_plan(self.row))
        return self._meta.model(**self.parents(self.row))

    def import_instance(self, instance, row, **kwargs):
        """What the file says, as it is: the library's loop would ask a widget for each of 100,000 cells."""
        for name, value in row.items():
            if value is not None:  # it was not said, and leaves what is stored alone
                setattr(instance, name, value)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if self.before is None or import_validation_errors:
            return False
        values = ((name, getattr(self.before, name), getattr(instance, name)) for name in self.fields)
        changes = [(name, before, after) for name, before, after in values if before != after]
        self.row.changes = changes + self.related_changes(self.row)
        if self.plan.is_frozen and self.is_promised(self.row):
            self._refuse_frozen(self.row)
        return not self.row.changes

    def _refuse_frozen(self, row: RowValues) -> None:
        sentence = (
            _(
                "%(field)s: el plan aprobado dice «%(before)s» y la hoja «%(after)s». Deje en la hoja lo aprobado, "
                "o devuelva el plan a borrador para cambiarlo."
            )
            if self.can_reopen
            else _(
                "%(field)s: el plan aprobado dice «%(before)s» y la hoja «%(after)s». Deje en la hoja lo aprobado: el "
                "plan ya tiene informes publicados y lo que promete no cambia."
            )
        )
        changes = {name: change_of(self._meta.model, name, *values) for name, *values in row.changes}
        errors = [
            ValidationError(
                sentence,
                params={"field": change.label, "before": change.before or DASH, "after": change.after or DASH},
                code=name,
            )
            for name, change in changes.items()
            if self.is_frozen_field(name)
        ]
        if errors:
            raise ValidationError(errors)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """The row's own fields; what joins rows was looked at for the whole sheet, and the constraints stand behind."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)
        instance.clean_fields(exclude=self._relations)

    def before_save_instance(self, instance, row, **kwargs):
        self.written.append((self.row, self.before, instance))
        if self.before is not None and self._is_revised:
            instance.revision += 1  # whoever has it open in a form is told

    def get_bulk_update_fields(self):
        return [*self.fields, "revision"] if self._is_revised else list(self.fields)

    def handle_import_error(self, result, error, raise_errors=False):
        """Stops at a batch that the database refuses, while it is still at hand."""
        if isinstance(error, IntegrityError):
            raise BatchRefused([*self.create_instances, *self.update_instances]) from error
        raise error

    def _explain(self, instances: Sequence[models.Model]) -> None:
        """Say with the constraint's own sentence which of these rows the database refuses."""
        batch, errors = {id(instance) for instance in instances}, len(self.ledger.errors)
        written = [(row, instance) for row, _before, instance in self.written if id(instance) in batch]
        for row, instance in written:
            try:
                instance.validate_constraints()
            except ValidationError as error:
                self._tell(row, error)
        if len(self.ledger.errors) == errors:
            row, _instance = written[0]
            self.ledger.error(row.place, _("Dos filas de la hoja son la misma para el sistema. Deje una sola."))

    def _tell(self, row: RowValues, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            for problem in error.error_list:
                self.ledger.error(row.where(problem.code or ""), " ".join(problem.messages))
            return
        for name, problems in error.error_dict.items():
            field = f"{label(self._meta.model, name)}: " if name in self.fields else ""
            for problem in problems:
                self.ledger.error(row.where(name), field + " ".join(problem.messages))


def change_of(model: type[models.Model], name: str, before: Any, after: Any) -> Change:
    """A change in words; what hangs from a row is a list, which no field holds."""

    def words(value: Any) -> str:
        return ", ".join(map(str, value)) if name in LABELS else in_words(model._meta.get_field(name), value)

    return Change(label(model, name, LABELS), words(before), words(after))
