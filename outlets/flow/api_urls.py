from django.urls import path

from outlets.flow.api import (
    CountsView,
    HourlyFlowViewSet,
    TicketEventsView,
    TicketsView,
    TransactionsView,
)
from outlets.flow.figures_api import FlowFiguresView

urlpatterns = [
    path(
        "flow/hourly/",
        HourlyFlowViewSet.as_view({"get": "list"}),
        name="api-flow-hourly",
    ),
    path("flow/figures/", FlowFiguresView.as_view(), name="api-flow-figures"),
    path("tickets/", TicketsView.as_view(), name="api-tickets"),
    path("tickets/events/", TicketEventsView.as_view(), name="api-ticket-events"),
    path("counts/", CountsView.as_view(), name="api-counts"),
    path("transactions/", TransactionsView.as_view(), name="api-transactions"),
]
