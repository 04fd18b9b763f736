"""Computing, reviewing, publishing and verifying runs."""
