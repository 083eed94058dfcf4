"""What a column of a plan's sheet is: a field with its heading and its widget, or what joins a row to others."""

from __future__ import annotations

import re
from functools import cached_property
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_noop as _
from import_export.declarative import DeclarativeMetaclass
from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from sheets.resources.widgets import SPANISH, Cell, Text, widget_for

KEY = re.compile(r"([0-9a-f]{8})-(\d{1,18})")  # the plan's prefix, the row's id
_PREFIX = 8
_CONTINUED = re.compile(r"(.+) \(continúa (\d{1,3})\)")


def key_prefix(uid: UUID) -> str:
    """What opens the keys of a plan's rows: "7f3a9c21"."""
    return uid.hex[:_PREFIX]


def continued(heading: str, piece: int) -> str:
    """The heading of a column's next one, for texts that do not fit in a cell: piece 2, 3…"""
    return heading if piece == 1 else f"{heading} (continúa {piece})"


def piece_of(heading: str) -> tuple[str, int]:
    """The column's own heading, and which piece of its texts is under this one."""
    match = _CONTINUED.fullmatch(heading)
    return (match[1], int(match[2])) if match else (heading, 1)


class Column(Field):
    """A field of the model. Its heading is the field's own name unless given, as a msgid.

    What a sheet may not change (`readonly`) is there to be read.
    """

    def __init__(self, heading: str = "", *, widget: Widget | None = None, readonly: bool = False) -> None:
        super().__init__(widget=widget, readonly=readonly)
        self.name = ""
        self.given = heading
        self.has_widget = widget is not None
        self.field: models.Field | None = None

    def export(self, instance, **kwargs) -> Cell:
        return self.widget.render(getattr(instance, self.name))

    def bind(self, name: str, model: type[models.Model]) -> None:
        self.attribute = self.name = name
        try:
            self.field = model._meta.get_field(name)
        except FieldDoesNotExist:
            self.field = None
        if not self.has_widget:
            self.widget = widget_for(self.field) if self.field is not None else Text()

    @cached_property
    def heading(self) -> str:
        """In Spanish, whoever exports: a file goes from hand to hand."""
        with translation.override(SPANISH):
            return str(self.given) or capfirst(str(self.field.verbose_name))

    @property
    def field_is_text(self) -> bool:
        return isinstance(self.field, models.TextField)

    @property
    def is_long(self) -> bool:
        """Whether a value may need more than one cell."""
        return self.field_is_text


class Key(Column):
    """The row's key: it wins over everything else that says which row of the plan this is."""

    def __init__(self) -> None:
        super().__init__(_("Clave"))

    def export(self, instance, *, context, **kwargs) -> Cell:
        return context.key(instance.pk)


class Parent(Column):
    """The key of the row to which this one belongs, or that it names; `kind` is that row's sheet."""

    def __init__(self, heading: str, kind: str) -> None:
        super().__init__(heading)
        self.kind = kind

    def export(self, instance, *, context, **kwargs) -> Cell:
        return context.key(getattr(instance, f"{self.name}_id"))


class Label(Column):
    """That row in words, for people; it says which one where there is no key."""

    def __init__(self, heading: str, of: str, kind: str) -> None:
        super().__init__(heading)
        self.of, self.kind = of, kind

    def export(self, instance, *, context, **kwargs) -> Cell:
        return self.widget.render(context.labels[self.kind].get(getattr(instance, f"{self.of}_id"), ""))


class About(Label):
    """Something about the row itself in words, to be read: `kind` says what."""

    def __init__(self, heading: str, kind: str) -> None:
        super().__init__(heading, "", kind)

    def export(self, instance, *, context, **kwargs) -> Cell:
        return self.widget.render(context.labels[self.kind].get(instance.pk, ""))


class Reference(Column):
    """A row of the plan or of its entity by its number or name: a phase, a line, a group."""

    def __init__(self, heading: str, kind: str, *, readonly: bool = False) -> None:
        super().__init__(heading, readonly=readonly)
        self.kind = kind

    def export(self, instance, *, context, **kwargs) -> Cell:
        return self.widget.render(context.labels[self.kind].get(getattr(instance, f"{self.name}_id"), ""))


class Names(Column):
    """Several rows of the entity (dependencies, groups), one name per line."""

    def __init__(self, heading: str, kind: str) -> None:
        super().__init__(heading)
        self.kind = kind

    def export(self, instance, *, context, **kwargs) -> Cell:
        return self.widget.render("\n".join(context.lists[self.name].get(instance.pk, ())))

    @property
    def is_long(self) -> bool:
        return True


class SheetType(DeclarativeMetaclass):
    """Tells each column its name and its field."""

    def __new__(cls, name, bases, attributes):
        sheet = super().__new__(cls, name, bases, attributes)
        for column_name, column in sheet.fields.items():
            column.bind(column_name, sheet._meta.model)
        return sheet


class Sheet(Resource, metaclass=SheetType):
    """A sheet of a plan: its columns in their order. In `Meta`: the model, the sheet's `title`, and the `kind` of row.

    Columns are named as the fields of the model; those that no field has come from several rows (`Names`, `Label`).
    """

    @classmethod
    def headings(cls) -> list[str]:
        return [column.heading for column in cls.fields.values()]
