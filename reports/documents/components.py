"""The report of a plan component by component, with the dates that it programmed and those on which they were met."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from reports.documents import Kind
from reports.documents.final import KIND as FINAL

KIND = Kind(
    slug="components",
    word="componentes",
    name=gettext_lazy("Informe por componentes"),
    title=gettext_lazy("Informe de monitoreo por componentes"),
    about=gettext_lazy("Cada fase, o estrategia o dependencia, con las fechas programadas y las cumplidas al corte."),
    sections=(
        *("resumen", "ejecucion", "componentes", "cambios-plan", "observaciones", "recomendaciones"),
        *("plan", "metodo", "firmas", "registros"),
    ),
    period_of=FINAL.period_of,
    days_of=FINAL.days_of,
    cutoff_of=FINAL.cutoff_of,
    words_of=FINAL.words_of,
    order=6,
)
