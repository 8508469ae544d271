"""The commands of the program that need no Slack. They parse, ask one thing, print."""
