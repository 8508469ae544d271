"""Use cases, one file per family: read, let the domain decide, save. No Slack payload and no git comes in here."""
