"""The norms that the plan names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from plans.models import PlanChapter
from reports.sections.opening import section

SECTION = section("marco", gettext_lazy("Marco legal"), PlanChapter.Purpose.LEGAL)
