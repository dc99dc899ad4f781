from .clocks import Clock, Dispute, Escalation, SweepMark
from .feeds import CalendarFeed
from .handoffs import Attempt, Feedback, HandOff, NextActionRule, ReasonCode
from .hours import Closure, Leave, WorkingHours
from .routing import Routing, Seat, Territory
from .settings import SlaSettings

__all__ = [
    "Attempt",
    "CalendarFeed",
    "Clock",
    "Closure",
    "Dispute",
    "Escalation",
    "Feedback",
    "HandOff",
    "Leave",
    "NextActionRule",
    "ReasonCode",
    "Routing",
    "Seat",
    "SlaSettings",
    "SweepMark",
    "Territory",
    "WorkingHours",
]
