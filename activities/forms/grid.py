"""The form of one row of the table: the same texts as its cells."""

from django import forms
from django.utils.translation import gettext

from activities.grid.catalogue import Catalogue, Unread, plain
from activities.grid.columns import CHOICE, COLUMNS, LINES, NAMES, Column
from activities.grid.rows import Row
from activities.models import Activity
from records.forms import RevisionForm


class RowForm(RevisionForm):
    """`values`, once it is valid: those of the cells whose text changed."""

    class Meta:
        model = Activity
        fields = ()

    def __init__(self, *args, row: Row, catalogue: Catalogue, **kwargs):
        super().__init__(*args, instance=row.activity, **kwargs)
        self.catalogue, self.texts = catalogue, row.texts(catalogue)
        for column in COLUMNS:
            self.fields[column.key] = forms.CharField(
                label=column.label,
                required=not column.optional,
                help_text=column.help,
                widget=self._widget(column),
                strip=False,
            )
        self.initial |= self.texts

    def _widget(self, column: Column) -> forms.Widget:
        if column.control == CHOICE:
            options = options_of(column, self.catalogue)
            typed = self.data.get(column.key, "")
            return forms.Select(choices=[(text, text or gettext("Sin indicar")) for text in with_typed(options, typed)])
        if column.control == NAMES:
            return forms.TextInput(attrs={"list": f"nombres-{column.key}", "autocomplete": "off"})
        return forms.Textarea(attrs={"rows": 2}) if column.control == LINES else forms.TextInput()

    def _post_clean(self):
        """Nothing: the catalogue reads the texts, and what a row may be is asked when it is written."""

    def clean(self):
        data = super().clean()
        self.values = {}
        for key, before in self.texts.items():
            text = plain(data.get(key) or "")
            if text == before or key not in data:
                continue
            try:
                self.values[key] = self.catalogue.read(key, text)
            except Unread as error:
                self.add_error(key, error.messages[0])
        return data


def options_of(column: Column, catalogue: Catalogue) -> list[str]:
    if column.key == "phase":
        return ["", *map(str, catalogue.phases.values())]
    return ["", *map(str, column.choices.labels)]


def with_typed(options: list[str], typed: str) -> list[str]:
    return options if typed in options else [*options, typed]
