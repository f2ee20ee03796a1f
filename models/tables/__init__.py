"""What is stored: every table but those of the record types."""
