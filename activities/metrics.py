"""Kinds of metrics: a small catalogue, open to any other name (model: Metric)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from display.text import normalise


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of metric; `label` and `unit` are printed."""

    label: str
    unit: str
    synonyms: tuple[str, ...] = ()


PARTICIPANTS = "participantes"  # stands in for the sessions' attendance of its activity and period
# The synonyms carry the English names, which the suggestions show under /en/: a kind does not depend on the language.
CATALOGUE: dict[str, Measure] = {
    PARTICIPANTS: Measure(_("Participantes"), _("personas"), ("asistentes", "personas participantes", "participants")),
    "alcance": Measure(_("Personas alcanzadas"), _("personas"), ("personas alcanzadas", "people reached")),
    "reproducciones": Measure(_("Reproducciones"), _("reproducciones"), ("plays",)),
    "visualizaciones": Measure(
        _("Visualizaciones"), _("visualizaciones"), ("vistas", "visualizaciones en youtube", "views")
    ),
    "visitas": Measure(_("Visitas"), _("visitas"), ("visitas a la plataforma", "visits")),
    "minutos reproducidos": Measure(_("Minutos reproducidos"), _("minutos"), ("minutos", "minutes played")),
    "veces compartido": Measure(_("Veces compartido"), _("veces"), ("compartidos", "veces compartida", "times shared")),
    "interacciones": Measure(_("Interacciones"), _("interacciones"), ("interactions",)),
    "publicaciones": Measure(_("Publicaciones"), _("publicaciones"), ("publicaciones en medios", "publications")),
    "transmisiones": Measure(_("Transmisiones"), _("transmisiones"), ("broadcasts",)),
    "conferencistas": Measure(_("Conferencistas"), _("personas"), ("speakers",)),
    "paises": Measure(_("Países"), _("países"), ("countries",)),
}
_KEYS = {normalise(name): key for key, measure in CATALOGUE.items() for name in (key, *measure.synonyms)}


def kind_of(name: str) -> str:
    """The catalogue's key ("Asistentes" → "participantes"), else the name normalised."""
    key = normalise(name)
    return _KEYS.get(key, key)


def unit_of(kind: str) -> str:
    return str(CATALOGUE[kind].unit) if kind in CATALOGUE else ""
