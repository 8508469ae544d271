"""Brings what people do to the app: over Socket Mode, or over signed HTTP, with Slack's deadlines and redeliveries."""
