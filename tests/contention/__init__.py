"""Many workers on one clinic, on AWS's own DynamoDB Local: moto is not safe under threads."""
