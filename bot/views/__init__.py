"""What people see, as pure functions: facts in, Block Kit out. Whatever comes from elsewhere is escaped or plain text here."""
