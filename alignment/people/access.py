"""Who may open a view."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .permissions import Permission, Seat, allows
from .requests import ProgramRequest

P = ParamSpec("P")
ProgramView = Callable[Concatenate[ProgramRequest, P], HttpResponseBase]


def requires(
    permission: Permission, *, write: Permission | None = None
) -> Callable[[ProgramView[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Opens a program view to seats with `permission`; unsafe methods need `write` if named."""

    def decorate(view: ProgramView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            inside = cast("ProgramRequest", request)
            unsafe = request.method not in ("GET", "HEAD", "OPTIONS")
            needed = write if write and unsafe else permission
            if not allows(Seat.of(inside.membership), needed):
                raise PermissionDenied
            return view(inside, *args, **kwargs)

        cast("Any", guarded).permission = permission
        cast("Any", guarded).write = write or permission
        return guarded

    return decorate
