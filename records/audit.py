"""The audit trail's one door: what is tracked, who acts, and `write`, which alone makes and stores entries.

Single saves leave theirs by themselves, through the library's signals and the entry's manager; bulk writes and verbs
call `record_…` (docs/adr/0002).
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple

from auditlog import get_logentry_model
from auditlog.context import disable_auditlog
from auditlog.diff import get_field_value
from auditlog.models import AbstractLogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.crypto import salted_hmac

CREATE, UPDATE, DELETE = (
    AbstractLogEntry.Action.CREATE,
    AbstractLogEntry.Action.UPDATE,
    AbstractLogEntry.Action.DELETE,
)
VERBS = {CREATE: "create", UPDATE: "update", DELETE: "delete"}
HIDDEN = "••••"
EMPTY = (None, "", [], {})
HASH = re.compile(r"hash:1:[0-9a-f]{32}")
_rules: dict[type[models.Model], tuple[frozenset[str], frozenset[str]]] = {}  # model: its personal, its secret fields
_acting: ContextVar[models.Model | None] = ContextVar("acting", default=None)

Pair = tuple[models.Model | None, models.Model | None]


# --- What is tracked --------------------------------------------------------------------------------------------------


def register(
    model: type[models.Model],
    *,
    only: Collection[str] = (),
    exclude: Collection[str] = (),
    personal: Collection[str] = (),
    secret: Collection[str] = (),
) -> None:
    """Every save of a row of `model` leaves an entry, with its relations; the only way in for a model.

    `only`, `exclude`: the fields that are history, those that are not. `personal`: data of a citizen, which enter as
    keyed hashes: erased in the row, they are nowhere, and the act stays. `secret`: only that they changed.
    """
    for name in (*only, *exclude, *personal, *secret):
        model._meta.get_field(name)  # a wrong name would protect nothing
    relations = {field.name for field in model._meta.many_to_many}
    auditlog.register(model, include_fields=list(only), exclude_fields=list(exclude), m2m_fields=relations)
    _rules[model] = frozenset(personal), frozenset(secret)
    for known in (_nameless, personal_fields, _history):
        known.cache_clear()


def tracked() -> list[type[models.Model]]:
    return auditlog.get_models()


@cache
def personal_fields(model: type[models.Model]) -> frozenset[str]:
    """Those declared, and the keys to a row whose name may tell somebody's."""
    keys = {field.name for field in model._meta.concrete_fields if field.is_relation and _nameless(field.related_model)}
    return _rules.get(model, (frozenset(),))[0] | keys


def secret_fields(model: type[models.Model]) -> frozenset[str]:
    return _rules[model][1] if model in _rules else frozenset()


@cache
def _nameless(model: type[models.Model]) -> bool:
    """Whether its rows' names may tell a citizen's data: it has some, or is part (a key never null) of what has."""
    seen, waiting = set(), [model]
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            if _rules.get(model, ((),))[0]:
                return True
            waiting += [field.related_model for field in model._meta.fields if field.is_relation and not field.null]
    return False


# --- Who acts ---------------------------------------------------------------------------------------------------------


@contextmanager
def acting_as(user: models.Model | None) -> Iterator[None]:
    """Who does what is saved inside it; outside, the actor is the request's person, or "sistema"."""
    token = _acting.set(user)
    try:
        yield
    finally:
        _acting.reset(token)


# --- What is written --------------------------------------------------------------------------------------------------


class Act(NamedTuple):
    """What was done to a row; `changes` as {field: (before, after)}, or what `members` gives. Without a verb of its own
    it is that of its action ("plan.update"), and without a change it leaves no entry."""

    row: models.Model
    action: int
    changes: dict[str, Any]
    verb: str = ""


def write(acts: Iterable[Act], *, by: models.Model | None = None) -> list[models.Model]:
    """The entries of the acts, stored. Nothing else makes or stores one.

    `by` or else whoever acts now. As many in an INSERT as the database takes, and nothing read, counted or locked
    before it, so no save waits for another's trail. The entry's own queryset refuses every write: only this plain one
    stores.
    """
    actor = by or _acting.get()
    actor = actor if actor and actor.is_authenticated else None
    entry, entries = get_logentry_model(), []
    for row, action, changes, verb in acts:
        changes = _form(row, changes)
        if changes or verb:
            entries.append(
                entry(
                    entity_id=entity_id_of(row),
                    verb=verb or f"{row._meta.model_name}.{VERBS[action]}",
                    action=action,
                    actor=actor,
                    actor_email=actor.email if actor else None,
                    content_type=ContentType.objects.get_for_model(row),
                    object_pk=str(row.pk),
                    object_id=row.pk,
                    object_repr=name_of(row),
                    changes=changes,
                )
            )
    return models.QuerySet(entry).bulk_create(entries, batch_size=500)


def record(*, by: models.Model | None, verb: str, target: models.Model, changes: dict | None = None) -> models.Model:
    """One entry for a verb such as "plan.approve"; `changes` as {field: [before, after]}."""
    return write([Act(target, UPDATE, changes or {}, verb)], by=by)[0]


def record_created(rows: Iterable[models.Model], *, by: models.Model | None) -> None:
    """Entries for rows just created in bulk."""
    record_changed([(None, row) for row in rows], by=by)


def record_changed(pairs: Iterable[Pair], *, by: models.Model | None) -> None:
    """Entries for (before, after), before None when created, after None when deleted (its pk still at hand)."""
    write(
        (
            Act(
                after or before,
                DELETE if after is None else CREATE if before is None else UPDATE,
                _difference(before, after),
            )
            for before, after in pairs
        ),
        by=by,
    )


def record_related(
    rows: Iterable[tuple[models.Model, list[models.Model]]], *, field: str, operation: str, by: models.Model | None
) -> None:
    """Entries for (row, rows joined to it, or parted from it, in bulk); `operation` is "add" or "delete"."""
    write((Act(row, UPDATE, members(field, operation, others)) for row, others in rows), by=by)


@contextmanager
def record_at_once(*, by: models.Model | None) -> Iterator[list[Pair]]:
    """`with record_at_once(by=by) as pairs:` saves inside leave no entry each; the (before, after) put in `pairs` do,
    in one statement."""
    pairs: list[Pair] = []
    with disable_auditlog():
        yield pairs
    record_changed(pairs, by=by)


def members(field: str, operation: str, others: Iterable[models.Model]) -> dict:
    """The change of a relation to many; empty when nobody came or went."""
    names = [name_of(other) for other in others]
    return {field: {"type": "m2m", "operation": operation, "objects": names}} if names else {}


def entity_id_of(row: models.Model) -> int | None:
    """The entity that a row belongs to; None for a person, who may work in several."""
    return getattr(row, "entity_id", None)


def name_of(row: models.Model) -> str:
    """How the trail names a row for ever: in its own words, or by its number when these may tell who a citizen is."""
    number = f"n.º {row.pk}"
    try:
        return number if _nameless(type(row)) else str(row)
    except ObjectDoesNotExist:  # its words are those of a row that went with it
        return number


def _difference(before: models.Model | None, after: models.Model | None) -> dict[str, tuple]:
    """As the library's comparison of two saves, but without the relations of others, which it reads one by one."""
    changes = {}
    for field in _history(type(after or before)):
        if getattr(before, field.attname, None) != getattr(after, field.attname, None):  # else nothing to put in words
            old, new = (row and get_field_value(row, field, use_json_for_changes=True) for row in (before, after))
            if old != new:
                changes[field.name] = (old, new)
    return changes


@cache
def _history(model: type[models.Model]) -> list[models.Field]:
    """Its own fields that are history."""
    names = auditlog.get_model_fields(model)
    only, exclude = names["include_fields"], names["exclude_fields"]
    return [
        field for field in model._meta.concrete_fields if field.name not in exclude and (not only or field.name in only)
    ]


@cache
def _no_history(model: type[models.Model]) -> frozenset[str]:
    """Fields that are none, such as a report's frozen facts; and the relations of others, which the library adds."""
    excluded = auditlog.get_model_fields(model)["exclude_fields"] if auditlog.contains(model) else ()
    return frozenset([*excluded, *(relation.name for relation in model._meta.related_objects)])


def _form(row: models.Model, changes: dict) -> dict:
    """Changes as they are kept: [before, after] as JSON has them; what is personal hashed, what is secret hidden.

    A field that stays empty says nothing.
    """
    model = type(row)
    personal, secret, ignored = personal_fields(model), secret_fields(model), _no_history(model)
    form = {}
    for name, values in changes.items():
        if isinstance(values, dict):
            form[name] = values
        elif name not in ignored and any(value not in (None, "") for value in values):
            if name in secret:
                form[name] = [value and HIDDEN for value in values]
            elif name in personal:
                form[name] = [_hashed(row, name, value) for value in values]
            else:
                form[name] = [_plain(value) for value in values]
    return form


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def _hashed(row: models.Model, name: str, value: Any) -> Any:
    """A keyed hash: tells within one field of one row whether a value came back, and joins no two rows of a person."""
    if value in EMPTY:
        return value
    place = f"{row._meta.label_lower}.{name}:{row.pk}"
    text = json.dumps(value, sort_keys=True, default=str)  # alike whatever the order of keys in the database
    digest = salted_hmac(f"records.audit:{place}", text, algorithm="sha256").hexdigest()
    return f"hash:1:{digest[:32]}"
