"""A chain of outlets with known truth, generated without Django and without a clock."""
