"""The SLA in the admin."""

# Registers hours, closures and leave.
from . import admin_hours  # noqa: F401
