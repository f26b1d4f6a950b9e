"""Requests by email, pure: who wrote, which words are theirs, what they ask for, what to answer.

    trust           who sent a mail, and whether that may be believed
    reading         the sender's own new words: mime, html_text, new_text
    grammar         what the words ask for: vocabulary, tokens, clinic_names, clauses, remarks
    understanding   the steps above, from an SES event and the raw mail to an outcome
    replies         what the sender and the clinic's other User Managers are told

Nothing here raises on any mail. Whatever is not understood whole is asked back, never guessed.
"""
