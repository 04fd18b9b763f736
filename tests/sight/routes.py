"""Every address of the product, and how to reach it in a world of two counties."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.urls import get_resolver, reverse
from django.utils import timezone

from tests.sight.world import Place, World
from tests.staffing.accounts.factories import PIN


@dataclass(frozen=True)
class Route:
    """One address and method. `path` gets the world and the place asked about.

    `about` tells two rows of one address apart.
    """

    name: str
    path: Callable[[World, Place], str]
    method: str = "GET"
    data: Callable[[World, Place], dict] = lambda world, place: {}
    about: str = ""

    @property
    def label(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.about)))


def _at(name, *args, query=""):
    """Return a path function; `args` are functions of the place, or plain values."""

    def path(world, place):
        values = [arg(world, place) if callable(arg) else arg for arg in args]
        extra = query(world, place) if callable(query) else query
        return reverse(name, args=values) + extra

    return path


def get(name, *args, query="", about="", path=None):
    return Route(name, path or _at(name, *args, query=query), about=about)


def post(name, *args, data=lambda world, place: {}, about=""):
    return Route(name, _at(name, *args), "POST", data, about)


ROUTES = [
    get("today:home"),
    get("accounts:sign_in"),
    post("accounts:sign_in"),
    post("accounts:sign_out"),
    # Shared tablets; no browser of this table is one, so no PIN is asked for
    get("accounts:devices"),
    get("accounts:device_add"),
    post("accounts:device_add", data=lambda w, p: {"outlet": p.outlet.code}),
    get("accounts:device", lambda w, p: p.device.uuid),
    post("accounts:device_code", lambda w, p: p.device.uuid),
    get("accounts:device_revoke", lambda w, p: p.device.uuid),
    post(
        "accounts:device_revoke",
        lambda w, p: p.device.uuid,
        data=lambda w, p: {"reason": "lost"},
    ),
    get("accounts:enrol"),
    post("accounts:enrol", data=lambda w, p: {"code": "2222-2222"}),
    get("accounts:people"),
    get("accounts:pin", lambda w, p: p.pin.user.employee.uuid),
    post(
        "accounts:pin",
        lambda w, p: p.pin.user.employee.uuid,
        data=lambda w, p: {"pin": PIN},
    ),
    post("accounts:switch"),
    get("accounts:my_pin"),
    get("accounts:pins"),
    post("accounts:pin_end", lambda w, p: p.pin.pk),
    post("set_language", data=lambda w, p: {"language": "zh-hans"}),
    # Services that call the API
    get("services:list"),
    get("services:create"),
    post("services:create", data=lambda w, p: {"name": "Nothing else"}),
    get("services:detail", lambda w, p: w.service.uuid),
    get("services:change", lambda w, p: w.service.uuid),
    post("services:change", lambda w, p: w.service.uuid),
    post("services:rotate", lambda w, p: w.service.uuid),
    post(
        "services:revoke_secret",
        lambda w, p: w.service.uuid,
        lambda w, p: w.service.secrets.get().uuid,
    ),
    post("services:end_tokens", lambda w, p: w.service.uuid),
    post("services:revoke", lambda w, p: w.service.uuid),
    # Sign-in and one's own account; nobody here has a second factor
    get("account_login"),
    post("account_logout"),
    get("mfa_authenticate"),
    get("mfa_login_webauthn"),
    get("directory_login"),
    get("directory_callback"),
    get("account_reset_password"),
    get("account_reset_password_from_key", "1", "no-key"),
    get("account_reauthenticate"),
    get("mfa_reauthenticate"),
    get("mfa_reauthenticate_webauthn"),
    get("account_change_password"),
    get("accounts:my_account"),
    post("accounts:end_session", 0),
    post("accounts:sign_out_everywhere"),
    get("mfa_index"),
    get("mfa_activate_totp"),
    get("mfa_deactivate_totp"),
    get("mfa_view_recovery_codes"),
    get("mfa_generate_recovery_codes"),
    get("mfa_download_recovery_codes"),
    get("mfa_add_webauthn"),
    get("mfa_edit_webauthn", 1),
    get("mfa_remove_webauthn", 1),
    get("accounts:policy"),
    post("accounts:policy"),
    # Places and people
    get("api-regions"),
    get("api-region", lambda w, p: p.county.code),
    get("api-outlets"),
    get("api-outlet", lambda w, p: p.outlet.code),
    get("api-employees"),
    get("api-employee", lambda w, p: p.person.number),
    get("people:list"),
    get("people:add"),
    get("people:person", lambda w, p: p.person.number),
    get("people:edit", lambda w, p: p.person.number),
    get("people:transfer", lambda w, p: p.person.number),
    post(
        "people:transfer",
        lambda w, p: p.person.number,
        data=lambda w, p: {"outlet": w.foreign.outlet.code, "on": "2026-11-01"},
    ),
    get("people:assign", lambda w, p: p.person.number),
    get(
        "people:assignment_end",
        lambda w, p: p.person.number,
        lambda w, p: p.outlet.code,
        date(2020, 1, 1),
    ),
    # Who may do what
    get("people:choose_password"),
    get("people:users"),
    get("people:user_add"),
    get("people:user", lambda w, p: w.somebody.uuid),
    *(
        post(f"people:{name}", lambda w, p: w.somebody.uuid)
        for name in ("user_password", "user_deactivate", "user_reactivate")
    ),
    get("people:grant_give", lambda w, p: w.somebody.uuid),
    post(
        "people:grant_give",
        lambda w, p: w.somebody.uuid,
        data=lambda w, p: {"role": "hr", "starts_on": "2026-11-01", "reason": "new"},
    ),
    get("people:grants"),
    post(
        "people:grant_end",
        lambda w, p: w.somebodys_grant.uuid,
        data=lambda w, p: {"reason": "moved"},
    ),
    get("people:agencies"),
    get("people:agency_add"),
    get("people:agency", lambda w, p: p.visit.agency.code),
    # Customer flow
    get("flow:region", query=lambda w, p: f"?region={p.county.code}&month=2026-10"),
    get("flow:outlet_pick"),
    get("flow:outlet", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_chart", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_file", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_workbook", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    *(
        get(name, query=lambda w, p: f"?region={p.county.code}&month=2026-10")
        for name in (
            "flow:outlets_file",
            "flow:outlets_workbook",
            "flow:days_chart",
            "flow:days_file",
            "flow:days_workbook",
            "flow:week_chart",
            "flow:week_file",
            "flow:week_workbook",
        )
    ),
    get(
        "api-flow-hourly",
        query=lambda w, p: f"?outlet={p.outlet.code}&from=2026-10-05&to=2026-10-05",
    ),
    # Captured records
    get("checks:card", query=lambda w, p: f"?outlet={p.outlet.code}"),
    get("checks:list"),
    get("checks:findings"),
    get("checks:standards"),
    get("checks:standard", "GROOMING"),
    post("checks:standard_on_card", "GROOMING"),
    get("checks:day", lambda w, p: p.person.uuid, lambda w, p: p.check.on),
    get("checks:check", lambda w, p: p.outlet_check.uuid, about="of an outlet"),
    get("checks:check", lambda w, p: p.check.uuid),
    post(
        "checks:record",
        data=lambda w, p: {
            "uuid": uuid4(),
            "outlet": p.outlet.code,
            "employee": p.person.pk,
            "on": timezone.localdate(),
            "version": p.check.version_id,
            "slot": "opening",
        },
    ),
    post(
        "checks:correct",
        lambda w, p: p.check.uuid,
        data=lambda w, p: {"failed": "G01", "reason": "misread"},
    ),
    post("checks:undo", lambda w, p: p.check.uuid, data=lambda w, p: {"reason": "x"}),
    post("checks:choose", lambda w, p: p.check.uuid),
    get("knowledge:list"),
    get("knowledge:add"),
    post(
        "knowledge:add",
        data=lambda w, p: {
            "uuid": uuid4(),
            "employee": p.person.pk,
            "taken_on": timezone.localdate(),
            "test": "W41",
            "score": "88",
        },
    ),
    get("knowledge:result", lambda w, p: p.test.uuid),
    get("mystery:list"),
    get("mystery:add"),
    post(
        "mystery:add",
        data=lambda w, p: {
            "visit_no": "V-NEW",
            "outlet": p.outlet.code,
            "employee": p.person.number,
            "date": timezone.localdate(),
            "points": "80",
            "out_of": "100",
        },
    ),
    get("mystery:visit", lambda w, p: p.visit.visit_no),
    get("mystery:visit", lambda w, p: p.hidden_visit.visit_no, about="unreleased"),
    post("mystery:release", lambda w, p: p.visit.visit_no),
    get("feedback:list"),
    get("feedback:add"),
    post(
        "feedback:add",
        data=lambda w, p: {
            "uuid": uuid4(),
            "employee": p.person.pk,
            "called_on": timezone.localdate(),
            "called_at": "00:00",
            "score": "5",
        },
    ),
    get("feedback:invitations"),
    get("feedback:rating", lambda w, p: p.rating.uuid),
    get("complaints:list"),
    get("complaints:case", lambda w, p: p.case.case_no),
    get("targets:list"),
    get("targets:target", lambda w, p: p.target.uuid),
    # Ledger, rankings, awards
    get("ledger:entry", path=lambda w, p: p.entry.get_absolute_url()),
    get("ledger:periods"),
    post("ledger:change_period", "2026-10", data=lambda w, p: {"state": "closed"}),
    get("rankings:list"),
    get("rankings:start"),
    post("rankings:start", data=lambda w, p: {"period": "2026-10", "scheme": "onsite"}),
    get("rankings:mine"),
    get("rankings:run", lambda w, p: w.run.pk),
    post("rankings:review", lambda w, p: w.draft.pk),
    get("rankings:publish", lambda w, p: w.draft.pk),
    post("rankings:publish", lambda w, p: w.draft.pk),
    get("rankings:explain", lambda w, p: w.run.pk, lambda w, p: p.person.number),
    get("rankings:what-if", lambda w, p: w.run.pk),
    get("rankings:what-if-rules", lambda w, p: w.run.pk),
    get("rankings:fair", lambda w, p: w.run.pk),
    get("api-rankings"),
    get("api-ranking", lambda w, p: w.run.pk),
    get("api-standings", lambda w, p: w.run.pk),
    get("api-score", lambda w, p: p.person.number, query="?period=2026-10"),
    get("awards:list"),
    get("awards:detail", lambda w, p: w.award_list.uuid),
    post("awards:draw", lambda w, p: w.draft.pk),
    post("awards:publish", lambda w, p: w.draft_list.uuid),
    post("awards:decide_held", lambda w, p: w.award_list.uuid),
    get("api-awards"),
    get("api-award-list", lambda w, p: w.award_list.uuid),
    # Personal data
    get("personal:desk"),
    get("personal:mine"),
    post("personal:mine"),
    get("personal:person", lambda w, p: p.person.uuid),
    post(
        "personal:person",
        lambda w, p: p.person.uuid,
        data=lambda w, p: {"reason": "asked for in writing"},
    ),
    get("personal:propose", lambda w, p: p.person.uuid),
    post(
        "personal:propose",
        lambda w, p: p.person.uuid,
        data=lambda w, p: {"reason": "asked for in writing"},
    ),
    get("personal:export", lambda w, p: p.export.uuid),
    get("personal:file", lambda w, p: p.export.uuid),
    get("personal:erasure", lambda w, p: p.erasure.uuid),
    post("personal:confirm", lambda w, p: p.erasure.uuid),
    post("personal:withdraw", lambda w, p: p.erasure.uuid),
    get("personal:retention"),
    get("personal:rule", "rating_words"),
    post(
        "personal:rule",
        "rating_words",
        data=lambda w, p: {"months": 12, "action": "keep", "reason": "a shorter time"},
    ),
    # Imports
    get("imports:list"),
    get("imports:new"),
    get("imports:kind", "employees"),
    post("imports:kind", "employees"),
    get("imports:template", "employees"),
    get("imports:template_workbook", "employees"),
    get("imports:import", lambda w, p: w.imported.uuid),
    post("imports:check", lambda w, p: w.imported.uuid),
    post("imports:confirm", lambda w, p: w.imported.uuid),
    post("imports:cancel", lambda w, p: w.imported.uuid),
    post("imports:again", lambda w, p: w.imported.uuid),
    get("imports:refused", lambda w, p: w.imported.uuid),
    get("imports:refused_workbook", lambda w, p: w.imported.uuid),
    # What was changed, and who took what out
    get("history:list"),
    get("history:list_file", "csv"),
    get("history:access"),
    get("history:access_file", "xlsx"),
    get("history:object", "people.employee", lambda w, p: p.person.pk),
    Route(
        "history:object (a case)",
        _at("history:object", "complaints.case", lambda w, p: p.case.pk),
    ),
    # What everybody may read
    get("api-schema"),
    get("api-docs"),
]

# Answered for machines only; what their tokens open is shown beside the tokens.
FOR_SERVICES = {
    "api-token",
    "api-ratings",
    "api-tickets",
    "api-counts",
    "api-transactions",
}
# The API's answer to an address that does not exist.
NAMELESS = {None}


def names_in_the_product() -> set[str]:
    """Return the name of every route that the resolver knows."""

    def walk(patterns, namespace="") -> Iterator[str]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = (
                    f"{namespace}{pattern.namespace}:"
                    if pattern.namespace
                    else namespace
                )
                yield from walk(pattern.url_patterns, inner)
            elif pattern.name not in NAMELESS:
                yield f"{namespace}{pattern.name}"

    return set(walk(get_resolver().url_patterns))
