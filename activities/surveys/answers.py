"""The answers of a plan's spaces as the rows of a file, for who works on them. Of devices there is nothing to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from activities.models import Opinion, SurveyResponse
from activities.surveys.link import day_of
from display.dates import when
from matrices.workbook.neutral import neutral
from plans.models import Plan


def rows(plan: Plan, told: Collection[int]) -> Iterator[list[str]]:
    """The headings, and a row for each answer: three statements. Of a space that is not `told`, an answer does not say
    where it was given, and such answers come last in no order."""
    yield [
        *(_("Actividad"), _("Espacio")),
        *(str(SurveyResponse._meta.get_field(name).verbose_name) for name in SurveyResponse.RATINGS),
        *(text for question in Opinion.Question for text in (str(question.label), _("Temas"))),
    ]
    responses = SurveyResponse.objects.filter(session__activity__plan=plan).select_related("session__activity")
    placed, loose = [], []
    for response in responses.prefetch_related("opinions__themes").order_by("session", "form_key"):
        (placed if response.session_id in told else loose).append(response)
    for response in placed:
        yield [*_place(response), *_said(response)]
    for response in sorted(loose, key=lambda response: response.form_key):
        yield ["", "", *_said(response)]


def _place(response: SurveyResponse) -> list[str]:
    return [neutral(str(response.session.activity)), when(*day_of(response.session))]


def _said(response: SurveyResponse) -> list[str]:
    row = [str(getattr(response, f"get_{name}_display")()) for name in SurveyResponse.RATINGS]
    opinions = {opinion.question: opinion for opinion in response.opinions.all()}
    for question in Opinion.Question.values:
        opinion = opinions.get(question)
        row.append(neutral(opinion.text) if opinion else "")
        row.append(neutral("; ".join(theme.name for theme in opinion.themes.all())) if opinion else "")
    return row
