"""Harbourmaster, the release bot for Slack. ARCHITECTURE.md shows the rooms."""
