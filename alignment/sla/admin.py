"""The SLA in the admin."""

# Register promises; hand-offs with what decides about them; hours, closures and leave.
from . import admin_clocks, admin_handoffs, admin_hours  # noqa: F401
