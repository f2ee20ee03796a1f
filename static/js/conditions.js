/*
 * Fields that only matter with another answer are shown once that answer is given. Without this file they stand there with their
 * condition in words. A hidden field is not sent, and what was typed in it comes back when it is shown again.
 */
"use strict";

/* What a control says, as data-only-values names it: "on" or "off" for a box, else its value. */
function answerOf(form, name) {
  const control = form.elements.namedItem(name);
  if (!control) return null;
  if (control instanceof HTMLInputElement && control.type === "checkbox") return control.checked ? "on" : "off";
  return control.value;
}

function isMeant(form, field) {
  const answer = answerOf(form, field.dataset.onlyWhen);
  if (answer === null) return true;
  const wanted = field.dataset.onlyValues;
  return wanted === "" ? Boolean(answer) && answer !== "off" : wanted.split(" ").includes(answer);
}

function showWhatIsMeant(form) {
  form.querySelectorAll("[data-only-when]").forEach((field) => {
    const meant = isMeant(form, field);
    field.hidden = !meant;
    field.querySelectorAll("input, select, textarea, button").forEach((part) => {
      part.disabled = !meant;
    });
  });
}

/* Fields that are seen only when they are asked for need not say so one by one. */
function shortenMarks(form) {
  form.querySelectorAll("[data-only-when] [data-mark-within]").forEach((mark) => {
    mark.textContent = mark.dataset.markWithin;
  });
}

document.querySelectorAll("form").forEach((form) => {
  if (!form.querySelector("[data-only-when]")) return;
  shortenMarks(form);
  form.addEventListener("change", () => showWhatIsMeant(form));
  showWhatIsMeant(form);
});
