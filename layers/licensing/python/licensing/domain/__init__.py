"""The rules of licenses and their billing: pure code, no clock, no network, no environment."""
