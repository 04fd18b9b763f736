"""What signing in, and keeping account of it, holds about a person."""

from staffing.accounts.holdings import history, machines, sessions, sign_in

HOLDINGS = (
    *sessions.HOLDINGS,
    *sign_in.HOLDINGS,
    *machines.HOLDINGS,
    *history.HOLDINGS,
)
KINDS = (*sessions.KINDS, *sign_in.KINDS, *history.KINDS)
