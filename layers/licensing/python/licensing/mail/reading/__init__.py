"""From a raw mail to its sender's own words: who sent it, what can be read, where they end."""
