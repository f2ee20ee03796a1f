/*
 * Help for operators, never a need: every page of the desk works without this file. Found by data attributes.
 */
"use strict";

/* Milliseconds after the last key before suggestions are asked for. */
const PAUSE = 250;

/* A reference is typed as a number; while a name is typed, the table's rows are offered. */
function offerRows() {
  document.querySelectorAll("[data-lookup]").forEach((input) => {
    const list = document.getElementById(input.getAttribute("list"));
    let timer = 0;
    input.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => fillRows(input, list), PAUSE);
    });
  });
}

async function fillRows(input, list) {
  const typed = input.value.trim();
  if (!typed || !list) return;
  const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(typed)}`);
  if (!answer.ok || input.value.trim() !== typed) return;
  const lines = (await answer.text()).split("\n").filter(Boolean);
  list.replaceChildren(...lines.map((line) => new Option(line, line)));
}

/* A search form leaves out what says nothing, so that its address stays short enough to pass on. */
function keepAddressesShort() {
  document.querySelectorAll("form[data-lean]").forEach((form) => {
    const columns = chosenColumns(form);
    form.addEventListener("submit", () => {
      const isSame = chosenColumns(form) === columns && !new URLSearchParams(window.location.search).has("columns");
      for (const control of form.elements) {
        if (!control.name) continue;
        if (control.value === "" || (isSame && control.name === "columns")) control.disabled = true;
      }
      window.setTimeout(() => Array.from(form.elements, (control) => (control.disabled = false)));
    });
  });
}

function chosenColumns(form) {
  return Array.from(form.querySelectorAll("[name=columns]:checked"), (box) => box.value).join();
}

/* Where rows can be chosen, the head of their column chooses all rows of the page. */
function offerAllRows() {
  document.querySelectorAll("#bulk table").forEach((table) => {
    const boxes = Array.from(table.querySelectorAll("tbody input[name=ids]"));
    const head = table.querySelector("thead th");
    if (!boxes.length || !head) return;
    const all = Object.assign(document.createElement("input"), { type: "checkbox" });
    const label = Object.assign(document.createElement("label"), { className: "pick-all" });
    label.append(all, head.textContent);
    head.replaceChildren(label);
    all.setAttribute("aria-label", "このページの行をすべて選ぶ");
    all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
    table.addEventListener("change", () => {
      all.checked = boxes.every((box) => box.checked);
      sayHowMany(boxes);
    });
    window.addEventListener("pageshow", () => sayHowMany(boxes)); // a browser going back keeps what was chosen
  });
}

function sayHowMany(boxes) {
  const count = boxes.filter((box) => box.checked).length;
  document.querySelectorAll("[data-chosen]").forEach((place) => (place.textContent = count ? `${count}件` : ""));
}

offerAllRows();
offerRows();
keepAddressesShort();
