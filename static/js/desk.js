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

offerRows();
keepAddressesShort();
