"""Fields that every form draws alike."""

from django import forms


def date_input() -> forms.DateInput:
    # The format that browsers require, whatever the language.
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
