"""Requests by email, pure: who wrote, which words are theirs, what they ask for, what to answer.

From a raw mail to an outcome in eight steps:

    reading/    1  headers         the header block as it stands
                2  trust           who sent it, and whether that may be believed
                3  mime            the parts that can be read
                4  html_text       HTML as the text that is seen, with styles from a list
                5  own_words       where the sender's own words end, by boundaries and signatures
    language/   6  words, tokens   words as what they do, by the lexicon and the sender's clinics;
                                   licenses (license_phrases) and clauses among them
    requests/   7  finding         what each clause asks for (verbs), put together (gathering)
    remarks/,   8  judgment        what is said beside them (judging, by examples; survey, worries),
    outcomes/                      what is lacking (completion), and so the outcome

understanding runs them; reply_words reads answers to our own mails, replies writes them. The
language lies in lexicon/, where each file begins with what it is for. Nothing here raises on any
mail, and whatever has not exactly one meaning changes nothing.
"""
