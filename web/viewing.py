"""What the desk and the customers' pages agree on, so that an operator can look at them (portal.viewing, admin.viewing)."""

# Where the pages stand under the desk's address, and what in the desk's cookie opens them: a company and since when.
PREFIX = "/as-customer"
GRANT = "viewing"
