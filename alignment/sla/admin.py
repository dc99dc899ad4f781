"""The admin of the SLA: each part of the room brings its own."""

from . import admin_handoffs

__all__ = ["admin_handoffs"]
