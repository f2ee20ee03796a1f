"""The blueprint that the desk's own pages stand on."""

from flask import Blueprint

desk = Blueprint("desk", __name__)
