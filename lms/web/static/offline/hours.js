// Forms that go through the queue: <form data-queue="hours" data-queue-url="/…">. What is typed stands on the phone first
// and is sent then. If the network answers, the page goes on as without a script: to the week, or back to the form with
// its errors. If it does not, the entry waits in the list, and the form is empty again for the next one.
// A form may say more of itself: data-queue-what and data-queue-day, what the list calls its entries; data-queue-then,
// the field by which the server is told that a page follows; data-queue-whole, that its latest entry replaces those
// that wait, and that a conflict is shown by its page; a button with data-native is never queued.
import * as queue from "./queue.js";
import * as store from "./store.js";

const OWN = new Set(["csrf_token", "client_key", "person"]);
const TYPED = ["minutes", "comment", "start", "end"]; // the day and the unit stay as they are: often the next is alike

export const personOfPage = async () => document.body.dataset.person || (await store.kept("who")) || "";

// The fields that are sent, as a browser would; the button that was pressed is one of them.
function fieldsOf(form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  return [...data].filter(([name, value]) => !OWN.has(name) && typeof value === "string");
}

// What the list says of an entry, in the words of the form.
function labelOf(form, fields) {
  const values = new Map(fields);
  const nameOf = (name) => {
    const field = form.elements[name];
    const chosen = field instanceof RadioNodeList ? [...field].find((one) => one.checked) : field;
    return (chosen?.labels?.[0]?.textContent ?? "").trim();
  };
  if (form.dataset.queueWhat) return { what: form.dataset.queueWhat, day: form.dataset.queueDay ?? "", time: "", comment: "" };
  const other = form.elements.other?.selectedOptions?.[0];
  const span = [values.get("start"), values.get("end")].filter(Boolean).join("–");
  const quick = values.get("quick");
  return {
    what: values.get("other") ? other.textContent.trim() : nameOf("unit"),
    day: values.get("day") ?? "",
    time: quick ? `${quick} min` : values.get("minutes") || span,
    comment: values.get("comment") ?? "",
  };
}

// A form is busy from the press of its button until it is known whether the entry was sent or waits.
async function submit(event, after) {
  const form = event.target;
  busy(form, 1);
  try {
    await send(event, form, after);
  } finally {
    busy(form, -1);
  }
}

const running = new WeakMap();

function busy(form, more) {
  running.set(form, (running.get(form) ?? 0) + more);
  if (running.get(form)) form.setAttribute("aria-busy", "true");
  else form.removeAttribute("aria-busy");
}

async function send(event, form, after) {
  const person = document.body.dataset.person || form.dataset.person;
  if (event.defaultPrevented || form.dataset.native || !person || !window.indexedDB) return; // then as without a script
  const button = event.submitter;
  if (button?.dataset.native !== undefined) return;
  event.preventDefault();
  const fields = fieldsOf(form, button);
  const key = form.elements.client_key.value;
  const { queue: kind, queueUrl: url } = form.dataset;
  const label = labelOf(form, fields);
  form.elements.client_key.value = queue.newKey(); // from here on the form is of the next entry
  const isWhole = form.dataset.queueWhole !== undefined;
  const page = form.getAttribute("action");
  try {
    if (isWhole) await queue.dropWaiting(person, url);
    await queue.add({ key, person, kind, url, page, fields, label });
  } catch {
    return postAsIs(form, fields, key); // the phone keeps nothing: a private window, a full disk
  }
  const isNext = emptied(form);
  after?.();
  await queue.flush(person, { [key]: [[form.dataset.queueThen ?? "then", "page"]] });
  const end = await queue.flush(person); // had an earlier round begun already, this entry's turn was not in it
  const now = await store.take(key);
  if (!document.body.dataset.person || isNext() || end !== "done") return; // the list says how it stands
  if (now?.state === "saved") {
    await queue.drop(key);
    location.assign(now.answer.url);
  } else if (now?.problem?.status === 422 || (isWhole && now?.problem?.status === 409)) {
    await queue.drop(key);
    postAsIs(form, fields, key); // the page says what is wrong, beside each field, or shows both versions
  }
}

// Empties the form; gives a function that says whether somebody has begun with the next entry.
function emptied(form) {
  for (const name of TYPED) if (form.elements[name]) form.elements[name].value = "";
  let isTouched = false;
  form.addEventListener("input", () => (isTouched = true), { once: true });
  return () => isTouched;
}

// As a browser without a script would have posted it, with what was in the form then.
function postAsIs(form, fields, key) {
  const sent = document.createElement("form");
  Object.assign(sent, { method: "post", action: form.getAttribute("action"), hidden: true });
  const all = [...fields, ["client_key", key], ["csrf_token", form.elements.csrf_token?.value ?? ""]];
  queue.postFields(sent, all);
}

export function queueForms(after) {
  for (const form of document.querySelectorAll("form[data-queue]")) {
    form.addEventListener("submit", (event) => submit(event, after));
    if (form.dataset.queueWhole !== undefined) queue.onChange(() => renew(form));
  }
}

// Once what waited has arrived, the form that is still open goes on from that version; it would conflict with itself.
async function renew(form) {
  const own = (await store.entriesOf(document.body.dataset.person ?? "")).filter((entry) => entry.url === form.dataset.queueUrl);
  const isSince = (entry) => entry.state === "saved" && entry.answer?.version && entry.saved_at > performance.timeOrigin;
  const last = own.filter(isSince).at(-1);
  if (last) form.elements.version.value = last.answer.version;
}

// What the offline page needs to offer the same three taps: asked for when it is half a day old.
const HALF_A_DAY = 12 * 3600 * 1000;

export async function refreshList(person) {
  const { queueList } = document.body.dataset;
  if (!queueList) return;
  const old = await store.kept(`list:${person}`);
  const language = document.documentElement.lang;
  if (old && old.language === language && Date.now() - old.at < HALF_A_DAY) return;
  try {
    const answer = await fetch(queueList, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const list = await answer.json();
    if (list.person === person) await store.keep(`list:${person}`, { ...list, language, at: Date.now() });
  } catch {
    // no network: the list that is kept has to do
  }
}
