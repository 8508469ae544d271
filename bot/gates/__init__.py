"""Checks, one file each: `carry_out` reads the facts and judges them; what it does not know is inconclusive."""
