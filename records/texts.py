"""Texts that people type: how long they may be, said alike by the form, an import and the database."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import migrations, models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

# Real plans and reports hold some 300 characters in a cell and a page (about 3,000) in a section.
LONGEST = 5_000
LONGEST_WORD = 500  # an address of the web may be that long; the time to break a word grows with its square


class Longest(MaxLengthValidator):
    message = _("Tiene %(show_value)s caracteres y caben %(limit_value)s: acórtelo.")


def no_endless_word(text: str) -> None:
    longest = max(map(len, text.split()), default=0)
    if longest > LONGEST_WORD:
        raise ValidationError(
            _("Tiene %(found)s caracteres seguidos sin espacio y caben %(limit)s: sepárelos o quítelos."),
            params={"found": longest, "limit": LONGEST_WORD},
            code="endless_word",
        )


class TypedTextField(forms.CharField):
    """Counts what is typed (static/js/app.js). Not by `maxlength`: browsers then cut what is pasted, in silence."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = LONGEST, **kwargs):
        self.limit = max_length
        super().__init__(**kwargs)
        self.validators += [Longest(max_length), no_endless_word]

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")  # as browsers send line breaks

    def widget_attrs(self, widget):
        counts = {
            "data-limit": self.limit,
            "data-limit-left": _("Quedan # caracteres."),
            "data-limit-over": _("Sobran # caracteres: acórtelo."),
        }
        return super().widget_attrs(widget) | counts


class TypedText(models.TextField):
    """A text of at most `max_length` characters, which its column checks, and none of whose words is endless."""

    def __init__(self, *args, max_length: int = LONGEST, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    @cached_property
    def validators(self):
        return [*super().validators, Longest(self.max_length), no_endless_word]

    def db_check(self, connection) -> str:
        return f"length({connection.ops.quote_name(self.column)}) <= {self.max_length}"

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TypedTextField, **kwargs})


def checks_on_postgresql(*names: str) -> migrations.RunPython:
    """For a migration after its AlterFields, with its models ("plans.Plan"): of a column that is there already Django
    leaves the check out on PostgreSQL. SQLite, and a new column on either, have it from `db_check`.
    """

    def alter(apps, schema_editor, verb: str, check: str = "") -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        quote = schema_editor.quote_name
        for model in map(apps.get_model, names):
            for field in model._meta.local_fields:
                if isinstance(field, TypedText):
                    table, name = model._meta.db_table, f"{model._meta.db_table}_{field.column}_length"
                    rule = check and check % field.db_check(schema_editor.connection)
                    schema_editor.execute(f"ALTER TABLE {quote(table)} {verb} CONSTRAINT {quote(name)}{rule}")

    return migrations.RunPython(
        lambda apps, schema_editor: alter(apps, schema_editor, "ADD", " CHECK (%s)"),
        lambda apps, schema_editor: alter(apps, schema_editor, "DROP"),
    )
