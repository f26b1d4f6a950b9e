"""The body of a request about notices."""

from typing import Annotated

from pydantic import Field

from licensing.domain.errors import InvalidRequestError
from licensing.domain.licenses import LicenseType
from licensing.domain.notice_settings import NoticeSettings
from licensing.http.fields import Left, Truth
from licensing.http.pydantic_body import PydanticBody


class FewLeftBody(PydanticBody):
    """At how many licenses left of a type somebody is told."""

    license_type: LicenseType
    at: Left


class NoticesBody(PydanticBody):
    """PUT /clinics/{clinic_id}/notices."""

    few_left: Annotated[list[FewLeftBody], Field(max_length=len(LicenseType))]
    before_renewal: Truth
    invoice_finalized: Truth
    price_rise: Truth

    def settings(self) -> NoticeSettings:
        """Return the settings; raises InvalidRequestError if a license type is named twice."""
        few_left = {entry.license_type: entry.at for entry in self.few_left}
        if len(few_left) < len(self.few_left):
            raise InvalidRequestError.at("few_left", "List each license type once.")
        return NoticeSettings(
            few_left, self.before_renewal, self.invoice_finalized, self.price_rise
        )
