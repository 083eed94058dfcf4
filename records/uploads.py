"""A field of several files at once."""

from django import forms

from records import contents


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, as a list. What each is, whoever keeps it says one by one (`records.contents`)."""

    widget = SeveralFiles(attrs={"accept": contents.ACCEPT})

    def clean(self, data, initial=None):
        return [file for file in data or () if file]
