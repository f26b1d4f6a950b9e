"""Many workers on one clinic, on AWS's own DynamoDB Local, which is safe under threads."""
