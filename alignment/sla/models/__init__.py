from .clocks import Clock, Dispute, Escalation, SweepMark
from .feeds import CalendarFeed
from .handoffs import Attempt, Feedback, HandOff, NextActionRule, ReasonCode
from .hours import Closure, Leave, WorkingHours
from .routing import Seat, Territory

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
    "Seat",
    "SweepMark",
    "Territory",
    "WorkingHours",
]
