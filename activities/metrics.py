"""What is measured besides attendance: a small catalogue, open to any other name (model: Metric)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from plans.importing.names import normalise


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of metric: its name in print, its unit, and whether months may be added."""

    label: str
    unit: str
    additive: bool
    synonyms: tuple[str, ...] = ()


PARTICIPANTS = "participantes"  # stands in for the sessions' attendance of its activity and period
CATALOGUE: dict[str, Measure] = {
    PARTICIPANTS: Measure(_("Participantes"), _("personas"), False, ("asistentes", "personas participantes")),
    "alcance": Measure(_("Alcance"), _("personas"), False, ("personas alcanzadas",)),
    "reproducciones": Measure(_("Reproducciones"), _("reproducciones"), True),
    "visualizaciones": Measure(
        _("Visualizaciones"), _("visualizaciones"), True, ("vistas", "visualizaciones en youtube")
    ),
    "visitas": Measure(_("Visitas"), _("visitas"), True, ("visitas a la plataforma",)),
    "minutos reproducidos": Measure(_("Minutos reproducidos"), _("minutos"), True, ("minutos",)),
    "veces compartido": Measure(_("Veces compartido"), _("veces"), True, ("compartidos", "veces compartida")),
    "interacciones": Measure(_("Interacciones"), _("interacciones"), True),
    "publicaciones": Measure(_("Publicaciones"), _("publicaciones"), True, ("publicaciones en medios",)),
    "transmisiones": Measure(_("Transmisiones"), _("transmisiones"), True),
    "conferencistas": Measure(_("Conferencistas"), _("personas"), False),
    "paises": Measure(_("Países"), _("países"), False),
}
_KEYS = {normalise(name): key for key, measure in CATALOGUE.items() for name in (key, *measure.synonyms)}


def kind_of(name: str) -> str:
    """The kind of a metric by its name: one of the catalogue ("Asistentes" → "participantes"), else its own words."""
    key = normalise(name)
    return _KEYS.get(key, key)


def unit_of(kind: str) -> str:
    """Its unit in words; "" when the catalogue does not know the kind."""
    return str(CATALOGUE[kind].unit) if kind in CATALOGUE else ""
