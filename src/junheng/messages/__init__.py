"""Every sentence the program says, by language and area. No code lives here."""
