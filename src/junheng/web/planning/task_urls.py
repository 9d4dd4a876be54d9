"""Addresses of the ledger of tasks."""

from __future__ import annotations

from django.urls import path

from junheng.web.planning.views import tasks

app_name = "tasks"
urlpatterns = [
    path("", tasks.listed, name="tasks"),
    path("ledger.xlsx", tasks.workbook, name="workbook"),
    path("<int:pk>/", tasks.one, name="task"),
    path("<int:pk>/answer/", tasks.answer, name="answer"),
    path("<int:pk>/close/", tasks.close, name="close"),
    path("proofs/<int:pk>/", tasks.proof, name="proof"),
]
