"""From the postal code to the address: as JSON for the script, and by a button of every form that has an address."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from models.forms import PostalCodeField, address_of
from models.services.postal_codes import Place, places_of
from portal.access import open_to_visitors
from portal.blueprint import portal

BUTTON = "fill_address"
UNKNOWN = "この郵便番号の住所は見つかりませんでした。番号をお確かめのうえ、住所を入力してください。"
SEVERAL = "この郵便番号にはいくつかの町域があります。一覧から選び、もう一度ボタンを押してください。"
FILLED = "郵便番号から住所を入力しました。番地の入力へお進みください。"
KEPT = "すでに入力されている住所は、そのまま残しました。"


@portal.get("/postal-codes/<code>")
@open_to_visitors
def show_places(code: str) -> ResponseReturnValue:
    """The places of a code; an empty list where there is none."""
    return jsonify(
        [
            {"prefecture": place.prefecture, "city": place.city, "city_kana": place.city_kana, "label": place.label}
            for place in places_of(code)
        ]
    )


def places_url() -> str:
    """What the script puts a code behind; its presence tells the form component that addresses can be filled."""
    return url_for("portal.show_places", code="_").removesuffix("_")


def fill_address(form: Any) -> bool:
    """Fills the address whose button was pressed and gives True; False when no such button was pressed.

    What was typed stays: only empty fields are filled. Nothing is stored; the caller shows the form again.
    """
    name = request.form.get(BUTTON)
    if name is None:
        return False
    for bound in form:
        if bound.name == name and isinstance(bound, PostalCodeField):
            _fill(form, bound, places_of(str(bound.data or "")))
    return True


def _fill(form: Any, bound: PostalCodeField, places: tuple[Place, ...]) -> None:
    labels = [place.label for place in places]
    chosen = request.form.get(bound.choice_name, "")
    if len(places) > 1:
        bound.places, bound.chosen = labels, chosen
    if len(places) == 1 or chosen in labels:
        place = places[labels.index(chosen) if chosen in labels else 0]
        bound.note = KEPT if _write(form, bound, place) else FILLED
    else:
        bound.note = SEVERAL if places else UNKNOWN


def _write(form: Any, bound: PostalCodeField, place: Place) -> bool:
    # True when something that was typed differs from the table and stayed.
    is_kept = False
    for part, name in address_of(bound.name, form).items():
        typed, found = (form[name].data or "").strip(), getattr(place, part)
        if not typed:
            form[name].data = found
        is_kept = is_kept or (bool(typed) and typed != found)
    return is_kept
