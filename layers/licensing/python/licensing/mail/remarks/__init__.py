"""What is said beside requests: small talk, or words that speak against doing them unasked."""
