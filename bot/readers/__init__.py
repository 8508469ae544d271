"""Readers of other people's files: bytes in, values of the domain out. Nothing here runs, imports or fetches what it reads."""
