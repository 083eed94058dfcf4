"""What those who were promised say of it, without an account, and what the entity answers them."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from commitments.models.commitment import Commitment
from display.dates import add_working_days
from records import audit
from records.locks import Revised
from records.texts import TypedText

DAYS_TO_REPLY = 15  # working days: as any petition (Ley 1755 de 2015, art. 14)
IS_OPEN = Q(kind="disputes", replied_on=None)  # until the entity replies nobody verifies the promise


def reply_by(answered_on: date) -> date:
    return add_working_days(answered_on, DAYS_TO_REPLY)


class CitizenAnswerQuerySet(models.QuerySet):
    def disputes(self):
        return self.filter(kind=CitizenAnswer.Kind.DISPUTES)

    def open(self):
        return self.filter(IS_OPEN)


class CitizenAnswer(Revised):
    """Nothing of the person or the device is kept, nor the hour. It never changes the state of the promise."""

    class Kind(models.TextChoices):
        CONFIRMS = "confirms", _("Sí se cumplió")
        DISPUTES = "disputes", _("No se cumplió")

    class Withheld(models.TextChoices):
        NOT = "", _("Se publica")
        PERSONAL = "personal", _("Nombra a personas o tiene datos personales")
        ABUSE = "abuse", _("Insulta o amenaza")
        ELSEWHERE = "elsewhere", _("No es sobre este compromiso")

    LONGEST = 2_000

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="answers", verbose_name=_("compromiso"))
    kind = models.CharField(_("qué dice"), max_length=10, choices=Kind.choices, editable=False)
    text = TypedText(_("lo que escribió"), blank=True, max_length=LONGEST, editable=False)
    same_text = models.CharField(max_length=32, editable=False)  # digest of its words, so that none is told twice
    answered_on = models.DateField(_("respondió el"), editable=False)
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # a form sent twice is one answer
    withheld = models.CharField(
        _("sus palabras en la página pública"), max_length=10, choices=Withheld.choices, blank=True
    )
    reply = TypedText(_("respuesta de la entidad"), blank=True, help_text=_("Sale en la página pública."))
    replied_on = models.DateField(_("respondida el"), null=True, editable=False)
    replied_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("quién respondió")
    )

    objects = CitizenAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("respuesta de la ciudadanía")
        verbose_name_plural = _("respuestas de la ciudadanía")
        ordering = ["answered_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="disputes") | Q(text__gt=""),
                name="citizen_answer_dispute_says_why",
                violation_error_message=_("Cuente qué falta o qué pasó."),
            ),
            models.CheckConstraint(
                condition=Q(replied_on=None, reply="", replied_by=None) | Q(replied_on__isnull=False, reply__gt=""),
                name="citizen_answer_reply_complete",
                violation_error_message=_("Escriba la respuesta."),
            ),
            models.UniqueConstraint(
                "commitment",
                "kind",
                "same_text",
                condition=Q(kind="disputes", replied_on=None),
                name="citizen_answer_dispute_once",
                violation_error_message=_("Eso mismo ya se dijo de este compromiso, y espera respuesta."),
            ),
        ]

    def __str__(self):
        return f"n.º {self.pk}"

    @property
    def entity_id(self) -> int:
        return self.commitment.plan.entity_id

    @property
    def is_open(self) -> bool:
        return self.kind == self.Kind.DISPUTES and self.replied_on is None

    @property
    def reply_by(self) -> date:
        return reply_by(self.answered_on)

    def is_told(self, on: date) -> bool:
        """Whether its words are public: once the entity answered, or had the time to."""
        return bool(self.text) and not self.withheld and (self.replied_on is not None or on > self.reply_by)

    def answers_for(self, dependency) -> bool:
        return self.commitment.answers_for(dependency)


# Of an answer the trail keeps what the entity does with it: never its text, which is of a citizen.
audit.register(CitizenAnswer, exclude=["revision", "text", "same_text", "form_key"], personal=["text"])
places.register(
    CitizenAnswer,
    "commitments:commitment_detail",
    key="commitment",
    plan="commitment__plan",
    dependency="commitment__responsible",
)
