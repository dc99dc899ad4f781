"""REST foundations: problem+json errors (RFC 9457), strict JSON in, cursor pages out.

`views` and `schema` are not imported here, because Django REST framework itself loads this package
while it reads the settings.
"""

from .bodies import JSONRenderer, StrictJSONParser
from .pages import CursorPages
from .problems import FieldError, Problem, pointer, problem_details

__all__ = [
    "CursorPages",
    "FieldError",
    "JSONRenderer",
    "Problem",
    "StrictJSONParser",
    "pointer",
    "problem_details",
]
