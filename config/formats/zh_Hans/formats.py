"""Chinese as business writes it: numbers grouped by thousands."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
