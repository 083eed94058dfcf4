"""The balance of a plan's commitments over some days, or over all of it: nothing of its execution."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from reports import periods
from reports.documents import DAYS, Kind
from reports.documents.dependency import words_of

KIND = Kind(
    slug="commitments",
    word="compromisos",
    name=gettext_lazy("Balance de compromisos"),
    title=gettext_lazy("Balance de compromisos con la ciudadanía"),
    about=gettext_lazy("Qué se prometió, qué vencía, qué se cumplió y quién responde: en todo el plan o en unos días."),
    sections=(
        "resumen",
        "compromisos",
        "cambio",
        "responsables",
        "observaciones",
        "recomendaciones",
        "plan",
        "metodo",
        "registros",
    ),
    period_of=lambda plan, month, days: periods.of_days_or_whole(plan, days),
    days_of=periods.days_of,
    cutoff_of=lambda plan, period: periods.days_of(plan, period)[1],
    words_of=words_of,
    takes=(DAYS,),
    order=5,
)
