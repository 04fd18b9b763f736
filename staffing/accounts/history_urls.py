from django.urls import path, register_converter

from staffing.accounts.views import history


class TableConverter:
    """The form of a file: csv or xlsx."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TableConverter, "table_form")

app_name = "history"
urlpatterns = [
    path("", history.history_list, name="list"),
    path("history.<table_form:form>", history.history_file, name="list_file"),
    path("access/", history.access_list, name="access"),
    path("access/access.<table_form:form>", history.access_file, name="access_file"),
    path("<str:kind>/<int:pk>/", history.history_object, name="object"),
]
