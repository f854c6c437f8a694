"""Numbers, in seven packages: each imports only those before it in `PACKAGES`."""
