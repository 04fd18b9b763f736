"""The arithmetic of a ranking: values in, values out; no clock, no database."""
