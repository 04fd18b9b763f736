"""Reads across models that return dataclasses."""
