"""What targets and KPIs say in the ledger, and how KPI values come in."""
