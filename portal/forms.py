"""The forms of the public: a report verified by its code, the evaluation of a space, what is said of a promise."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.models import Opinion, SurveyResponse
from commitments.models import CitizenAnswer
from records.texts import TypedTextField

SHORTEST = 8  # as printed in the footers


class CodeForm(forms.Form):
    """A fingerprint, as printed (with spaces) or complete."""

    codigo = forms.CharField(
        label=_("Código o huella"),
        max_length=120,
        required=False,  # the error about its length is more helpful
        help_text=_("Los 16 caracteres de la portada, los 8 del pie de página o la huella SHA-256 completa."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_codigo(self) -> str:
        code = re.sub(r"[\s:.\-]", "", self.cleaned_data["codigo"]).lower()
        if not re.fullmatch(r"[0-9a-f]*", code):
            raise ValidationError(_("Un código solo tiene cifras del 0 al 9 y letras de la a a la f."))
        if not SHORTEST <= len(code) <= 64:
            raise ValidationError(
                _("El código tiene entre 8 y 64 caracteres. Cópielo completo de la portada o del pie.")
            )
        return code


def _rating(name: str) -> forms.ChoiceField:
    field = SurveyResponse._meta.get_field(name)
    return forms.ChoiceField(
        label=field.verbose_name,
        choices=field.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Escoja una respuesta.")},
    )


def _opinion(question: Opinion.Question) -> TypedTextField:
    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "class": "form-control"})
    return TypedTextField(label=question.label, max_length=Opinion.LONGEST, required=False, widget=widget)


class OpenForm(forms.Form):
    """Whoever fills it in has no account, and is asked nothing of themselves."""

    # What fills in whatever it finds is no person. Styles and screen readers leave it out; who sees it is told.
    asunto = forms.CharField(
        label=_("Deje este campo vacío"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_asunto(self) -> str:
        if self.cleaned_data["asunto"]:
            raise ValidationError(_("Ese campo se deja vacío: bórrelo y vuelva a enviar."))
        return ""


class SurveyForm(OpenForm):
    """Three taps, and two texts for who has something to say."""

    usefulness, clarity, would_return = map(_rating, SurveyResponse.RATINGS)
    liked, improve = _opinion(Opinion.Question.LIKED), _opinion(Opinion.Question.IMPROVE)
    field_order = [*SurveyResponse.RATINGS, "liked", "improve"]  # what nobody fills in comes after

    @property
    def ratings(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in SurveyResponse.RATINGS}

    @property
    def opinions(self) -> dict[str, str]:
        return {question: self.cleaned_data[question] for question in Opinion.Question.values}

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What somebody wrote in it, with its question, even where it is not taken."""
        found = [(self[name].label, self.data.get(name, "").strip()) for name in Opinion.Question.values]
        return [(label, text[: 4 * Opinion.LONGEST]) for label, text in found if text]


class AnswerForm(OpenForm):
    """Whether a promise was kept."""

    kind = forms.ChoiceField(
        label=_("¿Se cumplió lo que le prometieron?"),
        choices=CitizenAnswer.Kind.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Escoja una respuesta.")},
    )
    text = TypedTextField(
        label=_("Cuéntenos qué vio"),
        max_length=CitizenAnswer.LONGEST,
        required=False,
        help_text=_("Si no se cumplió, diga qué falta o qué pasó."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "class": "form-control"}),
    )

    def clean(self) -> dict:
        data = super().clean()
        is_empty = not data.get("text", "").strip() and "text" not in self.errors
        if data.get("kind") == CitizenAnswer.Kind.DISPUTES and is_empty:
            self.add_error("text", _("Cuente qué falta o qué pasó."))
        return data

    @property
    def typed(self) -> str:
        """What somebody wrote in it, even where it is not taken."""
        return self.data.get("text", "").strip()[: 2 * CitizenAnswer.LONGEST]
