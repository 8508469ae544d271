"""The bot is killed at every step of a release, and the release goes on to its end."""
