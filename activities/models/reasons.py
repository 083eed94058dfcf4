"""Why something that was planned does not happen as it was: one catalogue, of reports and of requests."""

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Reason(TextChoices):
    AGENDA = "agenda", _("Cruce de agendas")
    GROUPS = "groups", _("Lo pidieron los grupos convocados")
    ATTENDANCE = "attendance", _("No hubo quórum o inscripciones")
    LOGISTICS = "logistics", _("Logística o lugar")
    BUDGET = "budget", _("Presupuesto o contratación")
    FORCE_MAJEURE = "force_majeure", _("Fuerza mayor: clima, orden público, emergencia")
    NORM = "norm", _("Cambió una norma o una orden")
    STAFF = "staff", _("Cambio en el equipo o en la dependencia")
    OTHER = "other", _("Otro motivo")

    @property
    def own_words(self) -> str:
        """As it is stored and published, whoever chose it in whatever language."""
        with override(settings.LANGUAGE_CODE):
            return str(self.label)
