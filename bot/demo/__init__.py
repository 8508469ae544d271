"""A product to try Harbourmaster on: a repository, a remote that speaks git's smart HTTP, and a signing key."""
