"""Addresses of notes, tags, topics, briefings and message changes in the API."""

from django.urls import URLPattern, path

from .api import briefings, changes, helpful, notes, support, tags, topics

app_name = "insights-api"
urlpatterns: list[URLPattern] = [
    path("notes/", notes.NotesView.as_view(), name="notes"),
    path("notes/<int:pk>/", notes.NoteView.as_view(), name="note"),
    path("notes/<int:pk>/tags/", tags.NoteTagsView.as_view(), name="note-tags"),
    path("insight-tags/", tags.TagsView.as_view(), name="tags"),
    path("insight-tags/<int:pk>/", tags.TagView.as_view(), name="tag"),
    path("insight-tags/<int:pk>/accept/", tags.AcceptView.as_view(), name="accept"),
    path("insight-tags/<int:pk>/dismiss/", tags.DismissView.as_view(), name="dismiss"),
    path("insight-topics/", topics.TopicsView.as_view(), name="topics"),
    path("insight-topics/numbers/", topics.NumbersView.as_view(), name="numbers"),
    path("insight-topics/<int:pk>/", topics.TopicView.as_view(), name="topic"),
    path("insight-topics/<int:pk>/answer/", topics.AnswerView.as_view(), name="answer"),
    path(
        "opportunities/<int:pk>/suggested-content/",
        helpful.SuggestedContentView.as_view(),
        name="suggested-content",
    ),
    path("briefings/", briefings.BriefingsView.as_view(), name="briefings"),
    path("briefings/<int:pk>/", briefings.BriefingView.as_view(), name="briefing"),
    path("briefings/<int:pk>/read/", briefings.ReadView.as_view(), name="briefing-read"),
    path("briefing-rhythm/", briefings.RhythmView.as_view(), name="rhythm"),
    path("message-changes/", changes.ChangesView.as_view(), name="changes"),
    path("message-changes/<int:pk>/", changes.ChangeView.as_view(), name="change"),
    path("message-changes/<int:pk>/end/", changes.EndView.as_view(), name="change-end"),
    path("message-changes/<int:pk>/effect/", changes.EffectView.as_view(), name="change-effect"),
    path("message-changes/<int:pk>/deals/", changes.DealsView.as_view(), name="change-deals"),
    path("insight-topics/<int:pk>/merge/", topics.MergeView.as_view(), name="merge"),
    path("support-requests/", support.RequestsView.as_view(), name="requests"),
    path("support-requests/<int:pk>/", support.RequestView.as_view(), name="request"),
    path("support-requests/<int:pk>/take/", support.TakeView.as_view(), name="take"),
    path("support-requests/<int:pk>/done/", support.DoneView.as_view(), name="done"),
    path("support-requests/<int:pk>/decline/", support.DeclineView.as_view(), name="decline"),
]
