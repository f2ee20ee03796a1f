/*
 * Keys for operators: `?` lists them. An element says its key by data-key and what it does by data-key-text; a link or button is
 * pressed, in anything else the first control gets the focus. Never while somebody types, and whoever does not want it turns it off.
 */
"use strict";

/* In a list (data-rows) the focus goes from row to row. Which key does it, and what it is called, says the page (data-keys-open). */
const ROW_ACTS = {
  next_row: () => step(1),
  previous_row: () => step(-1),
  pick_row: () => boxIn(rowAt(here()))?.click(),
};

const OFF = "desk-keys-off";
const CONTROLS = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled])";

function areOff() {
  return window.localStorage.getItem(OFF) === "yes";
}

function isTyping(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=button])");
}

function control(element) {
  return element.matches(CONTROLS) ? element : element.querySelector(CONTROLS);
}

/* Only what a key can do now: an element without a control does nothing. */
function keyed() {
  return Array.from(document.querySelectorAll("[data-key]")).filter(control);
}

function told() {
  return JSON.parse(document.querySelector("[data-keys-open]")?.dataset.keysOpen ?? "{}");
}

function follow(element) {
  const found = control(element);
  if (found.matches("a, button")) found.click();
  else found.focus();
}

function rows() {
  return Array.from(document.querySelectorAll("[data-rows] tbody tr"));
}

function here() {
  return rows().findIndex((one) => one.contains(document.activeElement));
}

function rowAt(place) {
  return rows()[place];
}

function boxIn(line) {
  return line?.querySelector("input[name=ids]");
}

function step(by) {
  const place = Math.min(Math.max(here() + by, 0), rows().length - 1);
  rowAt(place)?.querySelector("a[href]")?.focus();
}

/* The keys that work here: those of elements, and those of the list's rows where there is one. */
function rowKeys() {
  if (!rows().length) return [];
  const acts = Object.keys(ROW_ACTS).filter((name) => name !== "pick_row" || boxIn(rowAt(0)));
  return acts.map((name) => [...told()[name], ROW_ACTS[name]]);
}

function row(key, text) {
  const line = document.createElement("div");
  const sign = Object.assign(document.createElement("kbd"), { textContent: key });
  const term = document.createElement("dt");
  term.append(sign);
  line.append(term, Object.assign(document.createElement("dd"), { textContent: text }));
  return line;
}

/* The list of the keys that this page has. */
function makeDialog() {
  const dialog = Object.assign(document.createElement("dialog"), { className: "keys" });
  const title = Object.assign(document.createElement("h2"), { id: "keys-title", textContent: "この画面のキー操作" });
  dialog.setAttribute("aria-labelledby", title.id);
  const list = Object.assign(document.createElement("dl"), { className: "keys__list" });
  list.append(...keyed().map((element) => row(element.dataset.key, element.dataset.keyText)));
  list.append(...rowKeys().map(([key, text]) => row(key, text)), row(...told().keys));
  const off = Object.assign(document.createElement("input"), { type: "checkbox", checked: !areOff() });
  const label = Object.assign(document.createElement("label"), { className: "keys__switch" });
  label.append(off, "1文字のキー操作を使う（文字を入力している間は働きません）");
  off.addEventListener("change", () => window.localStorage.setItem(OFF, off.checked ? "no" : "yes"));
  const close = Object.assign(document.createElement("button"), { type: "button", className: "button button--secondary", textContent: "閉じる" });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(title, list, label, close);
  return dialog;
}

function showKeys() {
  if (document.querySelector("dialog.keys")) return;
  const dialog = makeDialog();
  document.body.append(dialog);
  dialog.showModal();
}

function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (areOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // A key that is held down goes through the rows of a list, but presses nothing twice: the next page may bear the same key.
    const marked = !event.repeat && keyed().find((element) => element.dataset.key === event.key);
    const ofRows = rowKeys().find(([key]) => key === event.key);
    const found = event.key === told().keys?.[0] ? showKeys : marked ? () => follow(marked) : ofRows?.[2];
    if (!found) return;
    event.preventDefault();
    found();
  });
  document.querySelectorAll("[data-keys-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", showKeys);
  });
}

listen();
