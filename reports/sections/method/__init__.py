"""How the report counts: only the rules that it used, in the words that they had; and how a copy is verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display.text import enumeration
from reports.scope import Scope
from reports.sections import Section

if TYPE_CHECKING:
    from reports.envelope import Snapshot


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    text: str
    of: str = ""  # slug of the section that it explains: without that section it is not printed


@dataclass(frozen=True, slots=True)
class Facts:
    rules: tuple[Rule, ...]
    address: str  # of the report, public
    verification: str  # of the page where a copy is compared


def collect(scope: Scope) -> Facts:
    return Facts(rules=tuple(_rules(scope)), address=scope.address, verification=scope.verification)


def view(facts: Facts, snapshot: Snapshot) -> dict:
    rules = [rule for rule in facts.rules if not rule.of or snapshot.facts(rule.of) is not None]
    if left_out := snapshot.edition.left_out:
        text = _("De las secciones de esta clase de informe, la entidad no incluyó: %(titles)s.")
        titles = enumeration(f"«{title}»" for title in left_out.values())
        rules.append(Rule(_("Lo que no lleva"), text % {"titles": titles}))
    return {"rules": rules}


def _rules(scope: Scope) -> Iterator[Rule]:
    if scope.dependency:
        yield Rule(_("La dependencia"), _of_dependency(scope))
    if "ejecucion" in scope.sections:
        yield from _of_execution(scope)
    yield Rule(
        _("Personas participantes"),
        _(
            "Se toman de los listados de asistencia. Los meses no se suman, porque una misma persona pudo participar "
            "en varios. Las métricas virtuales no son personas participantes."
        ),
        of="participantes",
    )
    if scope.balance.made:
        yield Rule(_("Compromisos"), _commitments(scope), of="compromisos")
    yield Rule(
        _("Signos"),
        _(
            "Un guion (–) dice que nadie registró el dato; un 0, que no hubo; «no aplica», que la cuenta no tiene "
            "sentido, como el porcentaje de nada."
        ),
    )


def _of_execution(scope: Scope) -> Iterator[Rule]:
    result, unit = scope.progress, scope.plan.unit
    units = {"unit": unit.one, "units": unit.many}
    if not result.only_targets:
        yield Rule(
            capfirst(unit.many),
            _(
                "Cada %(unit)s es algo que el plan programa en una fecha: un encuentro, una entrega, un producto. En "
                "%(units)s se hacen todas las cuentas de ejecución."
            )
            % units,
        )
        yield Rule(
            _("Ejecución"),
            _(
                "Es lo ejecutado sobre lo programado vigente que vencía hasta el corte. El total es la suma de lo "
                "ejecutado entre la suma de lo programado, nunca un promedio de porcentajes. Los porcentajes llevan un "
                "decimal."
            ),
        )
        extra = _(" Lo hecho por encima se muestra aparte y no compensa lo que faltó.") if result.total.excess else ""
        yield Rule(_("Tope"), _("Cada %(unit)s cuenta como máximo lo que programó.") % units + extra)
    if result.targets.total:
        yield Rule(
            _("Metas en porcentaje"),
            _(
                "Una meta en porcentaje no entra en ninguna cuenta de %(units)s. Su resultado es lo atendido entre lo "
                "recibido en los cortes que vencían y se reportaron, y se compara con la meta. Se cuenta cuántas metas "
                "se cumplieron, de las que vencían y tuvieron casos; nunca se promedian. Sin casos que atender se dice "
                "«sin demanda»; si falta el reporte de un corte, «sin reporte», y la meta cuenta como no cumplida."
            )
            % units,
        )
    if changes := _changes(scope):
        yield Rule(_("Cambios de fecha"), changes)
    if result.misses:
        yield Rule(
            _("Sin causa registrada"),
            _(
                "Es lo que no se ejecutó y cuya causa nadie ha registrado. Lo que no tiene reporte cuenta como no "
                "ejecutado y se dice aparte. Un informe se puede publicar así, y lo dice."
            ),
        )
    if len(result.blocks) > 1:
        yield Rule(
            _("Estrategia o dependencia"),
            _(
                "Cada actividad está en una sola: su línea o estrategia; si no tiene, la dependencia que la lidera. "
                "Por eso suman el total."
            ),
        )


def _of_dependency(scope: Scope) -> str:
    text = _(
        "Este informe es solo de lo que el plan encarga a «%(name)s»: las actividades que la nombran y las que son de "
        "todas las dependencias, y los compromisos de que responde."
    )
    if len(scope.dependencies) > 1:
        text = _(
            "Este informe es solo de lo que el plan encarga a «%(name)s» y a las que dependen de ella: las actividades "
            "que nombran a alguna y las que son de todas las dependencias, y los compromisos de que responden."
        )
    apart = _(
        "Una actividad de varias dependencias está completa en el informe de cada una: esos informes no suman el del "
        "plan."
    )
    return f"{text % {'name': scope.dependency.name}} {apart}"


def _changes(scope: Scope) -> str:
    """Of what changed its date in this plan; "" when nothing did."""
    result = scope.progress
    parts = []
    if result.added or result.withdrawn:
        parts += [
            _("Lo que se reprograma dentro de la vigencia cambia de mes y sigue contando."),
            _(
                "Lo que se retira antes de su fecha, con su aprobación, deja de contar y queda a la vista en la línea "
                "base."
            ),
        ]
        if scope.plan.changes.approved().filter(decided_on__lte=scope.cutoff).exists():
            parts.append(
                _(
                    "Lo aprobado no se corrige: lo que cambia sale del plan y entra de nuevo, y por eso está en lo "
                    "retirado y en lo agregado. Ninguna cifra de un corte anterior se mueve."
                )
            )
    if result.carried_over:
        parts.append(_("Lo que pasa a la vigencia siguiente cuenta como no ejecutado en esta."))
    return " ".join(parts)


def _commitments(scope: Scope) -> str:
    text = _(
        "Un compromiso está cumplido si se reportó como cumplido o la ciudadanía lo verificó. Vence el día de su plazo "
        "y está vencido desde el siguiente, mientras siga abierto. El cumplimiento es lo cumplido sobre lo que vencía "
        "hasta el corte, ese día incluido, no sobre todo lo adquirido."
    )
    if not scope.balance.undated:
        return text
    return f"{text} " + _(
        "De lo que se cerró en un día que nadie registró solo se sabe hasta cuándo pudo ser: antes de ese día se "
        "cuenta aparte, y desde él como cerrado."
    )


SECTION = Section(
    slug="metodo",
    title=gettext_lazy("Cómo se hizo este informe"),
    facts=Facts,
    collect=collect,
    view=view,
    required=gettext_lazy("dice cómo se cuenta y cómo se verifica una copia."),
)
