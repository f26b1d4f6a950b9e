"""DELETE /suppressed-addresses/{address}: staff let mail go to a bounced address again."""

from licensing.adapters.telemetry import logger
from licensing.answers import staff as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.paths import mail_address
from licensing.use_cases.letters import mail_addresses

lambda_handler = app = Api()


@app.delete("/suppressed-addresses/<address>")
def clear_mail_address(address: str) -> HttpAnswer:
    """Clear the address and return it; one that takes mail already is returned as it is."""
    caller = app.staff()
    cleared = mail_address(address)
    mail_addresses.clear_mail_address(app.store, caller, cleared)
    logger.info("mail_address_cleared")
    body: answers.MailAddressAnswer = {"address": cleared, "takes_mail": True}
    return answer(200, body)
