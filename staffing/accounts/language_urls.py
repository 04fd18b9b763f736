from django.urls import path

from staffing.accounts.views.account import set_language

urlpatterns = [path("setlang/", set_language, name="set_language")]
