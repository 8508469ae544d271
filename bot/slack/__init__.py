"""The only callers of Slack. Payloads end here: what leaves this room are the values of `bot.slack.incoming`."""
