"""Requests by email, pure: who wrote, which words are theirs, what they ask for, what to answer.

From a raw mail to an outcome in eight steps:

    1  headers         the header block as it stands
    2  trust           who sent it, and whether that may be believed
    3  mime            the parts that can be read
    4  html_text       HTML as the text that is seen, with styles from a list
    5  own_words       where the sender's own words end, by boundaries and signatures alone
    6  words, tokens   words as what they do, by the lexicon and the sender's clinics
    7  requests        clause by clause (clauses, license_phrases, verbs), put together (gathering)
    8  judgment        what is said beside them (survey, remarks, worries), what is lacking
                       (completion), and so the outcome

reading does steps 3 to 5, parsing 6 and 7, understanding all from 6 on; reply_words reads answers
to our own mails, replies writes them. The language lies in lexicon/, where each file begins with
what it is for. Nothing here raises on any mail, and whatever has not exactly one meaning changes
nothing.
"""
