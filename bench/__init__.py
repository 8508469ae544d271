"""One script per performance figure. Nothing of the bot imports this."""
