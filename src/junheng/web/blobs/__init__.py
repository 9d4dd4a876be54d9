"""Files kept under the hash of their content: never renamed, never changed, stored once."""
