"""What is done: activities, who answers for them, their dated sessions, who came, and what else was measured."""

from activities.models.activity import Activity, Responsibility
from activities.models.session import Attendance, ExecutionState, Metric, Session

__all__ = ["Activity", "Attendance", "ExecutionState", "Metric", "Responsibility", "Session"]
