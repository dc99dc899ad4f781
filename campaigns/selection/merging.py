"""Registers what happens to the selection when two accounts are merged."""

from accounts.duplicates.merge_hooks import MergeHooks, register

from .actions.merging import lock_merge, settle_merge
from .queries.merging import warnings_of

register(MergeHooks(warnings_of, lock_merge, settle_merge))
