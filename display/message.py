"""A sentence for people, kept as data: it is written in the language of whoever reads it, when it is read.

A preview is computed once, by a worker, and opened in Spanish or in English. So the sheets hand on the msgid and what
fills its blanks, never words already translated: `_ = gettext_noop` marks a msgid where it stands, and `str` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from display import dates, figures
from display.values import in_words, label

Style = Literal["day", "month", "month_day", "month_name"]


class Day(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="day"):
    """A date as far as it is known: "12 de octubre de 2026", "octubre de 2026", "12 de octubre", "octubre"."""

    on: date
    style: Style = "day"

    def __str__(self) -> str:
        match self.style:
            case "month_name":
                return dates.month_name(self.on)
            case "month_day":
                return formats.date_format(self.on, "MONTH_DAY_FORMAT")
            case _:
                return dates.when(self.on, self.style)


class Figure(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="figure"):
    """A measured number: "12.151", "4,85"."""

    value: Decimal

    def __str__(self) -> str:
        return figures.measure(self.value)


class Label(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="label"):
    """The label of a model's field; `model` is "app.model"."""

    model: str
    name: str

    def __str__(self) -> str:
        return label(apps.get_model(self.model), self.name)


class Value(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="value"):
    """A value of a model's field, kept as text: a choice, yes or no, a date, a number."""

    model: str
    name: str
    value: str

    def __str__(self) -> str:
        return in_words(apps.get_model(self.model)._meta.get_field(self.name), self.value)


class Message(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="message"):
    """A msgid and its blanks by name; with a `plural` msgid, the blank `number` tells which of the two it is.

    With `opens` it begins a sentence, whatever fills its first blank.
    """

    text: str
    params: tuple[tuple[str, Param], ...] = ()
    plural: str = ""
    number: str = ""
    opens: bool = False

    def __str__(self) -> str:
        params = {name: _Count(value) if isinstance(value, int) else str(value) for name, value in self.params}
        text = ngettext(self.text, self.plural, params[self.number]) if self.plural else gettext(self.text)
        words = text % params if params else text
        return capfirst(words) if self.opens else words


Param = str | int | Message | Day | Figure | Label | Value
Words = str | Message | Label | Value  # what is shown with str()


class _Count(int):
    """A count that a blank writes with the thousands of the language."""

    def __str__(self) -> str:
        return figures.whole(int(self))


def message(text: str, *, opens: bool = False, **params: Any) -> Message:
    """The sentence of a msgid; a date among its blanks is a day, a Decimal a figure. A year is a text."""
    return Message(text, tuple((name, _param(value)) for name, value in params.items()), opens=opens)


def listed(values: Sequence[Any]) -> Param:
    """Values as a list in words: "marzo, junio y septiembre"."""
    *others, last = values
    if not others:
        return _param(last)
    names = [f"item{at}" for at in range(len(others))]
    first = message(", ".join(f"%({name})s" for name in names), **dict(zip(names, others, strict=True)))
    return message(_("%(first)s y %(last)s"), first=first, last=last)


def message_of(problem: ValidationError) -> Message:
    """The sentence of a single ValidationError, of ours or of Django, as data."""
    text, plural, number = _unwrapped(problem.message)
    blanks = ((name, _param(value)) for name, value in (problem.params or {}).items() if f"%({name})" in text)
    return Message(text, tuple(blanks), plural, number)


class Told(Exception):
    """An exception that says itself in the language of whoever reads it."""

    def __init__(self, text: str, *, opens: bool = False, **params: Any) -> None:
        super().__init__(text)
        self.message = message(text, opens=opens, **params)

    def __str__(self) -> str:
        return str(self.message)


def value_of(model: type[models.Model], name: str, value: Any) -> Words:
    """A field's value, to be put in words when it is shown; a row of another table by its own name."""
    if value is None or value == "" or isinstance(value, models.Model):
        return "" if value is None else str(value)
    return Value(model._meta.label_lower, name, str(value))


def _param(value: Any) -> Param:
    match value:
        case date():
            return Day(value)
        case Decimal():
            return Figure(value)
        case Promise():
            return Message(_unwrapped(value)[0])
        case str() | int() | Message() | Day() | Figure() | Label() | Value():
            return value
        case _:
            return str(value)


def _unwrapped(text: str | Promise) -> tuple[str, str, str]:
    """The msgid, plural and number of a lazy translation, from the very arguments with which it would be pickled."""
    if not isinstance(text, Promise):
        return text, "", ""
    _restore, (_function, *rest) = text.__reduce__()
    if isinstance(rest[-1], dict) and "plural" in rest[-1]:  # ngettext_lazy
        return rest[-1]["singular"], rest[-1]["plural"], rest[1]
    return rest[0][0], "", ""  # gettext_lazy
