// The offline page: the three taps again, from the list that this phone keeps of the person who was signed in last.
import { newKey } from "./queue.js";
import * as store from "./store.js";

const DAYS = 7; // as far back as the page offers; older work can wait for a network

export async function fillForm(form, person) {
  const list = person ? await store.kept(`list:${person}`) : null;
  const page = document.querySelector("[data-offline]");
  page.querySelector("[data-nobody]").hidden = Boolean(list);
  form.hidden = !list;
  if (!list) return;
  form.dataset.person = person;
  form.dataset.queueUrl = list.url;
  form.elements.client_key.value = newKey();
  const words = form.dataset;
  const days = lastDays(list.zone);
  const names = [words.today, words.yesterday];
  chips(form, "day", days.slice(0, 2).map((day, index) => ({ value: day, name: names[index] })));
  form.querySelector("[data-older]").replaceChildren(new Option("–", ""), ...days.slice(2).map((day) => new Option(long(day), day)));
  form.querySelector("[data-older]").addEventListener("change", (event) => older(form, event.target));
  chips(form, "unit", list.units.filter((unit) => unit.is_near));
  const rest = list.units.filter((unit) => !unit.is_near);
  form.elements.other.replaceChildren(new Option("–", ""), ...rest.map((unit) => new Option(unit.name, unit.value)));
  if (form.elements.paid_by_firm) form.elements.paid_by_firm.checked = list.paid_by_firm;
  const quick = form.querySelector("[data-quick]");
  quick.replaceChildren(...list.quick.map((minutes) => button(minutes)));
}

// A day before yesterday becomes one more chip, already chosen.
function older(form, select) {
  const chosen = select.selectedOptions[0];
  if (!chosen.value) return;
  const days = [...form.querySelectorAll("[name=day]")].map((one) => ({ value: one.value, name: one.labels[0].textContent }));
  chips(form, "day", [...days.slice(0, 2), { value: chosen.value, name: chosen.textContent }], 2);
  select.value = "";
}

function chips(form, name, options, chosen = 0) {
  const place = form.querySelector(`[data-chips="${name}"]`);
  place.replaceChildren(...options.map(({ value, name: text }, index) => {
    const label = document.createElement("label");
    label.className = "chip";
    const input = Object.assign(document.createElement("input"), { type: "radio", name, value, checked: index === chosen });
    const words = document.createElement("span");
    words.textContent = text;
    label.append(input, words);
    return label;
  }));
}

function button(minutes) {
  const made = Object.assign(document.createElement("button"), { type: "submit", name: "quick", value: minutes });
  made.className = "btn btn-small";
  made.textContent = `+${minutes} min`;
  return made;
}

// Today and the days before it, as the site's calendar has them, whatever the phone's zone is.
function lastDays(zone) {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
  const noon = Date.parse(`${today}T12:00:00Z`);
  return Array.from({ length: DAYS }, (_, back) => new Date(noon - back * 24 * 3600 * 1000).toISOString().slice(0, 10));
}

function long(day) {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return form.format(new Date(`${day}T12:00:00Z`));
}
