from django.urls import path

from .api import sessions, since, targets

app_name = "selection-api"
urlpatterns = [
    path("targets/", targets.TargetsView.as_view(), name="targets"),
    path("targets/<int:pk>/", targets.TargetView.as_view(), name="target"),
    path("targets/<int:pk>/leave/", targets.LeaveView.as_view(), name="target-leave"),
    path("nominations/", targets.NominationsView.as_view(), name="nominations"),
    path("nominations/<int:pk>/", targets.NominationView.as_view(), name="nomination"),
    path("selection/session/", sessions.SessionView.as_view(), name="session"),
    path("selection/session/ready/", sessions.ReadyView.as_view(), name="ready"),
    path("selection/session/place/", targets.PlaceView.as_view(), name="place"),
    path("selection/session/discard/", sessions.DiscardView.as_view(), name="discard"),
    path("selection/session/confirm/", sessions.ConfirmView.as_view(), name="confirm"),
    path("selection/candidates/<int:pk>/vote/", sessions.VoteView.as_view(), name="vote"),
    path("selection/changes/", since.ChangesView.as_view(), name="changes"),
    path("selection/sessions/", sessions.SessionsView.as_view(), name="sessions"),
    path(
        "selection/sessions/<int:number>/list/",
        sessions.ListOfSessionView.as_view(),
        name="session-list",
    ),
]
