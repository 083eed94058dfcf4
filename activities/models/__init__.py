"""What is done: activities, who answers for them, their dated sessions, who came, what else was measured, what shows
it, what people answer about a session, what somebody asks to change, and what a dependency tells of a month."""

from activities.models.activity import Activity, Responsibility
from activities.models.change import ChangeRequest
from activities.models.disaggregation import Disaggregation
from activities.models.evidence import Evidence
from activities.models.monthly_return import MonthlyReturn
from activities.models.session import Attendance, ExecutionState, Metric, Session
from activities.models.survey import Opinion, SurveyResponse, Theme

__all__ = [
    "Activity",
    "Attendance",
    "ChangeRequest",
    "Disaggregation",
    "Evidence",
    "ExecutionState",
    "Metric",
    "MonthlyReturn",
    "Opinion",
    "Responsibility",
    "Session",
    "SurveyResponse",
    "Theme",
]
