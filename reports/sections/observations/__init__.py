"""Observaciones, as people write them: a point per line."""

from django.utils.translation import gettext_lazy

from reports.sections import Nothing, Section, Text

SECTION = Section(
    slug="observaciones",
    title=gettext_lazy("Observaciones"),
    facts=Nothing,
    collect=lambda scope: Nothing(),
    view=lambda facts, snapshot: {},
    is_present=lambda facts, texts: bool(texts.get("observations")),
    texts=(
        Text(
            "observations",
            gettext_lazy("Observaciones"),
            gettext_lazy("Una por línea."),
            is_list=True,
        ),
    ),
)
