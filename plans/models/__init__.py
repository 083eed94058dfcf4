"""What was promised: plans and their parts, stakeholder groups, approved versions."""

from plans.cutoffs import Cutoff
from plans.models.group import StakeholderGroup
from plans.models.parts import CyclePhase, PlanChapter, StrategicLine
from plans.models.plan import MOST_YEARS, Justification, NoProposal, Plan, PlanQuerySet, Signatory
from plans.models.version import PlanVersion
from records import audit

__all__ = [
    "MOST_YEARS", "Cutoff", "CyclePhase", "Justification", "NoProposal", "Plan", "PlanChapter", "PlanQuerySet",
    "PlanVersion", "Signatory", "StakeholderGroup", "StrategicLine",
]  # fmt: skip

audit.register(Cutoff)
