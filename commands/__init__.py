"""One file per `/release` sub-command."""
