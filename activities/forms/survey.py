"""What an opinion is about, and the themes of a plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Opinion, Theme
from records.forms import RevisionForm, RowsField

# One for each theme, but those that quote, undo and begin a new theme.
KEYS = "123456789abdefghijklmopqrstvwxyz"


class GroupForm(RevisionForm):
    """`instance` with its plan in reach."""

    new_theme = forms.CharField(
        label=_("Otro tema"), max_length=80, required=False, help_text=_("Se crea y queda marcado.")
    )

    class Meta:
        model = Opinion
        fields = ["themes", "is_quotable"]
        field_classes = {"themes": RowsField}
        widgets = {
            "themes": forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            "is_quotable": forms.CheckboxInput(attrs={"class": "form-check-input"}),
        }

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = plan.themes.all()

    def clean_new_theme(self) -> str:
        return " ".join(self.cleaned_data["new_theme"].split())

    @property
    def keyed(self) -> list[tuple[forms.boundfield.BoundWidget, str]]:
        """Each theme with its key; "" from the one on for which there is none."""
        options = list(self["themes"])
        return list(zip(options, [*KEYS, *[""] * len(options)], strict=False))


class ThemeForm(RevisionForm):
    class Meta:
        model = Theme
        fields = ["name"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
