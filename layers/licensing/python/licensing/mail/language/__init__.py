"""Text as language: words, tokens by the lexicon, names of clinics and licenses, clauses."""
