from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SheetsConfig(AppConfig):
    name = "sheets"
    verbose_name = _("Hojas de cálculo")

    def ready(self):
        from records import jobs  # models are not ready before

        # 20,000 rows take half a minute.
        jobs.register("sheet.preview", jobs.Work("sheets.work.preview", limit=2 * 60))
        jobs.register("sheet.import", jobs.Work("sheets.work.bring_in", limit=10 * 60))
