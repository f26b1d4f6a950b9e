"""The local cloud: the system on one machine, from the template that deploys to AWS."""
