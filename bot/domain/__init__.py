"""The rules of a release, pure: no Slack, SQL, git, clock or template library may be imported here."""
