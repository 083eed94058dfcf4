from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Soportes")

    def ready(self):
        # Each app says what its kinds of job do, what people are told, what an installation may have forgotten,
        # what it published of rows that still change, and what it asks in the report of a space.
        autodiscover_modules("work", "notifications", "checks", "drift", "beside")
