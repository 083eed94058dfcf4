"""Every piece of the pages in every state, on one page that exists while developing (`DEBUG`): /componentes/."""

from fractions import Fraction

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from display import charts
from display.charts import Bar
from display.templatetags.ui import LOOKS, TONE_ICONS
from display.widgets import date_input


class Sample(forms.Form):
    """One field of each kind, with its help; posted empty it shows its errors."""

    name = forms.CharField(label="Nombre", max_length=200, help_text="Como la conoce la gente.")
    text = forms.CharField(label="Descripción", widget=forms.Textarea, required=False)
    number = forms.IntegerField(label="Meta", min_value=0)
    day = forms.DateField(label="Fecha", widget=date_input())
    phase = forms.ChoiceField(label="Fase", choices=[("", "Sin fase"), ("1", "1. Diagnóstico")], required=False)
    sure = forms.BooleanField(label="Por fuera del plan", required=False)
    way = forms.ChoiceField(
        label="Modalidad", widget=forms.RadioSelect, choices=[("a", "Presencial"), ("b", "Virtual")], initial="a"
    )
    groups = forms.MultipleChoiceField(
        label="Grupos de valor",
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "Juventud"), ("2", "Juntas de acción comunal")],
    )
    file = forms.FileField(label="Archivo", required=False)


@require_safe
@login_not_required
def gallery(request):
    context = {
        "bars": BARS,
        "looks": list(LOOKS),
        "tones": TONE_ICONS,
        "form": Sample(),
        "refused": Sample({"name": "", "number": "-1", "day": "31/02/2026"}),
        "page": Paginator(range(400), 50).page(3),
        "levels": [Message(level, text) for level, text in LEVELS],
        "long": "Encuentro con las organizaciones de víctimas y las mesas de participación de las veredas " * 4,
    }
    return render(request, "display/gallery.html", context)


BARS = [
    Bar("Secretaría de Planeación", Fraction(1), "100,0 %", "10 de 10", charts.COMPLETE),
    Bar("Secretaría de Gobierno", Fraction(10, 16), "62,5 %", "10 de 16", charts.UNEXPLAINED, url="#cifras"),
    Bar("Secretaría de Desarrollo Social", Fraction(9, 10), "90,0 %", "9 de 10", charts.EXPLAINED, marks="a, b"),
    Bar("Enlace de Víctimas " * 9, Fraction(0), "0,0 %", "0 de 7", charts.UNEXPLAINED),
    Bar("Despacho", None, "Sin reporte: 3 espacios por hacer", "", charts.NOTHING),
]

LEVELS = [
    (constants.SUCCESS, "Se guardó el espacio."),
    (constants.INFO, "El informe se está componiendo."),
    (constants.WARNING, "Hay 3 espacios sin reportar."),
    (constants.ERROR, "No se guardó: la fecha queda por fuera del plan."),
]
