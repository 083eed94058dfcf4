"""What people answer about a space, without an account, and the themes that gather what they write."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from activities.models.session import Session
from plans.models import Plan
from records import audit
from records.locks import Revised
from records.texts import TypedText


class SurveyResponse(models.Model):
    """What one person answered about a space. Nothing of the person or the device is kept, nor the hour."""

    class Degree(models.TextChoices):
        A_LOT = "a_lot", _("Mucho")
        ENOUGH = "enough", _("Bastante")
        LITTLE = "little", _("Poco")
        NOTHING = "nothing", _("Nada")

    class Return(models.TextChoices):
        YES = "yes", _("Sí")
        MAYBE = "maybe", _("Tal vez")
        NO = "no", _("No")

    session = models.ForeignKey(Session, models.PROTECT, related_name="responses", verbose_name=_("espacio"))
    usefulness = models.CharField(_("¿Le fue útil?"), max_length=10, choices=Degree.choices)
    clarity = models.CharField(_("¿Fue clara la información?"), max_length=10, choices=Degree.choices)
    would_return = models.CharField(_("¿Volvería a un espacio como este?"), max_length=10, choices=Return.choices)
    answered_on = models.DateField(_("respondida el"))
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # a form sent twice is one answer

    RATINGS = ("usefulness", "clarity", "would_return")

    class Meta:
        verbose_name = _("respuesta de evaluación")
        verbose_name_plural = _("respuestas de evaluación")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(usefulness__in=["a_lot", "enough", "little", "nothing"])
                & Q(clarity__in=["a_lot", "enough", "little", "nothing"])
                & Q(would_return__in=["yes", "maybe", "no"]),
                name="survey_response_is_complete",
                violation_error_message=_("Falta responder una de las tres preguntas."),
            ),
        ]

    def __str__(self):
        return f"n.º {self.pk}"

    @property
    def entity_id(self) -> int:
        return self.session.activity.plan.entity_id


class Theme(Revised):
    """What several opinions of a plan's spaces are about."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="themes", verbose_name=_("plan"))
    name = models.CharField(_("nombre"), max_length=80)

    class Meta:
        verbose_name = _("tema de las opiniones")
        verbose_name_plural = _("temas de las opiniones")
        ordering = ["pk"]  # each keeps its key on the screen that groups
        constraints = [
            models.UniqueConstraint(
                "plan",
                "name",
                name="theme_name_unique",
                violation_error_message=_("El plan ya tiene un tema con ese nombre."),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("activities:theme_update", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class Opinion(Revised):
    """What a person wrote in an answer: private, unless planning marks that it may be quoted."""

    class Question(models.TextChoices):
        LIKED = "liked", _("¿Qué le gustó?")
        IMPROVE = "improve", _("¿Qué se puede mejorar?")

    LONGEST = 1_000

    response = models.ForeignKey(SurveyResponse, models.PROTECT, related_name="opinions", verbose_name=_("respuesta"))
    question = models.CharField(_("pregunta"), max_length=10, choices=Question.choices, editable=False)
    text = TypedText(_("lo que escribió"), max_length=LONGEST, editable=False)
    themes = models.ManyToManyField(Theme, blank=True, related_name="opinions", verbose_name=_("temas"))
    is_quotable = models.BooleanField(
        _("Se puede citar"),
        default=False,
        help_text=_("Sale en los informes tal como está. No la marque si nombra a alguien o deja saber quién la dijo."),
    )

    class Meta:
        verbose_name = _("opinión")
        verbose_name_plural = _("opiniones")
        ordering = ["-question", "pk"]  # what they liked, then what can improve
        constraints = [
            models.UniqueConstraint(
                "response",
                "question",
                name="opinion_once_a_question",
                violation_error_message=_("Esa pregunta ya tiene respuesta."),
            ),
            models.CheckConstraint(
                condition=Q(text__gt=""),
                name="opinion_says_something",
                violation_error_message=_("Una opinión vacía no se guarda."),
            ),
        ]

    def __str__(self):
        return f"n.º {self.pk}"

    @property
    def entity_id(self) -> int:
        return self.response.session.activity.plan.entity_id


# An answer is written once, by whom nobody knows, and is its own record. Of an opinion the trail keeps what planning
# does with it: never its text, which is of a citizen.
audit.register(Theme, exclude=["revision"])
audit.register(Opinion, exclude=["revision", "text"], personal=["text"])
places.register(Theme, "activities:survey_results", plan="plan")
places.register(Opinion, "activities:survey_results", plan="response__session__activity__plan")
