// What every page does a little better with JavaScript. Nothing here is needed: each control works without it.
import { keepDrafts } from "./drafts.js";
import "./grading.js";
import { walkInGrids } from "./gradebook.js";
import { walkGrids } from "./grid.js";
import { startOffline } from "./offline/start.js";
import { listenForKeys } from "./shortcuts.js";
import { tick } from "./ticking.js";
import { uploadInParts } from "./uploads.js";

// Menus close when one presses Escape or somewhere else.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The list of errors is where a reader should continue.
const showErrors = (root) => root.querySelector?.(".errors")?.focus();

// <input type="checkbox" data-select-all="name"> ticks every box of that name in its form.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.selectAll;
  if (!name) return;
  const boxes = event.target.form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]:not(:disabled)`);
  for (const box of boxes) box.checked = event.target.checked;
});

// A second tap on a button that is already sending does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sending) event.preventDefault();
  else if (form.method === "post" && !form.matches("[hx-post], [target]")) form.dataset.sending = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});

document.addEventListener("htmx:after:swap", (event) => {
  showErrors(event.target);
  keepDrafts(event.target);
});

showErrors(document);
keepDrafts(document);
walkInGrids(document);
listenForKeys();
startOffline();
tick(document);
uploadInParts(document);
walkGrids(document);
