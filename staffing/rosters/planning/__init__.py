"""Rosters as a problem of arithmetic: no Django, no clock, no names of the trade."""
