"""What stands in addresses besides numbers and words."""

from werkzeug.routing import BaseConverter, ValidationError

from models.base.workflow import Status


class StatusConverter(BaseConverter):
    """A status by its code; an unknown one is no address."""

    def to_python(self, value: str) -> Status:
        """The status."""
        try:
            return Status(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: Status) -> str:
        """Its code."""
        return str(value.value)
