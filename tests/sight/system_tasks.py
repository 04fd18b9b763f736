"""Tasks and commands that work for no person, and so may read without a filter.

Each line says why. What acts for somebody stands in `FOR_A_PERSON` instead: its
service takes `by`, and asks her powers.
"""

SYSTEM = {
    "evaluations.checks.tasks.keep_draws": "draws the hour of every outlet",
    "evaluations.ledger.tasks.settle_yesterday": "every source posts what is pending",
    "evaluations.checks.tasks.draw_live_photos": "lots are drawn for every outlet",
    "evaluations.complaints.tasks.escalate_cases": "time passes for every open case",
    "evaluations.complaints.tasks.escalate_orders": "time passes for every order",
    "evaluations.complaints.tasks.tell_of_yesterday": "told where each leads",
    "evaluations.complaints.tasks.watch_volume": "told where each leads",
    "evaluations.checks.tasks.flag_checked_days": "looks through every outlet's day",
    "evaluations.rankings.tasks.compute_run": "a ranking compares everybody",
    "outlets.flow.tasks.forecast_outlets": "forecasts every outlet from its roll-ups",
    "outlets.flow.tasks.watch_floors": "looks at the floor of every outlet",
    "outlets.flow.tasks.compare_hours": "compares the hours of every outlet",
    "staffing.notices.tasks.deliver_bulletins": "told where its author could",
    "staffing.rosters.tasks.remind_of_rosters": "looks for late months everywhere",
    "staffing.rosters.tasks.run_search": "who asked plans at the outlet: it proposes",
    "staffing.rosters.tasks.lapse_past_swaps": "closes every swap whose day has come",
    "outlets.exchange.tasks.delete_old_import_files": "every file has its last day",
    "outlets.exchange.tasks.notice_interrupted_imports": "looks for workers that died",
    "staffing.accounts.tasks.clear_expired_tokens": "deletes what has run out",
    "staffing.accounts.tasks.send_security_mail": "tells the owner of one account",
    "staffing.accounts.tasks.send_reset_links": "she who asks is not signed in",
    "staffing.people.tasks.apply_retention": "a rule holds for everybody's records",
    "staffing.people.tasks.erase_person": "two people of HR have agreed before",
    "staffing.people.tasks.remove_expired_files": "every file has its last hour",
    "evaluations.rankings.tasks.prepare_what_if": "lays out a whole ranking",
    "evaluations.rankings.tasks.rerun": "computes a whole ranking again",
    "demo": "fills an empty database",
    "demo_users": "makes the accounts of the demo",
    "flow_hourly": "run by who holds the server: reads one outlet's roll-ups",
    "forget_factors": "run by who holds the server: the last administrator's way in",
    "ingest": "run by who holds the server: loads a file of any outlets",
    "lift_erasure": "run by who holds the server: frees one number, reads nobody",
    "export_run": "run by who holds the server: the whole of a frozen ranking",
    "ship_schemes": "run by who holds the server: puts rules of the product back",
    "move_out_tickets": "run by who holds the server: every outlet's old tickets",
    "rank": "run by who holds the server: a ranking compares everybody",
    "rebuild_flow": "rolls up every outlet's tickets again",
    "service": "run by who holds the server: makes a service for scripts",
    "simulate": "writes a chain that does not exist",
    "verify_run": "computes a whole ranking again",
    "winners": "run by who holds the server: draws from a whole ranking",
}
FOR_A_PERSON = {
    "staffing.rosters.tasks.run_publication": "publishes as who asked, where she may",
    "outlets.exchange.tasks.run_import": "loads as who sent the file, within her reach",
    "staffing.people.tasks.build_export": "holds what is on record about one person",
}
