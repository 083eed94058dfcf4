"""Whom an entity serves, and who has a stake in what it does."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Entity
from records import audit
from records.locks import Revised
from records.texts import TypedText

CURRENT_YEARS = 2  # for how long a characterization holds


class Known(models.TextChoices):
    """What an entity knows of a group when a plan starts: computed, never stored."""

    MISSING = "missing", _("Sin caracterizar")
    UNDATED = "undated", _("Sin fecha")
    OLD = "old", _("Desactualizada")
    CURRENT = "current", _("Vigente")


class StakeholderGroup(Revised):
    """People whom the entity serves (value group) or who have a stake in what it does (interest group).

    Spreadsheets name one group in several ways: imports match its aliases, as those of dependencies.
    """

    class Kind(models.TextChoices):
        VALUE = "value", _("Grupo de valor")
        INTEREST = "interest", _("Grupo de interés")

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="groups", verbose_name=_("entidad"))
    name = models.CharField(_("nombre"), max_length=200)
    kind = models.CharField(_("clase"), max_length=10, choices=Kind.choices, default=Kind.VALUE)
    furag_category = models.CharField(_("categoría FURAG"), max_length=120, blank=True)
    aliases = TypedText(
        _("otros nombres"), max_length=20_000, blank=True, help_text=_("Uno por línea, como los escriben.")
    )
    characterization = TypedText(_("caracterización"), blank=True)
    characterized_on = models.DateField(_("caracterizado el"), null=True, blank=True)
    characterization_source = models.CharField(_("fuente de la caracterización"), max_length=300, blank=True)
    size_estimate = models.PositiveIntegerField(_("personas, aproximadamente"), null=True, blank=True)
    active = models.BooleanField(_("activo"), default=True)

    class Meta:
        verbose_name = _("grupo de valor o de interés")
        verbose_name_plural = _("grupos de valor y de interés")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "entity",
                "name",
                name="group_name_unique",
                violation_error_message=_("La entidad ya tiene un grupo con ese nombre."),
            )
        ]

    def __str__(self):
        return self.name

    def known(self, on: date) -> Known:
        """Of its characterization, for a plan that starts `on`."""
        if not self.characterization:
            return Known.MISSING
        if not self.characterized_on:
            return Known.UNDATED
        years = on.year - self.characterized_on.year
        # As (month, day), since 29 February has no anniversary in most years.
        over = (on.month, on.day) > (self.characterized_on.month, self.characterized_on.day)
        return Known.OLD if (years, over) >= (CURRENT_YEARS, True) else Known.CURRENT


audit.register(StakeholderGroup, exclude=["revision"])
places.register(StakeholderGroup, "plans:group_list")
