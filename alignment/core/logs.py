"""What the logs need not say."""

import logging


class ShortRefusals(logging.Filter):
    """A request that is refused breaks nothing, so its line needs no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
