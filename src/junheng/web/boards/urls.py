"""Addresses of the boards. The first page has no namespace: signing in leads to it."""

from django.urls import include, path

from junheng.web.boards.views import county, home, maps, provinces, schools

boards = [
    path("counties/<int:pk>/", county.county, name="county"),
    path("counties/<int:pk>/board/", county.board, name="board"),
    path("counties/<int:pk>/planned/", county.planned, name="planned"),
    path("counties/<int:pk>/map/", maps.page, name="map"),
    path("counties/<int:pk>/map/schools.json", maps.schools, name="map_schools"),
    path("counties/<int:pk>/map/outlines.json", maps.outline, name="map_outline"),
    path("counties/<int:pk>/map/map.svg", maps.still, name="map_still"),
    path("counties/<int:pk>/map/outlines/", maps.upload, name="map_upload"),
    path("schools/<int:pk>/", schools.school, name="school"),
    path("schools/<int:pk>/card.pdf", schools.card, name="card"),
    path("provinces/<int:pk>/campaigns/<int:campaign>/", provinces.province, name="province"),
    path(
        "provinces/<int:pk>/campaigns/<int:campaign>/table.<str:form>",
        provinces.export,
        name="province_table",
    ),
]
urlpatterns = [path("", home.home, name="home"), path("", include((boards, "boards")))]
