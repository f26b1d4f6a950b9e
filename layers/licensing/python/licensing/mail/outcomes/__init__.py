"""What requests and remarks come to: applied, proposed, asked about, nothing, or ignored."""
