"""Two people on one form: which fields both changed, what each says, and which text stays.

Each field is compared as a browser sends it, so that a form needs to know nothing about its model: what it said when it
was read (a digest that travels with the revision), what is stored now (the form's initial value) and what was typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from display.values import in_words

STORED, TYPED = "stored", "typed"
KEEP = "keep-"  # of the field in which a person says which text stays
Sent = list[str]  # a field's value as a browser sends it


class Clash(NamedTuple):
    """A field whose stored value is not what was typed. `keep` is the answer, so far: STORED, TYPED or none."""

    name: str
    label: str
    stored: str
    typed: str
    keep: str
    target: str  # id of its control


def clashes(form: forms.BaseForm, read: dict[str, str]) -> list[Clash]:
    """Of a bound form whose row changed since it was `read`; what only this person changed is no clash, and what only
    the other one did is answered: it stays."""
    found = []
    for field in form.visible_fields():
        stored, typed, before = stored_value(field), typed_value(field), read.get(field.name)
        if stored == typed or before == digest(stored):
            continue
        keep = form.data.get(KEEP + field.html_name, STORED if before == digest(typed) else "")
        target = field.id_for_label or f"div_{field.auto_id}"
        words = (in_words_of(field.field, value) for value in (stored, typed))
        found.append(Clash(field.html_name, str(field.label), *words, keep, target))
    return found


def settled(form: forms.BaseForm):
    """The data of a form with the stored value wherever the person said that it stays."""
    data = form.data.copy()
    for field in form.visible_fields():
        if data.get(KEEP + field.html_name) == STORED:
            data.setlist(field.html_name, stored_value(field))
    return data


def digests(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for field in form.visible_fields():
        yield field.name, digest(stored_value(field))


def digest(sent: Sent) -> str:
    return sha256("\0".join(sent).encode()).hexdigest()[:8]


def stored_value(field: forms.BoundField) -> Sent:
    value = field.field.prepare_value(field.initial)
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list | tuple | models.QuerySet):
        return sorted(str(getattr(item, "pk", item)) for item in value)
    return _plain(field.field.widget.format_value(value))


def typed_value(field: forms.BoundField) -> Sent:
    value = field.data
    if isinstance(value, bool):
        return ["on"] if value else []
    return sorted(map(str, value)) if isinstance(value, list | tuple) else _plain(value)


def _plain(value) -> Sent:
    values = value if isinstance(value, list | tuple) else [value]
    texts = ("" if item is None else str(item).replace("\r\n", "\n").strip() for item in values)
    return [text for text in texts if text]


def in_words_of(field: forms.Field, sent: Sent) -> str:
    """ "" for nothing."""
    if isinstance(field, forms.BooleanField):
        return _("Sí") if sent else _("No")
    if isinstance(field, forms.ChoiceField):
        labels = {str(value): str(label) for value, label in _flat(field.choices)}
        return "; ".join(labels.get(value, value) for value in sent)
    try:
        value = field.to_python(sent[0]) if sent else None
    except ValidationError:
        value = sent[0]
    return in_words(None, value)


def _flat(choices) -> Iterator[tuple]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
