/*
 * Help, never a need: every page works without this file. No inline handlers, no third party; found by data attributes.
 */
"use strict";

/* Milliseconds after which a form that left the page standing (a download, a cancelled load) can be sent again. */
const STUCK_AFTER = 15000;

/* A form marked data-submit-once is sent once. The button is not disabled, so that its name and value are sent too. */
function stopSecondSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) markBusy(event.submitter);
    window.setTimeout(freeForms, STUCK_AFTER);
  });
  window.addEventListener("pageshow", freeForms);
}

function markBusy(button) {
  button.classList.add("button--busy");
  button.setAttribute("aria-disabled", "true");
}

/* Back from the history, the page is as it was left: the form can be sent again. */
function freeForms() {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll(".button--busy").forEach((button) => {
    button.classList.remove("button--busy");
    button.removeAttribute("aria-disabled");
  });
}

function focusErrorSummary() {
  document.querySelector("[data-error-summary]")?.focus();
}

/* Characters as a person counts them, so that 𠮷 is one. */
function countCharacters() {
  document.querySelectorAll("[data-counter-for]").forEach((counter) => {
    const control = document.getElementById(counter.dataset.counterFor);
    const limit = Number(counter.dataset.counterLimit);
    const show = () => {
      const left = limit - Array.from(control.value).length;
      counter.textContent = left < 0 ? `${-left}文字超えています（${limit}文字以内）` : `あと${left}文字（${limit}文字以内）`;
      counter.classList.toggle("field__counter--over", left < 0);
    };
    control.addEventListener("input", show);
    show();
  });
}

function sizeText(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/* A normal file input in a frame that also takes what is dropped on it. */
function takeDroppedFiles() {
  document.querySelectorAll("[data-file-drop]").forEach((zone) => {
    const input = zone.querySelector("input[type=file]");
    const chosen = zone.querySelector("[data-file-drop-chosen]");
    zone.querySelector("[data-file-drop-hint]").hidden = false;
    input.addEventListener("change", () => {
      chosen.hidden = !input.files.length;
      chosen.textContent = Array.from(input.files, (file) => `選んだファイル：${file.name}（${sizeText(file.size)}）`).join("、");
    });
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("file-drop--over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("file-drop--over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("file-drop--over");
      if (!event.dataTransfer.files.length || input.disabled) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
}

/* The account menu closes on Escape, on a click elsewhere, and when the focus leaves it. */
function closeMenus() {
  document.querySelectorAll("[data-menu]").forEach((menu) => {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}

stopSecondSubmits();
focusErrorSummary();
countCharacters();
takeDroppedFiles();
closeMenus();
