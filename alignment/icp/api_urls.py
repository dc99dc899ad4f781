from django.urls import path

from . import api

app_name = "icp-api"
urlpatterns = [
    path("icp/", api.IcpsView.as_view(), name="versions"),
    path("icp/in-force/", api.IcpInForceView.as_view(), name="in-force"),
    path("icp/<int:number>/", api.IcpView.as_view(), name="version"),
]
