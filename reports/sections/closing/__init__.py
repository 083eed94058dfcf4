"""The chapters of the plan that come after what it promises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from plans.models import PlanChapter
from reports.sections.opening import section

SECTION = section("cierre", gettext_lazy("Capítulos de cierre"), PlanChapter.Purpose.CLOSING)
