/* Help on the pages of the application form: the company's name as it will be printed, wished days, how many services are ticked. */
"use strict";

/* 株式会社＋name or name＋株式会社, as the server writes it. */
function showFullNames() {
  document.querySelectorAll("[data-full-name]").forEach((line) => {
    const part = (name) => document.getElementsByName(line.dataset.fullName + name);
    const [type] = part("company_type");
    const [name] = part("company_name");
    const positions = Array.from(part("type_position"));
    if (!type || !name) return;
    const show = () => {
      const isCorporate = line.dataset.corporate.split(" ").includes(type.value);
      const position = positions.find((one) => one.checked)?.value;
      const label = type.selectedOptions[0].textContent;
      const typed = name.value.trim();
      line.hidden = !typed || (isCorporate && !position) || !type.value;
      line.querySelector("[data-written]").textContent = !isCorporate ? typed : position === "before" ? label + typed : typed + label;
    };
    [type, name, ...positions].forEach((control) => control.addEventListener("input", show));
    show();
  });
}

/* 会社名略称(ロケーション名), as the desk will say it. */
function showSiteName() {
  const line = document.querySelector("[data-site-name]");
  if (!line) return;
  const parts = ["short_name", "location_name"].map((name) => document.getElementsByName(name)[0]);
  const show = () => {
    const [short, location] = parts.map((part) => part.value.trim());
    line.hidden = !short || !location;
    line.querySelector("[data-written]").textContent = `${short}(${location})`;
  };
  parts.forEach((part) => part.addEventListener("input", show));
}

/* The earliest days follow the days chosen before; the server alone knows the rules, and asks again when the page is sent. */
function followWishedDays() {
  const box = document.querySelector("[data-work-dates]");
  if (!box) return;
  let asked = 0;

  async function ask() {
    const mine = ++asked;
    const typed = new URLSearchParams();
    box.querySelectorAll("input, select").forEach((control) => {
      if ((control.type !== "radio" || control.checked) && control.value) typed.append(control.name, control.value);
    });
    const answer = await fetch(`${box.dataset.workDates}?${typed}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && mine === asked) show(await answer.json());
  }

  function show(found) {
    for (const [work, earliest] of Object.entries(found.works)) {
      const part = box.querySelector(`[data-work="${work}"]`);
      if (!part) continue;
      const line = part.querySelector("[data-earliest]");
      if (line.textContent !== earliest.text) line.textContent = earliest.text;
      part.querySelectorAll("input[type=date]").forEach((input) => {
        input.min = earliest.day;
      });
    }
    box.querySelectorAll("[data-hint-for]").forEach((line) => {
      const problem = found.problems[line.dataset.hintFor];
      line.textContent = problem ?? found.notes[line.dataset.hintFor] ?? "";
      line.classList.toggle("work__hint--wrong", Boolean(problem));
    });
  }

  box.addEventListener("change", ask);
  ask();
}

/* How many services are ticked, beside how many the chosen plan allows. */
function countServices() {
  const line = document.querySelector("[data-service-limits]");
  if (!line) return;
  const limits = JSON.parse(line.dataset.serviceLimits);
  const show = () => {
    const ticked = document.querySelectorAll("input[name=service_codes]:checked").length;
    const limit = limits[document.querySelector("[name=plan_code]:checked")?.value];
    line.textContent = `${ticked}つ選択しています${limit ? `（選んだ回線プランでは${limit}つまで）` : ""}`;
    line.classList.toggle("service-count--over", Boolean(limit) && ticked > limit);
  };
  document.addEventListener("change", show);
  show();
}

showFullNames();
showSiteName();
followWishedDays();
countServices();
