"""What staff of the vendor run by hand on a deployed stack."""
