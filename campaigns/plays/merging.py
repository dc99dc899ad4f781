"""Registers what happens to plays when two accounts are merged."""

from accounts.duplicates.rooms import Room, register

from .actions.merging import hold_merge, settle_merge
from .queries import merge_warnings

register(Room(merge_warnings, hold_merge, settle_merge))
