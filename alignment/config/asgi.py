"""The ASGI application: the live stream in front, Django behind it."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")
django_application = get_asgi_application()

from alignment.core.live.sse import Application, with_live_stream  # noqa: E402 (needs the app registry)
from alignment.people.live_access import may_listen  # noqa: E402

# The framework's types are the same, but for the name of the mapping.
application = with_live_stream(cast("Application", django_application), may_listen=may_listen)
