"""The form that verifies a report by its code."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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
