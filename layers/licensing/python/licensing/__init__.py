"""Licenses of clinics: the code that every function shares.

    domain/      the rules, pure: licenses, billing, business time. Imports nothing of ours.
    mail/        requests by email, pure: who wrote, what is new text, what it asks for.
    use_cases/   load, decide, commit: a folder for each subject, in it a module per thing that
                 somebody wants done.
    adapters/    the outside: DynamoDB, Cognito, SES, Step Functions, environment, logs.
    http/        API Gateway events in, problem+json and answers out.

Arrows go one way: handler → use case → domain; the handler passes the adapters in.
"""

import gc

# Nearly all that a function imports stays, so that looking through it for garbage every 700
# allocations finds next to nothing and costs 2 % of a cold start.
gc.set_threshold(50_000, 10, 10)
