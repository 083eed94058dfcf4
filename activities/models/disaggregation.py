"""Who came, by differential variable: optional, as each person told it, in one space."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import places
from activities.models.session import Session
from records import audit

UNSAID = {"no_answer": _("No responde"), "no_data": _("Sin dato")}  # in every variable
YES_NO = {"yes": _("Sí"), "no": _("No")}


@dataclass(frozen=True)
class Variable:
    label: str
    own: dict[str, str]

    @property
    def values(self) -> dict[str, str]:
        return self.own | UNSAID


# The guide of DANE for the differential approach; the ages are those of Colombian laws.
VARIABLES: dict[str, Variable] = {
    "sex": Variable(_("Sexo"), {"woman": _("Mujer"), "man": _("Hombre"), "intersex": _("Intersexual")}),
    "gender": Variable(
        _("Identidad de género"),
        {
            "female": _("Femenina"),
            "male": _("Masculina"),
            "trans": _("Transgénero"),
            "non_binary": _("No binaria"),
            "other": _("Otra"),
        },
    ),
    "orientation": Variable(
        _("Orientación sexual"),
        {"hetero": _("Heterosexual"), "homo": _("Homosexual"), "bi": _("Bisexual"), "other": _("Otra")},
    ),
    "ethnicity": Variable(
        _("Pertenencia étnica"),
        {
            "indigenous": _("Indígena"),
            "rrom": _("Rrom"),
            "raizal": _("Raizal"),
            "palenquero": _("Palenquera"),
            "black": _("Negra, afrocolombiana"),
            "none": _("Ninguna"),
        },
    ),
    "disability": Variable(_("Con discapacidad"), YES_NO),
    "life_stage": Variable(
        _("Ciclo de vida"),
        {
            "early": _("Primera infancia, 0 a 5"),
            "child": _("Infancia, 6 a 11"),
            "teen": _("Adolescencia, 12 a 17"),
            "young": _("Juventud, 18 a 28"),
            "adult": _("Adultez, 29 a 59"),
            "older": _("Persona mayor, 60 o más"),
        },
    ),
    "victim": Variable(_("Víctima del conflicto"), YES_NO),
    "peasant": Variable(_("Campesinado"), YES_NO),
    "peace_signatory": Variable(_("Firmante de paz"), YES_NO),
    "migrant": Variable(_("Migrante"), YES_NO),
    "rurality": Variable(_("Dónde vive"), {"urban": _("Zona urbana"), "rural": _("Zona rural")}),
}
CELLS = [(name, value) for name, variable in VARIABLES.items() for value in variable.values]


class Disaggregation(models.Model):
    """How many of a session's people gave a value of a variable; `activities.differential` says what is published."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="disaggregations", verbose_name=_("espacio"))
    variable = models.CharField(
        _("variable"), max_length=20, choices=[(name, variable.label) for name, variable in VARIABLES.items()]
    )
    value = models.CharField(_("valor"), max_length=20)
    people = models.PositiveIntegerField(_("personas"))

    class Meta:
        verbose_name = _("conteo diferencial")
        verbose_name_plural = _("conteos diferenciales")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "session",
                "variable",
                "value",
                name="disaggregation_unique",
                violation_error_message=_("El espacio ya tiene ese conteo."),
            ),
        ]

    def __str__(self):
        return f"{self.get_variable_display()}, {self.in_words}: {self.people}"

    @property
    def entity_id(self) -> int:
        return self.session.activity.plan.entity_id

    @property
    def in_words(self) -> str:
        return str(VARIABLES[self.variable].values[self.value])


audit.register(Disaggregation)
places.register(
    Disaggregation,
    "activities:session_detail",
    key="session",
    plan="session__activity__plan",
    dependency="session__activity__responsibilities__dependency",
)
