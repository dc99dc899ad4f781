"""Reasons why Entente cannot start, in one sentence for the person at the keyboard."""

from __future__ import annotations

import errno


class StartProblem(Exception):
    """Its text is one clear sentence, shown without a traceback."""


def explain(error: OSError) -> str:
    """The sentence for an operating-system error met while starting."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}: free some space, or set ENTENTE_DATA to a folder on another disk."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"No permission{where}: start as the user who owns the data folder, or set ENTENTE_DATA to another one."
    if error.errno == errno.EROFS:
        return f"The file system is read-only{where}: set ENTENTE_DATA to a folder that can be written."
    return f"The operating system refused{where}: {error.strerror or error}."
