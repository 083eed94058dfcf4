"""The audit trail: what is tracked, who acts, and `write`, the only function that creates entries.

Single saves are logged by auditlog's signals through the entry's manager; bulk writes and verbs call `record_…`
(docs/adr/0002).
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
_rules: dict[type[models.Model], tuple[frozenset[str], frozenset[str]]] = {}  # model: (personal, secret) fields
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
    """Tracks a model, many-to-many fields included. Raises FieldDoesNotExist for a wrong name.

    `only`, `exclude`: the fields that are logged, or not. `personal`: a citizen's data, logged as keyed hashes, so that
    erasing the row erases them and the entry remains. `secret`: logged only as changed.
    """
    for name in (*only, *exclude, *personal, *secret):
        model._meta.get_field(name)  # a misspelt name would protect nothing
    relations = {field.name for field in model._meta.many_to_many}
    auditlog.register(model, include_fields=list(only), exclude_fields=list(exclude), m2m_fields=relations)
    _rules[model] = frozenset(personal), frozenset(secret)
    for cached in (_may_name_citizen, personal_fields, _logged_fields):
        cached.cache_clear()


def tracked() -> list[type[models.Model]]:
    return auditlog.get_models()


@cache
def personal_fields(model: type[models.Model]) -> frozenset[str]:
    # Also foreign keys to rows whose text may contain a citizen's data.
    keys = {
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and _may_name_citizen(field.related_model)
    }
    return _rules.get(model, (frozenset(),))[0] | keys


def secret_fields(model: type[models.Model]) -> frozenset[str]:
    return _rules[model][1] if model in _rules else frozenset()


@cache
def _may_name_citizen(model: type[models.Model]) -> bool:
    """Whether the text of its rows may contain a citizen's data: it or a model that it requires has personal fields."""
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
    """Sets the actor of what is saved inside; outside, it is the user of the request, or nobody ("Sistema")."""
    token = _acting.set(user)
    try:
        yield
    finally:
        _acting.reset(token)


# --- What is written --------------------------------------------------------------------------------------------------


class Act(NamedTuple):
    """What was done to a row; `changes` as {field: (before, after)} or the result of `members`.

    `verb` defaults to that of the action ("plan.update"), and then an act without changes leaves no entry.
    """

    row: models.Model
    action: int
    changes: dict[str, Any]
    verb: str = ""
    entity_id: int | None = None  # of a row that belongs to none


def write(acts: Iterable[Act], *, by: models.Model | None = None) -> list[models.Model]:
    """Stores the entries of the acts and returns them; `by` defaults to the actor of `acting_as`.

    One INSERT per batch, and nothing is read or locked before it, so that no save waits for another's entries.
    """
    actor = by or _acting.get()
    actor = actor if actor and actor.is_authenticated else None
    entry, entries = get_logentry_model(), []
    for row, action, changes, verb, entity_id in acts:
        changes = _serialise(row, changes)
        if changes or verb:
            entries.append(
                entry(
                    entity_id=entity_id or entity_id_of(row),
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
    # A plain QuerySet: the entry's own refuses every write.
    return models.QuerySet(entry).bulk_create(entries, batch_size=500)


def record(*, by: models.Model | None, verb: str, target: models.Model, changes: dict | None = None) -> models.Model:
    return write([Act(target, UPDATE, changes or {}, verb)], by=by)[0]


def record_created(rows: Iterable[models.Model], *, by: models.Model | None) -> None:
    record_changed([(None, row) for row in rows], by=by)


def record_changed(pairs: Iterable[Pair | Act], *, by: models.Model | None) -> None:
    """Entries for (before, after): before is None when created, after when deleted (before must still have its pk)."""
    write((each if isinstance(each, Act) else _change(*each) for each in pairs), by=by)


def _change(before: models.Model | None, after: models.Model | None) -> Act:
    action = DELETE if after is None else CREATE if before is None else UPDATE
    return Act(after or before, action, _diff(before, after))


def record_related(
    rows: Iterable[tuple[models.Model, list[models.Model]]], *, field: str, operation: str, by: models.Model | None
) -> None:
    """Entries for (row, related rows added or removed in bulk); `operation` is "add" or "delete"."""
    write((relation(row, field, operation, others) for row, others in rows), by=by)


def relation(row: models.Model, field: str, operation: str, others: Iterable[models.Model]) -> Act:
    return Act(row, UPDATE, members(field, operation, others))


@contextmanager
def record_at_once(*, by: models.Model | None) -> Iterator[list[Pair | Act]]:
    """Saves inside are not logged one by one: append (before, after), or an act, to the list it gives, logged in one
    statement."""
    pairs: list[Pair | Act] = []
    with disable_auditlog():
        yield pairs
    record_changed(pairs, by=by)


def members(field: str, operation: str, others: Iterable[models.Model]) -> dict:
    names = [name_of(other) for other in others]
    return {field: {"type": "m2m", "operation": operation, "objects": names}} if names else {}


def entity_id_of(row: models.Model) -> int | None:
    return getattr(row, "entity_id", None)  # None: a user, who may work in several


def name_of(row: models.Model) -> str:
    number = f"n.º {row.pk}"  # entries are never erased, so they do not keep a text that may identify a citizen
    try:
        return number if _may_name_citizen(type(row)) else str(row)
    except ObjectDoesNotExist:  # its text is that of a related row, deleted with it
        return number


def _diff(before: models.Model | None, after: models.Model | None) -> dict[str, tuple]:
    # auditlog's own comparison reads reverse relations too, one query each.
    changes = {}
    for field in _logged_fields(type(after or before)):
        if getattr(before, field.attname, None) != getattr(
            after, field.attname, None
        ):  # skips the costly text of equal values
            old, new = (row and get_field_value(row, field, use_json_for_changes=True) for row in (before, after))
            if old != new:
                changes[field.name] = (old, new)
    return changes


@cache
def _logged_fields(model: type[models.Model]) -> list[models.Field]:
    names = auditlog.get_model_fields(model)
    only, exclude = names["include_fields"], names["exclude_fields"]
    return [
        field for field in model._meta.concrete_fields if field.name not in exclude and (not only or field.name in only)
    ]


@cache
def _ignored_fields(model: type[models.Model]) -> frozenset[str]:
    # auditlog adds reverse relations to its changes.
    excluded = auditlog.get_model_fields(model)["exclude_fields"] if auditlog.contains(model) else ()
    return frozenset([*excluded, *(relation.name for relation in model._meta.related_objects)])


def _serialise(row: models.Model, changes: dict) -> dict:
    """{field: [before, after]} for JSON: personal values hashed, secret ones hidden, fields empty in both left out."""
    model = type(row)
    personal, secret, ignored = personal_fields(model), secret_fields(model), _ignored_fields(model)
    result = {}
    for name, values in changes.items():
        if isinstance(values, dict):
            result[name] = values
        elif name not in ignored and any(value not in (None, "") for value in values):
            if name in secret:
                result[name] = [value and HIDDEN for value in values]
            elif name in personal:
                result[name] = [_hashed(row, name, value) for value in values]
            else:
                result[name] = [_plain(value) for value in values]
    return result


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def _hashed(row: models.Model, name: str, value: Any) -> Any:
    if value in EMPTY:
        return value
    # Field and row are part of the key: equal values match within them, and never across the rows of a person.
    place = f"{row._meta.label_lower}.{name}:{row.pk}"
    text = json.dumps(value, sort_keys=True, default=str)  # the database may reorder keys
    digest = salted_hmac(f"records.audit:{place}", text, algorithm="sha256").hexdigest()
    return f"hash:1:{digest[:32]}"
