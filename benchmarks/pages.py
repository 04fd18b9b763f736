"""The tablet's card and the standings API against views that only let somebody in."""

from datetime import timedelta

from benchmarks.measuring import Case, measure, show
from benchmarks.scratch import scratch

OUTLETS, MONTHS, TICKET_DAYS = 40, 2, 14
TURNS = 40


def main() -> None:
    with scratch() as machine:
        from django.test import Client
        from django.utils import timezone

        from evaluations.rankings.models import Run
        from simulation.chain.plan import Plan
        from simulation.loading import load_chain
        from simulation.results import make_results
        from simulation.signins import (
            CLIENT_SCOPES,
            HR,
            OPERATIONS,
            make_client,
            make_sign_ins,
        )
        from staffing.people.models import User

        until = timezone.localdate() - timedelta(days=1)
        plan = Plan(OUTLETS, MONTHS, seed=1, until=until, ticket_days=TICKET_DAYS)
        simulation = load_chain(plan, say=lambda _line: None)
        make_sign_ins(password=None)
        make_results(
            simulation,
            by=User.objects.get(username=OPERATIONS),
            closed_by=User.objects.get(username=HR),
            say=lambda _line: None,
        )

        def get(client: Client, name: str, address: str) -> Case:
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answers {answer.status_code}")
            return Case(name, lambda: client.get(address))

        def compare(title: str, floor: Case, cases: list[Case]) -> None:
            measure(floor, cases, turns=TURNS, warm_up=3)
            show(f"{title}; {machine}", floor, cases)

        manager = Client()
        manager.force_login(User.objects.get(username="manager"))
        compare(
            f"pages of a store manager, {OUTLETS} outlets",
            get(manager, "bare page", "/bench/page/"),
            [
                get(manager, "today's card", "/checks/"),
                get(manager, "home", "/"),
            ],
        )
        client_id, secret = make_client(secret=None)
        asked = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            "scope": CLIENT_SCOPES,
        }
        token = Client().post("/api/v1/oauth/token/", asked).json()["access_token"]
        service = Client(headers={"authorization": f"Bearer {token}"})
        run = Run.objects.published().first()
        if run is None:
            raise LookupError("no ranking was published")
        standings = f"/api/v1/rankings/{run.pk}/standings/"
        compare(
            "API with a service token",
            get(service, "bare view", "/bench/api/"),
            [
                get(service, "standings, 100 people", f"{standings}?limit=100"),
                get(service, "standings, everybody", f"{standings}?limit=1000"),
            ],
        )


if __name__ == "__main__":
    main()
