"""What other systems are told, and one that knows nothing else."""
