"""Who may take part in the plan, by which means and which units answer (Decreto 1081 de 2015, art. 2.1.1.2.2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.remarks import Remark
from reports.scope import Scope
from reports.sections import Section

if TYPE_CHECKING:
    from reports.envelope import Snapshot


@dataclass(frozen=True, slots=True)
class Facts:
    who: str
    means: str
    units: str


def collect(scope: Scope) -> Facts:
    plan = scope.plan
    texts = (plan.who_may_participate, plan.participation_means, plan.responsible_units)
    return Facts(*(text.strip() for text in texts))


def view(facts: Facts, snapshot: Snapshot) -> dict:
    said = (
        (_("Quiénes pueden participar"), facts.who),
        (_("Por qué medios"), facts.means),
        (_("Qué dependencias responden"), facts.units),
    )
    return {"answers": [(head, text) for head, text in said if text]}


def checks(facts: Facts, scope: Scope) -> Iterable[Remark]:
    lacks = [words for words, text in zip(QUESTIONS, (facts.who, facts.means, facts.units), strict=True) if not text]
    for words in lacks:
        yield Remark(_("El plan no dice %(what)s: dígalo entre sus datos.") % {"what": words})


QUESTIONS = (
    gettext_lazy("quiénes pueden participar"),
    gettext_lazy("por qué medios se participa"),
    gettext_lazy("qué dependencias responden"),
)
SECTION = Section(
    slug="participar",
    title=gettext_lazy("Cómo se participa"),
    facts=Facts,
    collect=collect,
    view=view,
    checks=checks,
    is_present=lambda facts, texts: bool(facts.who or facts.means or facts.units),
)
