from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Informes")

    def ready(self):
        from records import jobs  # models are not ready before

        for kind in ("report.preview", "report.publish"):
            # A report of 10,000 rows takes about one minute.
            jobs.register(kind, jobs.Work("reports.rendering.perform", limit=15 * 60))
