"""Addresses of sign-in, one's own account, people and organisations."""

from __future__ import annotations

from django.urls import path

from junheng.web.accounts.views import me, organisations, people, sign_in, workbooks

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.login, name="login"),
    path("sign-out/", sign_in.logout, name="logout"),
    path("me/", me.me, name="me"),
    path("me/password/", me.password, name="password"),
    path("me/second-factor/", me.second, name="second_factor"),
    path("me/second-factor/check/", me.check_code, name="check_code"),
    path("me/second-factor/enrol/", me.enrol, name="enrol"),
    path("people/", people.index, name="people"),
    path("people/new/", people.new, name="new_person"),
    path("people/workbook/", workbooks.people, name="people_workbook"),
    path("people/workbook/template/", workbooks.people_template, name="people_template"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/correct/", people.correct, name="correct_person"),
    path("people/<int:pk>/password/", people.renew_password, name="renew_password"),
    path("people/<int:pk>/disable/", people.disable, name="disable_person"),
    path("people/<int:pk>/enable/", people.enable, name="enable_person"),
    path("people/<int:pk>/second-factor/", people.take_second_factor, name="take_second_factor"),
    path("people/<int:pk>/appoint/", people.add_appointment, name="appoint"),
    path("appointments/<int:pk>/end/", people.end_appointment, name="end_appointment"),
    path("organisations/", organisations.index, name="organisations"),
    path("organisations/new/", organisations.new, name="new_organisation"),
    path("organisations/workbook/", workbooks.organisations, name="organisations_workbook"),
    path(
        "organisations/workbook/template/",
        workbooks.organisations_template,
        name="organisations_template",
    ),
    path("organisations/<int:pk>/close/", organisations.close, name="close_organisation"),
]
