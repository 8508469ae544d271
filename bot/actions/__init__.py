"""What the bot does for an item, one file each: `carry_out` looks, acts on the difference, and may be called twice;
`call_off`, where there is one, ends what is no longer wanted."""
