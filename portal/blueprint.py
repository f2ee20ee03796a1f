"""The blueprint that all of the portal's views stand on."""

from flask import Blueprint

portal = Blueprint("portal", __name__)
