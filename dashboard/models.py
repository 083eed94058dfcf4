"""What a person saw and was told: when they last looked at a board, and what they were reminded of, by their choice."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Entity, User
from records import audit

A_VISIT = timedelta(hours=1)  # whoever comes back sooner still sees what was new


class Look(models.Model):
    """The last visit of a person to the board of an entity, and the one before it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("persona"))
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+", verbose_name=_("entidad"))
    at = models.DateTimeField(_("última visita"))
    before = models.DateTimeField(_("visita anterior"), null=True)

    class Meta:
        verbose_name = _("visita")
        verbose_name_plural = _("visitas")
        constraints = [
            models.UniqueConstraint(
                "person",
                "entity",
                name="look_unique",
                violation_error_message=_("Esa persona ya tiene su visita anotada en la entidad."),
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.at:%Y-%m-%d}"


def looked(person: User, entity: Entity, now: datetime) -> datetime | None:
    """Notes the visit; returns the moment since when things are new to the person, None the first time."""
    look, is_new = Look.objects.get_or_create(person=person, entity=entity, defaults={"at": now})
    if not is_new and now - look.at > A_VISIT:
        Look.objects.filter(pk=look.pk, at=look.at).update(before=look.at, at=now)
        return look.at
    return look.before


class Step(models.TextChoices):
    """Of what has a day: when it is reminded, in working days around it (`reminders/steps.py`)."""

    BEFORE = "before", _("antes de su día")
    NEXT_DAY = "next_day", _("el día hábil siguiente al suyo")
    THIRD_DAY = "third_day", _("3 días hábiles después de su día")
    SEVENTH_DAY = "seventh_day", _("7 días hábiles después de su día")
    BY_HAND = "by_hand", _("lo recordó planeación")
    # Of a promise to citizens.
    FIFTEEN_BEFORE = "15_before", _("15 días hábiles antes de su plazo")
    FIVE_BEFORE = "5_before", _("5 días hábiles antes de su plazo")
    ONE_BEFORE = "1_before", _("1 día hábil antes de su plazo")
    ON_DAY = "on_day", _("el día del plazo")
    WEEKLY = "weekly", _("cada semana, mientras siga vencido")


class Reminded(models.Model):
    """That a person was reminded of a row that had a day. Of each step once, whatever runs twice."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("persona"))
    target_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    due_on = models.DateField(_("para cuándo era"))  # what is moved to another day is reminded anew
    step = models.CharField(_("paso"), max_length=12, choices=Step.choices)
    week = models.PositiveSmallIntegerField(_("semana"), default=0)  # after its day, of what is told every week
    on = models.DateField(_("recordado el"))

    class Meta:
        verbose_name = _("recordatorio enviado")
        verbose_name_plural = _("recordatorios enviados")
        indexes = [
            models.Index(fields=["person", "on"], name="reminded_last"),
            models.Index(fields=["target_type", "target_id"], name="reminded_by_target"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "target_type", "target_id", "due_on", "step", "week"],
                name="reminded_once",
                violation_error_message=_("De eso ya se le avisó a esa persona en ese paso."),
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.get_step_display()}"


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Los lunes")
    TUESDAY = 1, _("Los martes")
    WEDNESDAY = 2, _("Los miércoles")
    THURSDAY = 3, _("Los jueves")
    FRIDAY = 4, _("Los viernes")


class ReminderChoice(models.Model):
    """What a person is reminded of, whatever the entity. Without a row: of all of it, on the day that it falls."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_choice", verbose_name=_("persona")
    )
    coming = models.BooleanField(_("Lo que viene en los próximos días"), default=True)
    owed = models.BooleanField(_("Lo que falta reportar, explicar, enviar o cumplir"), default=True)
    weekday = models.PositiveSmallIntegerField(_("Cuándo"), choices=Weekday.choices, null=True, blank=True)

    class Meta:
        verbose_name = _("preferencia de recordatorios")
        verbose_name_plural = _("preferencias de recordatorios")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday=None) | Q(weekday__lte=4),
                name="reminder_choice_working_day",
                violation_error_message=_("Los recordatorios salen de lunes a viernes."),
            )
        ]

    def __str__(self):
        return str(self.person)

    @property
    def is_off(self) -> bool:
        return not (self.coming or self.owed)


audit.register(ReminderChoice)
