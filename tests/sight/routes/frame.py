"""Addresses of the frame: what belongs to no storey."""

from tests.sight.routes.routing import WRONG_PROOF, get, post

ROUTES = [
    post("accounts:sign_out"),
    post("account_logout"),
    get("mfa_authenticate"),
    post("mfa_authenticate", data=lambda w, p: WRONG_PROOF),
    get("account_reauthenticate"),
    post("account_reauthenticate", data=lambda w, p: WRONG_PROOF),
    get("mfa_reauthenticate"),
    post("mfa_reauthenticate", data=lambda w, p: WRONG_PROOF),
    get("mfa_reauthenticate_webauthn"),
    post("mfa_reauthenticate_webauthn", data=lambda w, p: WRONG_PROOF),
    get("mfa_activate_totp"),
    post("mfa_activate_totp", data=lambda w, p: WRONG_PROOF),
    get("mfa_deactivate_totp"),
    post("mfa_deactivate_totp", data=lambda w, p: WRONG_PROOF),
    get("mfa_view_recovery_codes"),
    get("mfa_generate_recovery_codes"),
    post("mfa_generate_recovery_codes", data=lambda w, p: WRONG_PROOF),
    get("mfa_download_recovery_codes"),
    get("mfa_add_webauthn"),
    post("mfa_add_webauthn", data=lambda w, p: WRONG_PROOF),
    get("mfa_edit_webauthn", 1),
    post("mfa_edit_webauthn", 1, data=lambda w, p: {"name": "Another name"}),
    # What everybody may read
    get("api-schema"),
    get("api-docs"),
]
