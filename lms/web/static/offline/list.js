// The list of what this phone holds: <section data-outbox>, whose words and templates the page brings. Each entry shows
// its state; a refused one says why, beside a form to correct it. Nothing here is written as HTML, only as text.
import * as queue from "./queue.js";
import * as store from "./store.js";

const TONES = { waiting: "badge-muted", sending: "badge-info", saved: "badge-good", refused: "badge-bad" };
const STATES = ["waiting", "sending", "refused", "saved"];

export function showList(section, person) {
  const render = () => draw(section, person);
  queue.onChange(render);
  section.querySelector("[data-outbox-send]").addEventListener("click", () => queue.flush(person).then((end) => tell(section, end)));
  section.querySelector("[data-outbox-clear]").addEventListener("click", () => queue.dropSaved(person));
  return render();
}

export function tell(section, end) {
  for (const line of section?.querySelectorAll("[data-end]") ?? []) line.hidden = line.dataset.end !== end;
}

async function draw(section, person) {
  const entries = (await store.entriesOf(person)).filter((entry) => entry.kind === section.dataset.outbox);
  section.hidden = entries.length === 0;
  const number = (state) => entries.filter((entry) => entry.state === state).length;
  const counts = STATES.filter(number).map((state) => section.dataset[`count${state[0].toUpperCase()}${state.slice(1)}`].replace("{n}", number(state)));
  section.querySelector("[data-outbox-counts]").textContent = counts.join(", ");
  section.querySelector("[data-outbox-clear]").hidden = !number("saved");
  section.querySelector("[data-outbox-send]").hidden = !(number("waiting") + number("sending"));
  const open = section.querySelector("li:has(form)");
  if (open && entries.some((entry) => entry.key === open.dataset.key && entry.state !== "saved")) return; // being corrected
  const list = section.querySelector("[data-outbox-list]");
  list.replaceChildren(...entries.map((entry) => row(section, entry, person)));
}

function row(section, entry, person) {
  const made = section.querySelector("template[data-outbox-item]").content.cloneNode(true).firstElementChild;
  const part = (name) => made.querySelector(`[data-${name}]`);
  made.dataset.key = entry.key;
  made.dataset.state = entry.state;
  part("what").textContent = entry.label.what || "–";
  part("day").textContent = dayText(entry.label.day);
  part("time").textContent = entry.label.time;
  part("comment").textContent = entry.label.comment;
  part("comment").hidden = !entry.label.comment;
  part("state").textContent = section.dataset[entry.state];
  part("state").classList.add(TONES[entry.state]);
  const why = entry.state === "refused" ? wordsOf(entry.problem) : [];
  part("problem").textContent = why.join(" ");
  part("problem").hidden = why.length === 0;
  if (entry.state === "saved" && entry.answer?.url) {
    part("see").href = entry.answer.url;
    part("see").hidden = false;
  }
  part("change").hidden = part("drop").hidden = !queue.mayChange(entry);
  if (entry.page && section.dataset.outboxOpens !== undefined) {
    const { yours, theirs } = entry.problem ?? {};
    versions(made, yours?.lines ?? [], theirs?.lines ?? []);
    part("change").hidden = entry.state !== "refused";
    part("change").addEventListener("click", () => queue.openPage(entry).then((end) => tell(section, end)));
  } else {
    part("change").addEventListener("click", () => correct(section, made, entry, person));
  }
  part("drop").addEventListener("click", () => queue.drop(entry.key));
  return made;
}

// The lines in which both versions of a conflict differ.
function versions(made, yours, theirs) {
  const fill = (name, lines, others) => {
    const list = made.querySelector(`[data-${name}]`);
    const differ = lines.filter((line) => !others.includes(line));
    list.closest("[data-version]").hidden = differ.length === 0;
    list.replaceChildren(...differ.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  };
  fill("yours", yours, theirs);
  fill("theirs", theirs, yours);
}

const wordsOf = ({ title, detail, errors }) => {
  const told = errors.map((error) => error.message);
  return told.length ? told : [detail || title];
};

function dayText(day) {
  if (!day) return "";
  const [year, month, date] = day.split("-").map(Number);
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return form.format(new Date(Date.UTC(year, month - 1, date)));
}

// The entry as a form in its own place; it is sent again under a new key, since the server has refused the old one.
async function correct(section, made, entry, person) {
  const form = section.querySelector("template[data-outbox-form]").content.cloneNode(true).firstElementChild;
  const list = await store.kept(`list:${person}`);
  const values = new Map(entry.fields);
  fillChoices(form.elements.unit, list?.units ?? [], values.get("other") || values.get("unit"), entry.label.what);
  for (const name of ["day", "start", "end", "comment"]) form.elements[name].value = values.get(name) ?? "";
  form.elements.minutes.value = values.get("quick") || values.get("minutes") || "";
  const wrong = new Set((entry.problem?.errors ?? []).map((error) => error.field));
  for (const name of wrong) form.elements[name]?.setAttribute?.("aria-invalid", "true");
  for (const field of form.querySelectorAll("[data-twice]")) field.hidden = !wrong.has("start") && !wrong.has("end");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const twice = !form.querySelector("[data-twice]").hidden;
    const kept = entry.fields.filter(([name]) => name === "paid_by_firm");
    const sent = [...new FormData(form)].filter(([name]) => twice || !name.startsWith("which_"));
    const label = { ...entry.label, what: form.elements.unit.selectedOptions[0].textContent, day: form.elements.day.value,
      time: form.elements.minutes.value || `${form.elements.start.value}–${form.elements.end.value}`, comment: form.elements.comment.value };
    form.remove();
    await queue.add({ ...entry, key: queue.newKey(), fields: [...kept, ...sent], label, tries: 0, problem: null });
    await queue.drop(entry.key);
    tell(section, await queue.flush(person));
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => {
    form.remove();
    draw(section, person);
  });
  made.append(form);
  form.querySelector("[aria-invalid], input").focus();
}

export function fillChoices(select, units, chosen, name) {
  const options = units.map((unit) => new Option(unit.name, unit.value, false, unit.value === chosen));
  if (chosen && !units.some((unit) => unit.value === chosen)) options.push(new Option(name || chosen, chosen, true, true));
  select.replaceChildren(...options);
}
