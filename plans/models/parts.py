"""What a plan is made of besides its activities: phases, strategic lines, chapters."""

import re

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import places
from plans.models.plan import Plan
from records import audit
from records.locks import Revised
from records.texts import TypedText


class CyclePhase(Revised):
    """A phase as the entity names it (or a subcomponent of an accountability plan), mapped to a stage to compare."""

    class Stage(models.TextChoices):
        DIAGNOSIS = "diagnosis", _("Diagnóstico")
        FORMULATION = "formulation", _("Formulación")
        IMPLEMENTATION = "implementation", _("Implementación")
        EVALUATION = "evaluation", _("Evaluación")
        CROSS_CUTTING = "cross_cutting", _("Transversal")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="phases", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("número"), validators=[MinValueValidator(1)])
    name = models.CharField(_("nombre"), max_length=200)
    stage = models.CharField(_("etapa del ciclo"), max_length=20, choices=Stage.choices, blank=True)

    class Meta:
        verbose_name = _("fase")
        verbose_name_plural = _("fases")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "number",
                name="phase_number_unique",
                violation_error_message=_("El plan ya tiene una fase con ese número."),
            )
        ]

    def __str__(self):
        """Numbered once: «Subcomponente 1. Diálogo» says its number itself."""
        said = re.match(r"(?:\w+\s+)?(\d{1,3})\b", self.name)
        return self.name if said and int(said[1]) == self.number else f"{self.number}. {self.name}"

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class StrategicLine(Revised):
    """A line, strategy or programme that gathers activities of several dependencies."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lines", verbose_name=_("plan"))
    name = models.CharField(_("nombre"), max_length=200)
    order = models.PositiveIntegerField(_("orden"), default=0)

    class Meta:
        verbose_name = _("línea estratégica")
        verbose_name_plural = _("líneas estratégicas")
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "name",
                name="line_name_unique",
                violation_error_message=_("El plan ya tiene una línea con ese nombre."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class PlanChapter(Revised):
    """A text of the plan's document, in the marks of `display/marks.py`; its purpose says where it stands."""

    class Purpose(models.TextChoices):
        TEXT = "text", _("Texto, antes de la matriz")
        LEGAL = "legal", _("Marco legal")
        # The three elements of accountability (Manual Único de Rendición de Cuentas), each a list of actions.
        INFORMATION = "information", _("Acciones de información")
        DIALOGUE = "dialogue", _("Acciones de diálogo")
        INCENTIVES = "incentives", _("Acciones de incentivos")
        CLOSING = "closing", _("Texto, después de la matriz")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="chapters", verbose_name=_("plan"))
    purpose = models.CharField(_("clase"), max_length=12, choices=Purpose.choices, default=Purpose.TEXT)
    title = models.CharField(_("título"), max_length=200)
    body = TypedText(_("texto"), max_length=100_000, blank=True)
    order = models.PositiveIntegerField(_("orden"), default=0)

    class Meta:
        verbose_name = _("capítulo")
        verbose_name_plural = _("capítulos")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "title",
                name="chapter_title_unique_in_plan",
                violation_error_message=_("El plan ya tiene un capítulo con ese título."),
            )
        ]

    def __str__(self):
        return self.title

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


for model in (CyclePhase, StrategicLine, PlanChapter):
    audit.register(model, exclude=["revision"])
places.register(CyclePhase, "plans:structure", plan="plan")
places.register(StrategicLine, "plans:structure", plan="plan")
places.register(PlanChapter, "plans:chapter_detail", key="pk", plan="plan")
