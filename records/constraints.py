"""What a model's constraints say about a row, in memory: for thousands of rows, before any of them is written.

`Model.validate_constraints` asks the database once per row and constraint. A condition that this module does not know
raises `Unsupported`; tests/records/test_constraints.py compares every constraint of every model with the database.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache
from hashlib import md5
from typing import Any

from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import MD5

Value = Callable[[models.Model], Any]
Condition = Callable[[models.Model], bool | None]  # None: unknown, as in SQL
Key = Callable[[models.Model], tuple | None]  # None: the constraint leaves the row alone

OPERATORS = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, values: value in values,
    "startswith": str.startswith,
}


class Unsupported(NotImplementedError):
    """A constraint that only the database can answer."""


def broken_checks(row: models.Model) -> list[models.CheckConstraint]:
    """Those that the database would refuse the row for; one whose condition is unknown lets it pass, as in SQL."""
    return [constraint for constraint, holds in checks_of(type(row)) if holds(row) is False]


@cache
def checks_of(model: type[models.Model]) -> list[tuple[models.CheckConstraint, Condition]]:
    return [
        (constraint, condition(model, constraint.condition))
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    ]


@cache
def uniques_of(model: type[models.Model]) -> list[tuple[models.UniqueConstraint, Key]]:
    """Each unique constraint with the key that no two rows may share."""
    return [
        (constraint, key_of(model, constraint))
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]


def condition(model: type[models.Model], node: Any, negated: bool = False) -> Condition:
    """The condition of a constraint; `negated` says whether an odd number of ~ stands around it."""
    if isinstance(node, tuple):
        return _lookup(model, *node, negated=negated)
    if not isinstance(node, models.Q) or node.connector not in (models.Q.AND, models.Q.OR):
        raise Unsupported(f"{model._meta.label}: {node!r}")
    decisive = node.connector == models.Q.OR
    parts = [condition(model, child, negated ^ node.negated) for child in node.children]

    def joined(row: models.Model) -> bool | None:
        result: bool | None = not decisive
        for part in parts:
            answer = part(row)
            if answer is decisive:
                return decisive
            if answer is None:
                result = None
        return result

    def opposite(row: models.Model) -> bool | None:
        answer = joined(row)
        return None if answer is None else not answer

    return opposite if node.negated else joined


def key_of(model: type[models.Model], constraint: models.UniqueConstraint) -> Key:
    if constraint.deferrable or constraint.nulls_distinct is False or constraint.opclasses:
        raise Unsupported(f"{model._meta.label}: {constraint!r}")
    parts = [
        _expression(model, expression) for expression in constraint.expressions or map(models.F, constraint.fields)
    ]
    covers = condition(model, constraint.condition) if constraint.condition else lambda row: True

    def key(row: models.Model) -> tuple | None:
        if covers(row) is not True:
            return None
        values = tuple(part(row) for part in parts)
        return None if None in values else values

    return key


def _lookup(model: type[models.Model], path: str, expected: Any, *, negated: bool) -> Condition:
    name, _sep, lookup = path.partition(LOOKUP_SEP)
    lookup = lookup or "exact"
    value, field = _value(model, name), _field(model, name)
    if lookup == "exact" and expected is None:
        lookup, expected = "isnull", True
    if lookup == "isnull":
        return lambda row: (value(row) is None) is expected
    compare = OPERATORS.get(lookup)
    constants = expected if lookup == "in" else [] if isinstance(expected, models.F) else [expected]
    is_text = isinstance(field, models.CharField | models.TextField)
    if (
        compare is None
        or isinstance(field, models.JSONField)
        or any(hasattr(one, "resolve_expression") for one in constants)
        or (is_text and not _is_alike(lookup, expected))
    ):
        raise Unsupported(f"{model._meta.label}: {path}={expected!r}")
    if lookup == "in":
        expected = [one for one in expected if one is not None]
    other = _value(model, expected.name) if isinstance(expected, models.F) else lambda row: expected
    # Django adds IS NOT NULL to what it negates: unknown becomes false, and its negation true.
    unknown = False if negated else None

    def answer(row: models.Model) -> bool | None:
        left, right = value(row), other(row)
        return unknown if left is None or right is None else compare(left, right)

    return answer


def _is_alike(lookup: str, text: Any) -> bool:
    """Whether every database says the same: each has its own order of words, and SQLite's LIKE takes "a" for "A"."""
    if lookup == "startswith":
        return text.lower() == text.upper()
    return lookup in ("exact", "in") or text == ""


def _field(model: type[models.Model], name: str) -> models.Field:
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _value(model: type[models.Model], name: str) -> Value:
    field = _field(model, name)
    if isinstance(field, models.FileField):
        return lambda row: str(getattr(row, field.attname))
    if not field.is_relation:
        return operator.attrgetter(field.attname)

    def reference(row: models.Model) -> Any:
        key = getattr(row, field.attname)
        if key is None and (other := field.get_cached_value(row, default=None)) is not None:
            return other.pk or ("unsaved", id(other))
        return key

    return reference


def _expression(model: type[models.Model], expression: Any) -> Value:
    if isinstance(expression, models.F):
        return _value(model, expression.name)
    if isinstance(expression, MD5):
        (source,) = expression.get_source_expressions()
        text = _expression(model, source)

        def digest(row: models.Model) -> str | None:
            words = text(row)
            return None if words is None else md5(words.encode(), usedforsecurity=False).hexdigest()

        return digest
    raise Unsupported(f"{model._meta.label}: {expression!r}")
