"""Recomendaciones, as people write them: a point per line."""

from django.utils.translation import gettext_lazy

from reports.sections import Nothing, Section, Text

SECTION = Section(
    slug="recomendaciones",
    title=gettext_lazy("Recomendaciones"),
    facts=Nothing,
    collect=lambda scope: Nothing(),
    view=lambda facts, snapshot: {},
    is_present=lambda facts, texts: bool(texts.get("recommendations")),
    texts=(
        Text(
            "recommendations",
            gettext_lazy("Recomendaciones"),
            gettext_lazy("Una por línea."),
            is_list=True,
        ),
    ),
)
