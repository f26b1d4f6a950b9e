"""What User Managers are told unasked, as far as they want to."""
