from django.urls import path

from evaluations.rankings import views, whatif_urls

app_name = "rankings"
urlpatterns = [
    path("", views.run_list, name="list"),
    path("new/", views.run_start, name="start"),
    path("mine/", views.my_score, name="mine"),
    path("<int:pk>/", views.run_detail, name="run"),
    path("<int:pk>/review/", views.run_review, name="review"),
    path("<int:pk>/publish/", views.run_publish, name="publish"),
    path("<int:pk>/people/<str:number>/", views.standing_explain, name="explain"),
    *whatif_urls.urlpatterns,
]
