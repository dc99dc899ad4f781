"""Registers what happens to the selection when two accounts are merged."""

from accounts.duplicates.rooms import Room, register

from .actions.merging import hold_merge, settle_merge
from .queries.merging import warnings_of

register(Room(warnings_of, hold_merge, settle_merge))
