// Nothing typed is lost. Two ways, chosen by the form:
//   <form data-draft="key">      keeps what is typed in this tab until the form is sent; an expired session or a dead
//                                battery of the router costs nothing. It ends with the tab and is of one person only.
//   <form data-autosave="/url">  sends the form there while one types; the element [data-autosave-state] inside says how
//                                it stands, in the words of its data-saving, data-saved and data-failed. The answer's
//                                X-Version goes into the form's field "version", so that the next save builds on it.
//                                With data-autosave-parts it also says in which fields one typed ("touched"), and the
//                                answer may hold what others wrote in the other fields, which are then filled in.
//                                Where another window saved meanwhile, the answer (409) is both versions as HTML: it
//                                goes into [data-conflict], and nothing more is sent until one of them was chosen.
//                                What is not saved yet is kept in this tab, so that loading the page again loses nothing.
const PAUSE = 1200; // ms after the last key
const person = () => document.body.dataset.person ?? "";
const storeKey = (form) => `draft:${person()}:${form.dataset.draft}`;
const isKept = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);

function valuesOf(form) {
  return [...form.elements].filter(isKept).map((field) => {
    const isChoice = field.type === "checkbox" || field.type === "radio";
    return [field.name, isChoice ? field.value : null, isChoice ? field.checked : field.value];
  });
}

function putBack(form, values) {
  const kept = new Map(values.map(([name, choice, value]) => [`${name}=${choice ?? ""}`, value]));
  for (const field of [...form.elements].filter(isKept)) {
    const isChoice = field.type === "checkbox" || field.type === "radio";
    const value = kept.get(`${field.name}=${isChoice ? field.value : ""}`);
    if (value === undefined) continue;
    if (isChoice) field.checked = value;
    else field.value = value;
  }
}

function keepInTab(form) {
  const key = storeKey(form);
  const stored = sessionStorage.getItem(key);
  if (stored && !form.querySelector(".has-error")) putBack(form, JSON.parse(stored));
  form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(valuesOf(form))));
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
}

// What changes the draft of a form takes its turn: a save that was made from a version is not overtaken by a file that
// makes the next one.
export function inTurn(form, work) {
  form.turn = (form.turn ?? Promise.resolve()).catch(() => {}).then(work);
  return form.turn;
}

// The draft is one version on by this tab's own doing; a form that was made from another version learns of it by a 409.
export function goOnFrom(form, before, version) {
  if (form.elements.version?.value === String(before)) form.elements.version.value = version;
  const stored = form.dataset.autosave && JSON.parse(sessionStorage.getItem(unsavedKey(form)));
  if (stored?.version === String(before)) sessionStorage.setItem(unsavedKey(form), JSON.stringify({ ...stored, version: String(version) }));
}

const unsavedKey = (form) => `unsaved:${person()}:${form.dataset.autosave}`;

// What was typed and never arrived comes back with the version that it was written on, so that it cannot overwrite.
function bringBack(form) {
  const stored = sessionStorage.getItem(unsavedKey(form));
  if (!stored || form.querySelector(".has-error, [name=seen]")) return false;
  const { version, values } = JSON.parse(stored);
  putBack(form, values);
  if (form.elements.version) form.elements.version.value = version;
  return true;
}

function autosave(form) {
  const place = form.querySelector("[data-conflict]:not([data-autosave-state])");
  const keepUnsaved = () => place && sessionStorage.setItem(unsavedKey(form), JSON.stringify({ version: form.elements.version?.value, values: valuesOf(form) }));
  let isHeld = Boolean(form.querySelector("[name=seen]"));
  const state = form.querySelector("[data-autosave-state]");
  let timer = 0;
  let isDirty = false;
  let flight = null;
  const touched = new Set(); // where somebody typed since the last save; only these parts are sent as changed

  const tell = (word) => {
    if (state) state.textContent = state.dataset[word] ?? "";
  };

  const send = () => {
    clearTimeout(timer);
    if (isDirty && !isHeld && !flight) flight = inTurn(form, save).finally(() => (flight = null));
    return flight;
  };

  const save = async () => {
    isDirty = false;
    tell("saving");
    const body = new FormData(form);
    for (const field of form.querySelectorAll("input[type=file]")) body.delete(field.name);
    const sent = [...touched];
    touched.clear();
    if ("autosaveParts" in form.dataset) body.set("touched", sent.join(" "));
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body,
        headers: { "X-Autosave": "true" },
        keepalive: document.visibilityState === "hidden", // allowed for small bodies only
        redirect: "manual",
      });
      if (answer.status === 409 && place) {
        await showBoth(place, answer);
        isHeld = true;
        tell("conflict");
        return;
      }
      isDirty ||= !answer.ok;
      if (!answer.ok) sent.forEach((name) => touched.add(name));
      else if (answer.status === 200) takeOver(form, await answer.json(), touched);
      tell(answer.ok ? "saved" : "failed");
      const version = answer.headers.get("X-Version");
      if (version && form.elements.version) form.elements.version.value = version;
      if (answer.ok && !isDirty) sessionStorage.removeItem(unsavedKey(form));
    } catch {
      isDirty = true;
      sent.forEach((name) => touched.add(name));
      tell("failed");
    }
  };

  form.saveFirst = send; // for who changes the draft in another way
  form.addEventListener("input", (event) => {
    isDirty = true;
    keepUnsaved();
    touched.add(event.target.name);
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    isDirty = false;
    if (!flight) return void (event.defaultPrevented || sessionStorage.removeItem(unsavedKey(form)));
    event.preventDefault(); // what is on its way arrives first, else the two would be in each other's way
    const button = event.submitter;
    flight.then(() => form.requestSubmit(button));
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  window.addEventListener("online", send);
  if (place && bringBack(form)) {
    isDirty = true;
    tell("failed");
    timer = setTimeout(send, PAUSE);
  }
}

// Both versions beside each other.
async function showBoth(place, answer) {
  const both = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...both.body.childNodes);
  place.scrollIntoView({ block: "center" });
}

// What somebody else has written in other fields meanwhile; never over what one is typing.
function takeOver(form, fields, touched) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements[name];
    if (field && !touched.has(name) && field !== document.activeElement) field.value = value;
  }
}

export function keepDrafts(root) {
  const forms = [...(root.querySelectorAll?.("form[data-draft], form[data-autosave]") ?? [])];
  if (root.matches?.("form[data-draft], form[data-autosave]")) forms.push(root);
  for (const form of forms) {
    if (form.dataset.isKept) continue;
    form.dataset.isKept = "yes";
    if (form.dataset.draft) keepInTab(form);
    if (form.dataset.autosave) autosave(form);
  }
}
