"""Taking files in: their life from upload to outcome, and the jobs that run them."""
