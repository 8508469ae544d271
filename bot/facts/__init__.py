"""Gathers facts from the files of a repository, at a commit or between two, and hands them to the domain's rules."""
