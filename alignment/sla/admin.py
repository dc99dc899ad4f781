"""The SLA in the admin."""

# Register promises; hours, closures and leave.
from . import admin_clocks, admin_hours  # noqa: F401
