"""What the entity replies to citizens, and whether their words are public."""

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.models import CitizenAnswer
from display.layout import in_parts
from records.texts import TypedTextField


class ReplyForm(forms.Form):
    """To the answers that are marked; each comes with the revision that the person read, as «pk:revision»."""

    WITHHOLD, AS_THEY_ARE = "withhold", "as_they_are"  # a button; a choice

    helper = in_parts("reply", Field("withheld"))

    reply = TypedTextField(
        label=_("Respuesta"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Una sola para todas las que marque. Se publica tal como la escribe: no nombre personas."),
    )
    withheld = forms.ChoiceField(
        label=_("Sus palabras en la página pública"),
        choices=[(AS_THEY_ARE, _("Como están")), *CitizenAnswer.Withheld.choices],
        required=False,
        initial=AS_THEY_ARE,
        help_text=_("Si no se publican, la página dice por qué. Qué día respondió y qué dice se publica siempre."),
    )

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.marked: dict[int, int] = {}

    def clean(self):
        values = super().clean()
        for mark in self.data.getlist("marked"):
            pk, _colon, revision = mark.partition(":")
            if pk.isdecimal() and revision.isdecimal() and len(pk) < 18 and len(revision) < 10:
                self.marked[int(pk)] = int(revision)
        if not self.marked:
            self.add_error(None, gettext("Marque al menos una respuesta."))
        elif self.is_about_words and self.data.get("withheld") == self.AS_THEY_ARE:
            self.add_error("withheld", gettext("Escoja si se publican, o por qué no."))
        elif not self.is_about_words and not values.get("reply", "").strip():
            self.add_error("reply", gettext("Escriba la respuesta."))
        return values

    @property
    def is_about_words(self) -> bool:
        """Whether only what is public of their words changes."""
        return self.data.get("do") == self.WITHHOLD
