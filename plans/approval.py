"""What an approval checks: blockers, and warnings that do not block. Both are findings of `activities/quality`."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Session
from activities.quality import findings_of
from display.dates import day
from display.text import enumeration
from plans.models import Plan
from records.refusals import Blocker

# What warnings name one by one: it changes the figures of every report.
FIRST = ("sin-fecha", "sin-responsable")


def outside_dates(plan: Plan) -> list[Session]:
    """Sessions outside the unsaved dates of `plan`."""
    sessions = Session.objects.filter(activity__plan=plan, withdrawn_on=None).in_plan()
    return list(sessions.outside(plan.starts_on, plan.ends_on).select_related("activity"))


def named(sessions: list[Session], most: int = 5) -> str:
    # «1.2 Encuesta» del 3 de enero de 2027, … y 4 más
    names = [
        _("«%(activity)s» del %(day)s") % {"activity": session.activity, "day": day(session.planned_on)}
        for session in sessions[:most]
    ]
    if rest := len(sessions) - len(names):
        names.append(ngettext("y %(n)d más", "y %(n)d más", rest) % {"n": rest})
    return ", ".join(names)


def approval_blockers(plan: Plan) -> list[Blocker]:
    """Empty when the plan can be approved; the number of statements does not depend on its size."""
    return [
        Blocker(finding.said_of(match), match.url)
        for finding in findings_of(plan)
        if finding.blocks
        for match in finding.found
    ]


class Warned(NamedTuple):
    text: str
    names: str  # of the first activities that it is about
    url: str  # their list


def approval_warnings(plan: Plan) -> list[Warned]:
    """What changes the figures, then how much else asks for attention."""
    findings = [finding for finding in findings_of(plan) if finding.is_open and not finding.rule.blocks]
    by_code = {finding.code: finding for finding in findings}
    warnings = [
        Warned(finding.text, first_names([match.name for match in finding.found]), finding.list_url)
        for code in FIRST
        if (finding := by_code.pop(code, None))
    ]
    if rest := len(by_code):
        text = ngettext("%(n)d cosa más pide atención.", "%(n)d cosas más piden atención.", rest) % {"n": rest}
        titles = enumeration([str(finding.rule.title) for finding in list(by_code.values())[:3]])
        url = reverse("activities:completeness", args=[plan.entity.slug, plan.slug])
        warnings.append(Warned(text, titles if rest <= 3 else f"{titles}…", url))
    return warnings


def first_names(names: list[str], most: int = 3) -> str:
    """ "«1.2 Encuesta», «1.4 Foro», «2.1 Feria» y 4 más"."""
    shown = [f"«{Truncator(name).chars(80)}»" for name in names[:most]]
    if rest := len(names) - len(shown):
        shown.append(ngettext("%(n)d más", "%(n)d más", rest) % {"n": rest})
    return enumeration(shown)
