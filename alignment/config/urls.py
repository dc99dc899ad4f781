"""Every URL of the product, by room."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from alignment.config.favicon import favicon
from alignment.config.health import healthz
from alignment.workspace.calendar.feed_views import touch_feed
from alignment.workspace.founding.views import new_program
from alignment.workspace.promises.feed_views import feed
from campaigns.roi.views.public import roi_page, roi_pdf

handler500 = "alignment.config.failures.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("favicon.ico", favicon),
    path("admin/", admin.site.urls),
    path("sign-in/", include("alignment.people.sign_in_urls")),
    path("sign-in/", include("allauth.urls")),
    path("", include("alignment.people.urls")),
    path("programs/new/", new_program, name="new_program"),
    path("p/<slug:program>/", include("alignment.config.program_urls")),
    path("calendar/touches/<str:secret>.ics", touch_feed, name="touch_feed"),
    path("calendar/<str:secret>.ics", feed, name="promise_feed"),
    path("roi/<str:secret>/", roi_page, name="roi_page"),
    path("roi/<str:secret>/pdf/", roi_pdf, name="roi_pdf"),
    path("api/v1/", include("alignment.config.api_urls")),
]

if settings.DEBUG:
    from alignment.core.gallery import gallery

    urlpatterns.append(path("design/", gallery))
