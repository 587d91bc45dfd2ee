// The queue: what was done on this phone and has not arrived yet. An entry is a form to be posted, of any kind:
//   { key, person, kind, url, fields: [[name, value]], label, made_at, state, tries, problem, answer }
// key: a UUID made here, sent as client_key, so that sending again is the same deed. state: "waiting", "sending", "saved"
// or "refused". An entry leaves the queue as saved only when the server's JSON names its key: a hotel's sign-in page that
// answers 200 has saved nothing.
import * as store from "./store.js";

const LIMIT = 20000; // ms that one answer may take
const SAVED_FOR = 24 * 3600 * 1000; // ms that a saved entry stays in the list
const changed = new EventTarget();
let flight = null;

export const onChange = (run) => changed.addEventListener("change", run);
const say = () => changed.dispatchEvent(new Event("change"));

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Puts an entry on the disk of the phone before anything is sent.
export async function add(entry) {
  await store.put({ made_at: Date.now(), tries: 0, problem: null, answer: null, ...entry, state: "waiting" });
  navigator.storage?.persist?.();
  say();
}

// What waits for this address and cannot have arrived: a newer whole version takes its place.
export async function dropWaiting(person, url) {
  for (const entry of await store.entriesOf(person)) if (entry.url === url && mayChange(entry)) await store.drop(entry.key);
}

// Leaves the page with a form that is made here.
export function postFields(form, fields) {
  for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}

// Opens the entry's own page with what was typed, as if it had been sent from there: the page shows both versions.
export async function openPage(entry) {
  const token = await askToken(entry.person);
  if (typeof token !== "object") return token;
  await store.drop(entry.key);
  const form = Object.assign(document.createElement("form"), { method: "post", action: entry.page, hidden: true });
  postFields(form, [...entry.fields, ["client_key", newKey()], ["csrf_token", token.token]]);
  return "done";
}

export async function drop(key) {
  await store.drop(key);
  say();
}

// Only what the server cannot have: an entry whose answer was lost may stand there already.
export const mayChange = (entry) => entry.state === "refused" || (entry.state === "waiting" && entry.tries === 0);

export async function dropSaved(person, before = Infinity) {
  for (const entry of await store.entriesOf(person)) {
    if (entry.state === "saved" && entry.saved_at < before) await store.drop(entry.key);
  }
  say();
}

// Sends what waits, the oldest first, one at a time and from one tab only. Gives "done", "offline" or "sign-in".
// then: { [key]: [[name, value]] }, further fields of the entry that somebody is looking at.
export function flush(person, then = {}) {
  flight ??= alone(() => sendAll(person, then)).finally(() => {
    flight = null;
    say();
  });
  return flight;
}

async function alone(work) {
  return navigator.locks ? navigator.locks.request("outbox", work) : work();
}

async function sendAll(person, then) {
  await dropSaved(person, Date.now() - SAVED_FOR);
  const waiting = (await store.entriesOf(person)).filter((entry) => ["waiting", "sending"].includes(entry.state));
  if (!waiting.length) return "done";
  let token = await askToken(person);
  for (const entry of waiting) {
    if (typeof token !== "object") return token;
    const now = await store.take(entry.key); // it may have been taken back meanwhile
    if (!now || now.state === "refused" || now.state === "saved") continue;
    let became = await send(now, token.token, then[now.key]);
    if (became === "token") {
      token = await askToken(person);
      if (typeof token === "object") became = await send(now, token.token, then[now.key], true);
    }
    if (became === "offline" || became === "sign-in") return became;
  }
  return "done";
}

// Who is signed in, and the token of their forms; another person's phone session sends nothing of this one's.
async function askToken(person) {
  const { queueToken } = document.body.dataset;
  try {
    const answer = await fetch(queueToken, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(LIMIT) });
    if (answer.status === 401) return "sign-in";
    const said = answer.ok ? await answer.json() : null;
    if (!said?.token) return "offline";
    return said.person === person ? said : "sign-in";
  } catch {
    return "offline";
  }
}

async function send(entry, token, more = [], isSecond = false) {
  await store.put({ ...entry, state: "sending", tries: entry.tries + 1 });
  say();
  const settle = async (state, values = {}) => {
    await store.put({ ...entry, state, tries: entry.tries + 1, ...values });
    say();
    return state;
  };
  const body = new URLSearchParams([...entry.fields, ...more, ["client_key", entry.key], ["person", entry.person]]);
  let answer = null;
  let said = null;
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    answer = await fetch(entry.url, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(LIMIT) });
    said = await answer.json();
  } catch {
    if (answer?.status !== 413) {
      await settle("waiting");
      return "offline"; // no answer, or one that is not ours
    }
  }
  if (answer.ok && said.key === entry.key) return settle("saved", { answer: said, problem: null, saved_at: Date.now() });
  if (answer.status === 400 && !isSecond) {
    await settle("waiting");
    return "token";
  }
  if ([400, 403, 404, 409, 413, 422].includes(answer.status)) return settle("refused", { problem: problemOf(answer, said) });
  await settle("waiting");
  return answer.status === 401 ? "sign-in" : "offline";
}

function problemOf(answer, said) {
  const { title = "", detail = "", errors = [], yours = null, theirs = null } = said ?? {};
  return { status: answer.status, title, detail, errors, yours, theirs };
}
