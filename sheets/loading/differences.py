"""How the rows of a file differ from what is stored, and what the database would refuse of them, without asking it.

Each row gets its `instance`, as it will be, and its `changes`; or its errors are told at their cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_noop as _

from activities.returns import locking
from display.message import Day, Label, Message, message, message_of, value_of
from matrices.reading.ledger import Ledger
from plans.models import Plan
from records import drift
from records.constraints import broken_checks, uniques_of
from sheets.loading.approved import differs, not_in_plan
from sheets.loading.result import Change
from sheets.loading.sheet_resource import SheetResource
from sheets.loading.values import RowValues

LABELS = {  # of what hangs from a row
    "responsible": _("Responsables"),
    "groups": _("Grupos"),
    "present": _("Quiénes asistieron"),
}


def compare(
    resource: SheetResource,
    rows: Sequence[RowValues],
    *,
    plan: Plan,
    advice: Message | None,
    stored: Iterable[models.Model],
    ledger: Ledger,
) -> None:
    """`stored` are the rows of this kind that the plan has; `advice` is given when it is approved (`approved.py`)."""
    model = resource.model
    for row in rows:
        try:
            _compare(resource, row, plan, advice)
        except ValidationError as error:
            _refuse(model, row, error, ledger)
    validate(model, rows, stored=stored, ledger=ledger)


def validate(
    model: type[models.Model], rows: Sequence[RowValues], *, stored: Iterable[models.Model], ledger: Ledger
) -> None:
    """Tells which of the new and changed rows the database would refuse: those lose their instance."""
    touched = [row for row in rows if row.instance is not None and row.state != "unchanged"]
    relations = {field.name for field in model._meta.concrete_fields if field.is_relation}
    for row in touched:
        try:
            row.instance.clean_fields(exclude=relations)
            if broken := broken_checks(row.instance):
                raise ValidationError([_sentence(constraint) for constraint in broken])
        except ValidationError as error:
            _refuse(model, row, error, ledger)
    _refuse_doubles(model, rows, stored, ledger)


def tell_published(rows: Sequence[RowValues], ledger: Ledger) -> None:
    """Warns of each new or changed row that a published report has otherwise."""
    touched = [row for row in rows if row.instance is not None and row.state != "unchanged"]
    told = drift.of_changes([(row.stored, row.instance) for row in touched]) if touched else []
    for row, sentences in zip(touched, told, strict=True):
        place = next((row.where(name) for name, _before, _after in row.changes if name in row.places), row.place)
        for sentence in sentences:
            ledger.warn(place, sentence)


def refuse_held(plan: Plan, rows: Mapping[str, Sequence[RowValues]], ledger: Ledger, *, lock: bool) -> None:
    """Tells which rows would write in a month that was accepted (activities/returns): those lose their instance."""
    held = locking.held_months(plan, lock=lock) if plan.pk else {}
    if not held:
        return
    days_of = {
        "sessions": lambda session: (session.activity_id, locking.days_of(session)),
        "attendance": lambda row: (row.session.activity_id, locking.days_of(row.session)),
        "metrics": lambda metric: (metric.activity_id, locking.days_of_metric(metric)),
    }
    for kind, where in days_of.items():
        for row in rows.get(kind, ()):
            if row.instance is None or row.state == "unchanged":
                continue
            told = [where(each) for each in (row.stored, row.instance) if each is not None]
            months = sorted({(activity, month) for activity, days in told for month in locking.months(days)})
            if monthly := next((held[each] for each in months if each in held), None):
                place = next((row.where(name) for name, *_values in row.changes if name in row.places), row.place)
                row.instance = None
                sentence = _(
                    "Planeación ya aceptó el formato interno de %(month)s de «%(dependency)s», y lo reportado de ese "
                    "mes no cambia. Planeación puede reabrirlo, con un motivo."
                )
                ledger.error(place, sentence, month=Day(monthly.month, "month"), dependency=monthly.dependency.name)


def change_of(model: type[models.Model], name: str, before: Any, after: Any) -> Change:
    """A change; what hangs from a row is a list, which no field holds."""
    title = Message(LABELS[name]) if name in LABELS else Label(model._meta.label_lower, name)
    if isinstance(before, list) or isinstance(after, list):
        return Change(title, *(", ".join(map(str, value or ())) for value in (before, after)))
    return Change(title, value_of(model, name, before), value_of(model, name, after))


def _compare(resource: SheetResource, row: RowValues, plan: Plan, advice: Message | None) -> None:
    is_frozen = advice is not None and resource.is_promised(row)
    if row.stored is None and is_frozen:
        raise not_in_plan(row.label, advice)
    instance = resource.model() if row.stored is None else copy(row.stored)
    for name, value in resource.parents(row, plan).items():
        setattr(instance, name, value)
    for name, value in row.values.items():
        if value is not None:  # it was not said, and leaves what is stored alone
            setattr(instance, name, value)
    resource.complete(instance)
    if row.stored is not None:
        names = dict.fromkeys([*_own_fields(resource.model), *row.values])
        values = ((name, getattr(row.stored, name), getattr(instance, name)) for name in names)
        row.changes = [(name, before, after) for name, before, after in values if before != after]
        row.changes += resource.related_changes(row)
        if is_frozen:
            _refuse_frozen(resource, row, advice)
    row.instance = instance


@cache
def _own_fields(model: type[models.Model]) -> list[str]:
    """What a row says of itself; of what it refers to, only what the file says is compared."""
    return [field.name for field in model._meta.concrete_fields if not field.is_relation and not field.primary_key]


def _refuse_frozen(resource: SheetResource, row: RowValues, advice: Message) -> None:
    errors = [
        differs(name, change_of(resource.model, name, *values), advice)
        for name, *values in row.changes
        if resource.is_frozen_field(name)
    ]
    if errors:
        raise ValidationError(errors)


def _refuse_doubles(
    model: type[models.Model], rows: Sequence[RowValues], stored: Iterable[models.Model], ledger: Ledger
) -> None:
    """What is stored counts as it is stored: the database compares while it writes, row by row."""
    stored = [row for row in stored if row.pk is not None]
    for constraint, key_of in uniques_of(model):
        holders = {key: row for row in stored if (key := key_of(row)) is not None}
        said: dict[tuple, RowValues] = {}
        for row in rows:
            if row.instance is None or (key := key_of(row.instance)) is None:
                continue
            first = said.setdefault(key, row)
            is_held = holders.get(key, row.stored) != row.stored
            if row.state == "unchanged" or (first.instance is row.instance and not is_held):
                continue
            told = message(_sentence(constraint))
            if first is not row and first.place:
                other = (
                    _("%(problem)s La otra está en la celda %(cell)s.")
                    if first.place.column
                    else _("%(problem)s La otra está en la fila %(cell)s.")
                )
                told = message(other, problem=told, cell=first.place.cell)
            row.instance = None
            ledger.error(row.place, told)


def _sentence(constraint: models.BaseConstraint) -> str:
    with translation.override(None):  # as it is in the code
        return str(constraint.get_violation_error_message())


def _refuse(model: type[models.Model], row: RowValues, error: ValidationError, ledger: Ledger) -> None:
    row.instance = None
    if not hasattr(error, "error_dict"):
        for problem in error.error_list:
            ledger.error(row.where(problem.code or ""), message_of(problem))
        return
    for name, problems in error.error_dict.items():
        for problem in problems:
            told = message_of(problem)
            if name != NON_FIELD_ERRORS:
                field = Label(model._meta.label_lower, name)
                told = message(_("%(field)s: %(problem)s"), field=field, problem=told)
            ledger.error(row.where(name), told)
