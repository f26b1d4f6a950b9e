"""What a person reads when the local cloud is ready."""

from local.stack import Stack

NAMES = {"user_manager": "User Manager", "member": "member", "staff": "vendor's staff"}


def text(stack: Stack, mail_port: int, seconds: float, business_day: float) -> str:
    """Return the line that begins with Ready, the addresses, the sign-ins and what to try."""
    url = stack["api_url"]
    sign_ins = "\n".join(
        f"  {account['email']:<34} {account['password']}   {NAMES[account['role']]}"
        + (f" of {' and '.join(account['clinics'])}" if account["clinics"] else "")
        for account in stack["accounts"]
    )
    manager = stack["accounts"][0]["email"]
    clinic = stack["accounts"][0]["clinics"][0]
    staff = next(one["email"] for one in stack["accounts"] if one["role"] == "staff")
    lived = stack["accounts"][-1]["clinics"][0]
    return f"""
Ready in {seconds:.0f} s. A business day passes in {business_day:g} s. Ctrl-C stops everything.

  page and API   {url}/
  mail intake    127.0.0.1:{mail_port}, by SMTP; it looks nothing up, so any sender counts as proven
  AWS services   {stack["endpoint_url"]} (region {stack["region"]}; the key is in .local/stack.json)

Demo sign-ins (new passwords at each start, also in .local/stack.json)
{sign_ins}

Links to try in a browser; each asks you to sign in first
  as {manager}
    licenses and users          {url}/#/clinics/{clinic}/users
    two licenses, filled in     {url}/#/clinics/{clinic}?add=therapist:2
  as {stack["accounts"][-1]["email"]}, whose clinics have four months behind them
    both clinics at a glance    {url}/#/
    requests of every status    {url}/#/clinics/{lived}/adjustments
    what was used and billed    {url}/#/clinics/{lived}/usage
    invoices, the coming first  {url}/#/clinics/{lived}/invoices
    who changed what            {url}/#/clinics/{lived}/history
  as {staff}, the vendor's staff
    overview, and what waits    {url}/#/overview
    last night's findings       {url}/#/staff

And in another terminal
  TOKEN=$(.venv/bin/python -m local token {manager})
  curl -s -H "Authorization: Bearer $TOKEN" {url}/clinics/{clinic}/licenses
  .venv/bin/python -m local inbox      # the mails that were sent

The functions' log follows.
"""
