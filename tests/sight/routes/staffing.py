"""Addresses of staffing: people, accounts, notices."""

from datetime import date
from uuid import uuid4

from staffing.accounts.selectors.sessions import public_id_of
from staffing.people.roles import Role
from tests.sight.routes.routing import WRONG_PROOF, get, in_days, post
from tests.staffing.accounts.factories import PIN

WRONG_PASSWORD = {"username": "nobody", "password": "a guess"}


NEW_WORDS = {
    "password": "nineteen-teapots",
    "password1": "nineteen-teapots",
    "password2": "nineteen-teapots",
}


SERVICE = {
    "name": "Another service",
    "purpose": "Reads",
    "owner": "it@example.com",
    "scopes": ["registry:read"],
    "expires_on": "2027-01-01",
}


def _bulletin(world, place):
    return {
        "key": str(uuid4()),
        "title_en": "Fire drill",
        "body_en": "At nine.",
        "outlets": [place.outlet.code],
        "shown_from": in_days(0),
        "shown_until": in_days(7),
        "step": "publish",
    }


ROUTES = [
    get("accounts:sign_in"),
    post("accounts:sign_in", data=lambda w, p: WRONG_PASSWORD),
    # Shared tablets; no browser of this table is one, so no PIN is asked for
    get("accounts:devices"),
    get("accounts:device_add"),
    post(
        "accounts:device_add",
        data=lambda w, p: {"outlet": p.outlet.code, "name": "Counter 9"},
    ),
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
    post(
        "accounts:my_pin",
        data=lambda w, p: {"password": "a guess", "pin": PIN, "again": PIN},
    ),
    get("accounts:pins"),
    post("accounts:pin_end", lambda w, p: p.pin.user.employee.uuid),
    post("set_language", data=lambda w, p: {"language": "zh-hans"}),
    # Services that call the API
    get("services:list"),
    get("services:create"),
    post("services:create", data=lambda w, p: {**SERVICE, "key": uuid4()}),
    get("services:detail", lambda w, p: w.service.uuid),
    get("services:change", lambda w, p: w.service.uuid),
    post("services:change", lambda w, p: w.service.uuid, data=lambda w, p: SERVICE),
    post(
        "services:rotate",
        lambda w, p: w.service.uuid,
        data=lambda w, p: {"overlap_days": 1},
    ),
    post(
        "services:revoke_secret",
        lambda w, p: w.service.uuid,
        lambda w, p: w.service.secrets.get().uuid,
    ),
    post("services:end_tokens", lambda w, p: w.service.uuid),
    post(
        "services:revoke",
        lambda w, p: w.service.uuid,
        data=lambda w, p: {"reason": "x"},
    ),
    # Sign-in and one's own account; nobody here has a second factor
    get("account_login"),
    post("account_login", data=lambda w, p: WRONG_PASSWORD),
    get("mfa_login_webauthn"),
    post("mfa_login_webauthn", data=lambda w, p: WRONG_PROOF),
    get("directory_login"),
    get("directory_callback"),
    get("account_reset_password"),
    post("account_reset_password", data=lambda w, p: {"email": "no@example.com"}),
    get("account_reset_password_from_key", "1", "no-key"),
    post("account_reset_password_from_key", "1", "no-key", data=lambda w, p: NEW_WORDS),
    get("account_change_password"),
    post("account_change_password", data=lambda w, p: WRONG_PROOF),
    get("accounts:my_account"),
    post("accounts:end_session", "0" * 32),
    post(
        "accounts:end_session",
        lambda w, p: public_id_of(w.somebodys_session.session_key),
        about="another",
    ),
    post("accounts:sign_out_everywhere"),
    get("socialaccount_connections"),
    post("socialaccount_connections"),
    get("directory_connect", "0" * 32),
    get("mfa_index"),
    get("mfa_remove_webauthn", 1),
    post("mfa_remove_webauthn", 1, data=lambda w, p: {"name": "Another name"}),
    get("accounts:policy"),
    post("accounts:policy"),
    post(
        "accounts:policy",
        data=lambda w, p: {f"{role.value}-grace_days": "3" for role in Role},
        about="filled in",
    ),
    get("api-employees"),
    get("api-employee", lambda w, p: p.person.number),
    get("people:list"),
    get("people:add"),
    post(
        "people:add",
        data=lambda w, p: {
            "number": "NEW-1",
            "name": "Somebody new",
            "post": "clerk",
            "contract": "regular",
            "outlet": p.outlet.code,
            "starts_on": "2026-11-01",
        },
    ),
    get("people:person", lambda w, p: p.person.number),
    get("people:person", lambda w, p: p.mover.number, about="who moved"),
    get("people:edit", lambda w, p: p.person.number),
    post(
        "people:edit",
        lambda w, p: p.person.number,
        data=lambda w, p: {"name": "Another", "post": "clerk", "contract": "regular"},
    ),
    get("people:transfer", lambda w, p: p.person.number),
    post(
        "people:transfer",
        lambda w, p: p.person.number,
        data=lambda w, p: {"outlet": w.foreign.outlet.code, "on": "2026-11-01"},
    ),
    get("people:assign", lambda w, p: p.person.number),
    post(
        "people:assign",
        lambda w, p: p.person.number,
        data=lambda w, p: {
            "outlet": w.foreign.outlet.code,
            "starts_on": "2027-01-01",
            "ends_on": "2027-01-02",
        },
    ),
    get(
        "people:assignment_end",
        lambda w, p: p.person.number,
        lambda w, p: p.outlet.code,
        date(2020, 1, 1),
    ),
    post(
        "people:assignment_end",
        lambda w, p: p.person.number,
        lambda w, p: p.outlet.code,
        date(2020, 1, 1),
        data=lambda w, p: {"ends_on": "2026-12-31"},
    ),
    # Who may do what
    get("people:choose_password"),
    get("people:users"),
    get("people:user_add"),
    post(
        "people:user_add",
        data=lambda w, p: {"name": "Somebody new", "username": "new"},
    ),
    get("people:user", lambda w, p: w.somebody.uuid),
    *(
        one(f"people:{name}", lambda w, p: w.somebody.uuid)
        for name in ("user_password", "user_deactivate", "user_reactivate")
        for one in (get, post)
    ),
    *(
        one(
            "people:user_reactivate",
            lambda w, p: w.stopped.uuid,
            about="of a stopped one",
        )
        for one in (get, post)
    ),
    get("people:grant_give", lambda w, p: w.somebody.uuid),
    post(
        "people:grant_give",
        lambda w, p: w.somebody.uuid,
        data=lambda w, p: {"role": "hr", "starts_on": "2026-11-01", "reason": "new"},
    ),
    get("people:grants"),
    get("people:grant_end", lambda w, p: w.somebodys_grant.uuid),
    post(
        "people:grant_end",
        lambda w, p: w.somebodys_grant.uuid,
        data=lambda w, p: {"reason": "moved"},
    ),
    get("people:agencies"),
    get("people:agency_add"),
    post("people:agency_add", data=lambda w, p: {"code": "AG-9", "name": "A ninth"}),
    get("people:agency", lambda w, p: p.visit.agency.code),
    post(
        "people:agency",
        lambda w, p: p.visit.agency.code,
        data=lambda w, p: {"name": "Another name"},
    ),
    post("people:choose_password", data=lambda w, p: NEW_WORDS),
    # Notices
    get("notices:centre"),
    get("notices:bell"),
    post("notices:read_all", data=lambda w, p: {"until": "999999999"}),
    get("notices:quiet_hours"),
    post("notices:quiet_hours", data=lambda w, p: {"begins": "21:00", "ends": "06:30"}),
    get("notices:notice", lambda w, p: p.notice.uuid),
    post("notices:follow", lambda w, p: p.notice.uuid),
    post("notices:read", lambda w, p: p.notice.uuid),
    post("notices:acknowledge", lambda w, p: p.notice.uuid),
    get("notices:bulletins"),
    get("notices:bulletin_new"),
    post("notices:bulletin_new", data=_bulletin),
    get("notices:bulletin", lambda w, p: p.bulletin.uuid),
    post("notices:bulletin_withdraw", lambda w, p: p.bulletin.uuid),
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
    get("personal:propose", lambda w, p: w.leaver.uuid, about="who left"),
    post(
        "personal:propose",
        lambda w, p: w.leaver.uuid,
        data=lambda w, p: {"reason": "asked for in writing"},
        about="who left",
    ),
    post(
        "personal:confirm",
        lambda w, p: w.another_leavers_erasure.uuid,
        about="who left",
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
    # What was changed, and who took what out
    get("history:list"),
    get("history:list_file", "csv"),
    get("history:access"),
    get("history:access_file", "xlsx"),
    get("history:object", "people.employee", lambda w, p: p.person.pk),
    get("history:object", "complaints.case", lambda w, p: p.case.pk, about="of a case"),
    get(
        "history:object",
        "mystery.visit",
        lambda w, p: p.hidden_visit.pk,
        about="of an unreleased visit",
    ),
]
