"""Registers what happens to plays when two accounts are merged."""

from accounts.duplicates.merge_hooks import MergeHooks, register

from .actions.merging import lock_merge, settle_merge
from .queries import merge_warnings

register(MergeHooks(merge_warnings, lock_merge, settle_merge))
