"""The states of a commitment."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    RECORDED = "recorded", _("Registrado")
    IN_PROGRESS = "in_progress", _("En avance")
    REPORTED_DONE = "reported_done", _("Reportado como cumplido")
    VERIFIED = "verified", _("Verificado con la ciudadanía")
    PARTLY_DONE = "partly_done", _("Cumplido en parte")
    NOT_VIABLE = "not_viable", _("No viable")
    BREACHED = "breached", _("Incumplido")
    CARRIED_OVER = "carried_over", _("Pasa a otra vigencia")


FULFILLED = (State.REPORTED_DONE, State.VERIFIED)
UNKEPT = (State.NOT_VIABLE, State.BREACHED, State.CARRIED_OVER)
CLOSED = (*FULFILLED, *UNKEPT)
