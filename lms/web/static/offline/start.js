// What every page does for the phone: remember who is signed in, install the worker, send what waits, and wipe on
// sign-out what the phone keeps of a person, except what has not arrived yet.
import { fillForm } from "./form.js";
import { personOfPage, queueForms, refreshList } from "./hours.js";
import { showList, tell } from "./list.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const FIRST_RETRY = 15_000; // ms; doubled with every failure
const LAST_RETRY = 300_000;
let wait = FIRST_RETRY;
let timer = 0;

export async function startOffline() {
  if (!window.indexedDB) return;
  try {
    await start();
  } catch {
    // a private window without a store: everything works as without this script
  }
}

async function start() {
  const { person: signedIn, worker } = document.body.dataset;
  if (worker) registerWorker(worker);
  if (document.querySelector("[data-signed-out]")) await leave();
  if (signedIn) await arrive(signedIn);
  const person = await personOfPage();
  const sections = [...document.querySelectorAll("[data-outbox]")];
  const form = document.querySelector("form[data-offline-form]");
  if (form) await fillForm(form, person);
  queueForms(() => sections[0]?.scrollIntoView({ block: "nearest" }));
  await noteOthers(person);
  if (!person) return;
  for (const section of sections) await showList(section, person);
  warnOnSignOut(person);
  if (!document.body.dataset.queueToken) return;
  const send = () => keepSending(person, sections);
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  send();
  if (signedIn) await refreshList(signedIn);
  if (await store.kept(`list:${person}`)) document.body.dataset.offlineReady = "yes"; // hours can be logged without a network
}

async function arrive(person) {
  await store.keep("who", person);
  for (const name of await store.names()) {
    if (name.startsWith("list:") && name !== `list:${person}`) await store.forget(name);
  }
}

// Nobody is signed in here any more: the list of units goes, what has not arrived stays for its owner.
async function leave() {
  for (const name of await store.names()) if (name === "who" || name.startsWith("list:")) await store.forget(name);
}

async function keepSending(person, sections) {
  clearTimeout(timer);
  const end = await queue.flush(person);
  for (const section of sections) tell(section, end);
  wait = end === "offline" ? Math.min(wait * 2, LAST_RETRY) : FIRST_RETRY;
  if (end === "offline") timer = setTimeout(() => keepSending(person, sections), wait);
}

// Where nobody can see entries, their number may be seen: whoever made them has to sign in.
async function noteOthers(person) {
  const note = document.querySelector("[data-outbox-others]");
  if (!note) return;
  const left = (await store.everything()).filter((entry) => entry.person !== person && entry.state !== "saved").length;
  note.hidden = left === 0;
  note.querySelector("[data-number]").textContent = left;
}

function warnOnSignOut(person) {
  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.sure) return;
      event.preventDefault();
      const left = (await store.entriesOf(person)).filter((entry) => entry.state !== "saved").length;
      const dialog = document.getElementById("sign-out-warning");
      if (left && dialog && !dialog.open) {
        dialog.querySelector("[data-number]").textContent = left;
        dialog.addEventListener("close", () => dialog.returnValue === "leave" && signOut(form, person), { once: true });
        return dialog.showModal();
      }
      await signOut(form, person);
    });
  }
}

async function signOut(form, person) {
  await queue.dropSaved(person);
  await leave();
  form.dataset.sure = "yes";
  form.requestSubmit();
}

async function registerWorker(address) {
  if (!navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register(address, { updateViaCache: "none" });
    const language = document.documentElement.lang;
    const before = await store.kept("language");
    if (before && before !== language) registration.active?.postMessage("fill");
    if (before !== language) await store.keep("language", language);
  } catch {
    // not served over a secure connection: the queue works, the offline page does not
  }
}
