"""Registers what happens to campaigns when two accounts are merged."""

from accounts.duplicates.merge_hooks import MergeHooks, register

from .actions.merging import lock_merge, settle_merge, warnings_of

register(MergeHooks(warnings_of, lock_merge, settle_merge))
