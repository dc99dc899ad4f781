"""API addresses of the shared calendar."""

from django.urls import URLPattern, path

from .api import feeds, reports, touches

app_name = "calendar-api"
urlpatterns: list[URLPattern] = [
    path("touches/", touches.TouchesView.as_view(), name="touches"),
    path("touches/check/", touches.TouchCheckView.as_view(), name="check"),
    path("touches/reports/", reports.TouchReportsView.as_view(), name="reports"),
    path("touch-feeds/", feeds.TouchFeedsView.as_view(), name="feeds"),
    path("touch-feeds/<int:pk>/", feeds.TouchFeedView.as_view(), name="feed"),
    path("touches/<int:pk>/", touches.TouchView.as_view(), name="touch"),
    path("touches/<int:pk>/done/", touches.TouchDoneView.as_view(), name="done"),
    path("touches/<int:pk>/result/", touches.TouchResultView.as_view(), name="result"),
    path("touches/<int:pk>/skip/", touches.TouchSkipView.as_view(), name="skip"),
    path("touches/<int:pk>/reopen/", touches.TouchReopenView.as_view(), name="reopen"),
]
