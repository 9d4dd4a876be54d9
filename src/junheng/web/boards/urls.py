"""Addresses of the boards. The first page has no namespace: signing in leads to it."""

from django.urls import include, path

from junheng.web.boards.models import Drawn
from junheng.web.boards.views import county, home, maps, provinces, regions, schools

BORDERS, ZONES = {"kind": Drawn.BORDERS}, {"kind": Drawn.ZONES}
RUN = "provinces/<int:pk>/campaigns/<int:campaign>/"
boards = [
    path("counties/<int:pk>/", county.county, name="county"),
    path("counties/<int:pk>/board/", county.board, name="board"),
    path("counties/<int:pk>/planned/", county.planned, name="planned"),
    path("counties/<int:pk>/map/", maps.page, name="map"),
    path("counties/<int:pk>/map/schools.json", maps.schools, name="map_schools"),
    path("counties/<int:pk>/map/outlines.json", maps.outline, BORDERS, name="map_outline"),
    path("counties/<int:pk>/map/zones.json", maps.outline, ZONES, name="map_zones"),
    path("counties/<int:pk>/map/map.svg", maps.still, name="map_still"),
    path("counties/<int:pk>/map/outlines/", maps.upload, BORDERS, name="map_upload"),
    path("counties/<int:pk>/map/zones/", maps.upload, ZONES, name="map_zones_upload"),
    path("schools/<int:pk>/", schools.school, name="school"),
    path("schools/<int:pk>/card.<str:form>", schools.card, name="card"),
    path(RUN, provinces.province, name="province"),
    path(f"{RUN}table.<str:form>", provinces.export, name="province_table"),
    path(f"{RUN}compare/", provinces.compare, name="compare"),
    path(f"{RUN}map/", regions.page, name="province_map"),
    path(f"{RUN}map/outlines/", regions.upload, name="province_map_upload"),
]
urlpatterns = [path("", home.home, name="home"), path("", include((boards, "boards")))]
