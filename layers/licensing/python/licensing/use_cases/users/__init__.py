"""Who uses a clinic's licenses: by hand, by a list, or by an identity provider."""
