"""URLs that every agreement has."""

from django.urls import URLPattern, URLResolver, path

from . import views

app_name = "agreements"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:agreement>/open/", views.open_one, name="open"),
    path("<slug:agreement>/news/", views.news, name="news"),
    path("<slug:agreement>/propose/", views.propose, name="propose"),
    path("<slug:agreement>/sign/", views.sign, name="sign"),
    path("<slug:agreement>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:agreement>/decline/", views.decline, name="decline"),
    path("<slug:agreement>/comments/", views.comment, name="comment"),
    path("<slug:agreement>/comments/<int:comment_id>/settle/", views.settle, name="settle"),
    path("<slug:agreement>/history/", views.history, name="history"),
    path("<slug:agreement>/compare/", views.compare_pick, name="compare_pick"),
    path("<slug:agreement>/compare/<int:older>/<int:newer>/", views.compare, name="compare"),
    path("<slug:agreement>/versions/<int:number>/again/", views.again, name="again"),
]
