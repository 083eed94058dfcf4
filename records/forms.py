"""Forms of rows: the revision that the person read, and the errors of an action that refuses."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display.values import in_words
from records import drift
from records.locks import Revised
from records.refusals import Stale

T = TypeVar("T")
DASHES = "---------"
UNSAID = gettext_lazy("Sin indicar")


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows. A number too long for the database is an invalid choice, found before the query."""

    def clean(self, value):
        for pk in value or ():
            if len(str(pk)) > 18:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": pk}
                )
        return super().clean(value)


def _say_nothing_in_words(field: forms.Field) -> None:
    """Of a choice that may be left out: a word instead of Django's dashes."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = UNSAID if field.empty_label == DASHES else field.empty_label
    elif isinstance(field, forms.ChoiceField):
        field.choices = [("", UNSAID) if label == DASHES else (value, label) for value, label in field.choices]


class RevisionForm(forms.ModelForm):
    """A form of a `Revised` row, with the revision that the person read in a hidden field.

    A long form declares its layout in `helper` (display.layout.in_parts), "revision" first.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["revision"] = self.instance.revision
        for field in self.fields.values():
            _say_nothing_in_words(field)

    @property
    def seen(self) -> int:
        seen = self.cleaned_data.get("revision")
        return -1 if seen is None else seen  # a form without it is stale: no row has -1


def attempt(form: forms.BaseForm, act: Callable[[], T], row: Revised | None = None) -> T | None:
    """The result of `act`, or None when it was refused: the form then has the errors and keeps what was typed.

    `row` is the form's instance unless given. Http404 when it was deleted meanwhile. What contradicts something
    published waits for a second save, which says `form.contradicted.digest` (_components/save.html).
    """
    try:
        with drift.said_before(row or getattr(form, "instance", None), form.data.get(drift.ACCEPTED, "")):
            return act()
    except drift.Contradicted as error:
        form.contradicted = error
        form.add_error(None, _("Todavía no se guardó: un informe publicado dice otra cosa."))
    except Stale as error:
        _show_stale(form, error, row or form.instance)
    except ValidationError as error:
        show(form, error)
    except IntegrityError:
        form.add_error(
            None, _("Otra persona acaba de guardar un dato igual. Revise lo que hay antes de guardar otra vez.")
        )
    return None


def show(form: forms.BaseForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        # add_error raises for a field that the form lacks.
        form.add_error(name if name in form.fields else None, errors)


def _show_stale(form: forms.BaseForm, error: Stale, row: models.Model) -> None:
    stored = type(row)._base_manager.filter(pk=row.pk).first()
    if stored is None:
        raise Http404 from error
    typed = dict(form.cleaned_data)
    form.data = form.data.copy()
    form.data[form.add_prefix("revision")] = stored.revision  # a second try passes, now that they have been told
    form.add_error(None, error)
    if not isinstance(form, forms.ModelForm):
        return
    for field in stored._meta.concrete_fields:
        if field.name not in typed or field.name not in form._meta.fields:
            continue
        value = getattr(stored, field.name)
        if value != typed[field.name]:
            form.add_error(field.name, _("Guardado ahora: %(value)s.") % {"value": _in_words(field, value)})


def _in_words(field, value) -> str:
    words = in_words(field, value)
    if not words:
        return _("vacío")
    return words if isinstance(value, bool | date) else f"«{words}»"
