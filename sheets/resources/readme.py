"""The first sheet of an exported plan: what the file is, when it was taken, how to edit it and bring it back."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone, translation

from display import dates
from plans.models import Plan
from sheets.resources.widgets import SPANISH

TITLE, HEADING = "Léame", "Cómo editar este plan y volverlo a subir"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
EXAMPLE = (
    "Número: 1.1", "Actividad: Mesa de diálogo con jóvenes", "Fase: 2. Formulación", "Lidera: Secretaría de Gobierno",
    "Clase de meta: Cantidad", "Meta: 4", "Unidad: encuentros",
)  # fmt: skip


def readme(plan: Plan, *, at: datetime, template: bool) -> list[str]:
    """Its lines, in Spanish as the headings are: a file goes from hand to hand."""
    with translation.override(SPANISH):
        moment = dates.moment(at)
    lines = [
        f"Plantilla del plan «{plan.title}», de {plan.entity.name}: las hojas vacías, para llenarlas y subirlas."
        if template
        else f"Plan «{plan.title}», de {plan.entity.name}, como estaba el {moment}.",
        "Es el plan entero. Edítelo y súbalo otra vez en «Importar»: antes de guardar verá cada diferencia.",
        "",
        "Cada hoja es una clase de fila: el plan, sus fases, líneas, grupos, actividades, espacios, asistencia…",
        "«Clave» dice qué fila es. No la cambie: así una fecha o un nombre corregidos son solo ese cambio.",
        "Una fila nueva va sin clave. En «Clave de la actividad» puede dejar vacío y escribir número y nombre.",
        "Una celda que usted vacía queda vacía en el plan. Una fila o una columna que borre no borran nada.",
        "Puede ordenar, filtrar, mover columnas y agregar las suyas: las que no son del plan no se leen.",
        "Las fechas son celdas de fecha. Donde «Precisión» dice «Solo el mes», vale el mes y no el día.",
        "Varios nombres en una celda (dependencias, grupos) van uno por línea.",
        "Vacío no es cero: en «Cantidad ejecutada», vacío es sin reportar y 0 es que no se hizo.",
        "En un CSV, un apóstrofo antes de =, +, - o @ impide que un texto se ejecute como fórmula: déjelo.",
        "En un plan aprobado lo prometido ya no cambia: una diferencia ahí se rechaza y se dice en qué celda.",
    ]
    if template:
        lines += ["", "Ejemplo de una fila de «Actividades»:", *(f"    {part}" for part in EXAMPLE)]
    else:  # inside a sentence, so that no program takes it for a date of its own
        stamp = timezone.localtime(at).isoformat(timespec="seconds")
        lines += [f"Momento de la descarga: {stamp}. No lo cambie: con él se sabe qué cambió después en el plan."]
    return lines


def moment_in(line: str) -> datetime | None:
    """When an export was made, if this is the line that says it."""
    match = _MOMENT.search(line)
    try:
        return datetime.fromisoformat(match[0]) if match else None
    except ValueError:  # somebody wrote another
        return None
