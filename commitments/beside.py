"""The promises of a space, written in its report (activities/beside.py)."""

from collections.abc import Iterable

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import RIGHTS, Permission, memberships
from activities.beside import Part, register
from commitments import actions, codes
from commitments.models.commitment import LAST_DEADLINE, TOO_FAR
from display.widgets import date_input
from records.audit import Act, Pair
from records.texts import TypedTextField


class PromiseForm(forms.Form):
    text = TypedTextField(
        label=_("A qué se comprometieron"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Se publica tal como lo escribe: no nombre personas."),
    )
    due_on = forms.DateField(label=_("Para cuándo"), widget=date_input())


@register
class PromisesPart(Part):
    """With whoever answers for the space, and before those for whom it is."""

    name = "promise"
    legend = _("Compromisos")
    another = _("Otro compromiso")
    more = _("Si hay más, agréguelos después en la página del espacio. Ahí se cambia también quién responde.")
    form = PromiseForm

    @classmethod
    def is_asked(cls, session, by) -> bool:
        own = memberships(by, session.entity_id)
        return any(Permission.RECORD_COMMITMENT in RIGHTS[membership.role] for membership in own)

    def check_one(self, form: forms.Form) -> None:
        due_on, held_on = form.cleaned_data.get("due_on"), self.session.held_on
        if due_on and held_on and due_on < held_on and self.session.held_precision == "day":
            form.add_error("due_on", gettext("El plazo no puede ser anterior al día en que se adquirió."))
        elif due_on and due_on > LAST_DEADLINE:
            form.add_error("due_on", TOO_FAR)
        text = form.cleaned_data.get("text", "").strip()
        if text and [other.data.get(other.add_prefix("text"), "").strip() for other in self.typed].count(text) > 1:
            form.add_error("text", gettext("Está dos veces: deje una, o diga en qué se distinguen."))

    def hold(self) -> models.QuerySet | None:
        return codes.hold(self.session.entity_id) if self.typed else None

    def save(self) -> Iterable[Pair | Act]:
        promises = {form.cleaned_data["text"].strip(): form.cleaned_data["due_on"] for form in self.typed}
        own = [row.dependency for row in memberships(self.by, self.session.entity_id) if row.dependency]
        return actions.record_promises(
            session=self.session, promises=promises, responsible=own, groups=self.groups, is_held=self.is_held
        )
