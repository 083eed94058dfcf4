"""Forms of rows: the revision that the person read, and the errors of an action that refuses."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import drift
from records.clashes import KEEP, Clash, clashes, digests, settled
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


class RevisionField(forms.IntegerField):
    """A revision, and a digest of each field as it was read: "7 name:3fa1c2d0 unit:…". The number alone will do."""

    widget = forms.HiddenInput

    def to_python(self, value):
        return super().to_python(str(value or "").partition(" ")[0])


class RevisionForm(forms.ModelForm):
    """A form of a `Revised` row, with the revision that the person read in a hidden field.

    Whoever comes second sees what is stored beside what they wrote, and says what stays (`clashes`, drawn above the
    fields by _components/clashes.html). A long form declares its layout in `helper` (display.layout.in_parts),
    "revision" first.
    """

    revision = RevisionField(required=False)
    clashes: Sequence[Clash] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["revision"] = partial(self._as_read, self.instance.revision)
        for field in self.fields.values():
            _say_nothing_in_words(field)

    def _as_read(self, revision: int) -> str:
        return " ".join([str(revision), *(f"{name}:{digest}" for name, digest in digests(self))])

    @property
    def seen(self) -> int:
        seen = self.cleaned_data.get("revision")
        return -1 if seen is None else seen  # a form without it is stale: no row has -1

    def full_clean(self):
        if self.is_bound and any(name.startswith(KEEP) for name in self.data):
            self.data = settled(self)
        super().full_clean()

    def clean(self):
        data = super().clean()
        asked = self.data.getlist("clash") if hasattr(self.data, "getlist") else []
        if any(not self.data.get(KEEP + name) for name in asked):
            self.compare(dict.fromkeys(asked, ""))
            self.add_error(None, _("Escoja en cada dato cuál texto queda."))
        return data

    def compare(self, told: dict[str, str] | None = None) -> None:
        """Sets `clashes`, and the revision to that of the stored row: a second try passes, now that they have been
        told. `told`: the fields already asked about, and nothing else."""
        field = self["revision"]
        read = dict(part.split(":", 1) for part in str(field.data or "").split()[1:] if ":" in part)
        found = clashes(self, {} if told else read)
        self.clashes = [clash for clash in found if told is None or clash.name in told]
        self.data = self.data.copy()
        self.data[field.html_name] = field.initial


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
    form.add_error(None, error)
    if isinstance(form, RevisionForm) and isinstance(stored, form._meta.model):
        form.compare()
    else:
        form.data = form.data.copy()
        form.data[form.add_prefix("revision")] = stored.revision
