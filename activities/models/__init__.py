"""What is done: activities, who answers for them, their dated sessions, who came, what else was measured,
what shows it, and what somebody asks to change."""

from activities.models.activity import Activity, Responsibility
from activities.models.change import ChangeRequest
from activities.models.disaggregation import Disaggregation
from activities.models.evidence import Evidence
from activities.models.session import Attendance, ExecutionState, Metric, Session

__all__ = [
    "Activity",
    "Attendance",
    "ChangeRequest",
    "Disaggregation",
    "Evidence",
    "ExecutionState",
    "Metric",
    "Responsibility",
    "Session",
]
