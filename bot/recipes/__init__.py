"""Carries out recipes and looks at probes: the team's own ways to do something, and how an environment shows that it is well.

Nothing here decides about a release, and nothing here begins an operation a second time.
"""
