/*
 * Fills prefecture and city while a postal code is typed; the button beside it does the same without this file.
 * What a person typed is never replaced: only what is empty, or what this script itself wrote.
 */
"use strict";

const PLACES = {
  filled: "郵便番号から住所を入力しました。番地の入力へお進みください。",
  kept: "すでに入力されている住所は、そのまま残しました。",
  several: "この郵便番号にはいくつかの町域があります。一覧から選んでください。",
  unknown: "この郵便番号の住所は見つかりませんでした。番号をお確かめのうえ、住所を入力してください。",
  short: "郵便番号を7桁の数字で入力してください。",
  away: "住所を調べられませんでした。お手数ですが、住所を入力してください。",
};

/* Digits however they were typed: full-width, with dashes or the postal mark. */
function postalDigits(text) {
  return text.normalize("NFKC").replace(/[^0-9]/g, "");
}

function writeUntouched(field, value) {
  const isOurs = field.dataset.filled !== undefined && field.value === field.dataset.filled;
  if (field.value.trim() && !isOurs) return field.value.trim() === value;
  field.value = value;
  field.dataset.filled = value;
  return true;
}

function helpWithAddress(help) {
  const code = document.getElementById(help.dataset.postalCode);
  const prefix = help.dataset.postalCode.replace(/postal_code$/, "");
  const parts = ["prefecture", "city", "city_kana"];
  const choice = help.querySelector("[data-places]");
  const select = choice.querySelector("select");
  const note = help.querySelector("[data-note]");
  let places = [];
  let asked = "";

  function fill(place) {
    const fields = parts.map((part) => [document.getElementById(prefix + part), place[part]]).filter(([field]) => field);
    const written = fields.map(([field, value]) => writeUntouched(field, value));
    note.textContent = written.every(Boolean) ? PLACES.filled : PLACES.kept;
  }

  function offer(found) {
    places = found;
    choice.hidden = places.length < 2;
    const first = select.options[0];
    select.replaceChildren(first, ...places.map((place) => new Option(place.label, place.label)));
    if (places.length === 1) fill(places[0]);
    else note.textContent = places.length ? PLACES.several : PLACES.unknown;
  }

  async function look(digits) {
    asked = digits;
    try {
      const answer = await fetch(help.dataset.placesUrl + digits, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (asked === digits) offer(found);
    } catch {
      if (asked === digits) note.textContent = PLACES.away;
    }
  }

  code.addEventListener("input", () => {
    const digits = postalDigits(code.value);
    if (digits.length === 7 && digits !== asked) look(digits);
  });
  select.addEventListener("change", () => {
    const place = places.find((one) => one.label === select.value);
    if (place) fill(place);
  });
  help.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    const digits = postalDigits(code.value);
    if (digits.length === 7) look(digits);
    else note.textContent = PLACES.short;
  });
}

document.querySelectorAll("[data-postal-code]").forEach(helpWithAddress);
