/*
 * Warns before what was typed is cleared, and prolongs it on 「続ける」. Another window may have prolonged it meanwhile: the server
 * is asked before anything is said. The end is a moment, not a count of ticks, so that a sleeping computer tells no lies.
 * Whoever types for a long time on one page is there all the while, and the server is told so now and then.
 */
"use strict";

const WARN_BEFORE = 5 * 60;
const WHILE_TYPING = 5 * 60 * 1000;

function startCountdown(box) {
  const dialog = box.querySelector("dialog");
  const left = box.querySelector("[data-left]");
  const until = box.querySelector("[data-until]");
  const failed = box.querySelector("[data-failed]");
  const goOn = box.querySelector("[data-go-on]");
  let end = 0;
  let toldAt = Date.now();

  function setLeft(seconds) {
    end = Date.now() + seconds * 1000;
    const time = new Date(end);
    until.textContent = time.toLocaleTimeString("ja-JP", { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" });
    until.dateTime = time.toISOString();
  }

  function words(seconds) {
    const minutes = Math.floor(seconds / 60);
    return minutes ? `${minutes}分${seconds % 60}秒` : `${seconds}秒`;
  }

  async function ask(method) {
    const headers = { Accept: "application/json", "X-CSRFToken": box.dataset.token };
    const answer = await fetch(box.dataset.url, { method, headers });
    if (answer.status === 410) return 0;
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).seconds_left;
  }

  function sayOver() {
    box.querySelector("[data-title]").textContent = "入力内容を消去しました";
    box.querySelector("[data-text]").textContent = "操作のないまま時間が過ぎました。お手数ですが、はじめから入力してください。";
    box.querySelector("[data-anew]").hidden = false;
    goOn.hidden = true;
    failed.hidden = true;
    if (!dialog.open) dialog.showModal();
  }

  async function warn() {
    try {
      setLeft(await ask("GET"));
    } catch {
      /* The server does not answer: what this page knows still holds. */
    }
    if (secondsLeft() <= WARN_BEFORE && secondsLeft() > 0 && !dialog.open) dialog.showModal();
  }

  function secondsLeft() {
    return Math.max(0, Math.ceil((end - Date.now()) / 1000));
  }

  async function tick() {
    const seconds = secondsLeft();
    left.textContent = words(seconds);
    if (seconds === 0) sayOver();
    else if (seconds <= WARN_BEFORE && !dialog.open) await warn();
    window.setTimeout(tick, seconds > WARN_BEFORE ? Math.min(30000, (seconds - WARN_BEFORE) * 1000) : 1000);
  }

  goOn.addEventListener("click", async () => {
    try {
      setLeft(await ask("POST"));
      failed.hidden = true;
      if (secondsLeft() > WARN_BEFORE) dialog.close();
    } catch {
      failed.hidden = false;
    }
  });

  document.addEventListener("input", async () => {
    if (Date.now() - toldAt < WHILE_TYPING || secondsLeft() === 0) return;
    toldAt = Date.now();
    try {
      setLeft(await ask("POST"));
    } catch {
      /* The server does not answer: the countdown goes on, and warns when it has to. */
    }
  });

  setLeft(Number(box.dataset.countdown));
  tick();
}

document.querySelectorAll("[data-countdown]").forEach(startCountdown);
