"""What a metric is, and how its value and interval follow from its rows. Pure: no database, no
clock."""

from .comparison import of_ratio
from .frame import Better, Definition, Measure, Period, Slice, Statistic, Unit
from .measures import of_counts, of_sum, of_values

__all__ = [
    "Better",
    "Definition",
    "Measure",
    "Period",
    "Slice",
    "Statistic",
    "Unit",
    "of_counts",
    "of_ratio",
    "of_sum",
    "of_values",
]
