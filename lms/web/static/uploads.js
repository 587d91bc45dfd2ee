// Files go up in parts as soon as they are chosen, over a line that may break at any time:
//   <div data-upload="/url"> around a file field, a list [data-uploads] with the words of its states, and a template
//   [data-upload-row]. A file that was begun before goes on where it stopped, also after the page was loaded again and
//   on another device: the server knows it by its name, size and date. Without this script the form sends the files.
import { goOnFrom, inTurn } from "./drafts.js";

const LONGEST_WAIT = 30_000; // ms between two attempts
const OFFSET = "Upload-Offset";
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const keyOf = (file) => `${file.name}:${file.size}:${file.lastModified}`.slice(-200);

class Refused extends Error {}

class Sending {
  constructor(box, file) {
    this.box = box;
    this.file = file;
    this.state = "waiting";
    this.row = box.template.content.firstElementChild.cloneNode(true);
    this.row.querySelector("[data-name]").textContent = file.name;
    for (const name of ["pause", "go-on", "remove"]) this.button(name).setAttribute("aria-label", `${this.button(name).textContent.trim()}: ${file.name}`);
    this.row.querySelector("progress").setAttribute("aria-label", file.name);
    this.button("pause").addEventListener("click", () => this.hold());
    this.button("go-on").addEventListener("click", () => this.goOn());
    this.button("remove").addEventListener("click", () => this.drop());
    box.list.append(this.row);
    this.tell("waiting");
  }

  button(name) {
    return this.row.querySelector(`[data-${name}]`);
  }

  get isOpen() {
    return !["done", "gone", "refused"].includes(this.state);
  }

  tell(state, more = "") {
    this.state = state;
    const words = this.box.list.dataset[state] ?? "";
    this.row.querySelector("[data-state]").textContent = more ? `${words}: ${more}` : words;
    this.button("pause").hidden = !["waiting", "sending", "offline"].includes(state);
    this.button("go-on").hidden = state !== "paused";
    this.button("remove").hidden = ["done", "gone", "checking"].includes(state);
    this.row.querySelector("progress").hidden = !this.isOpen;
    this.row.classList.toggle("has-error", state === "refused");
    this.box.say(`${this.file.name}: ${this.row.querySelector("[data-state]").textContent}`, state);
  }

  hold() {
    this.flight?.abort();
    this.box.held = null;
    this.tell("paused");
  }

  goOn() {
    this.tell("waiting");
    this.box.next();
  }

  async drop() {
    this.flight?.abort();
    const url = this.url;
    this.tell("gone");
    this.row.remove();
    this.box.next();
    if (url) await this.ask(`${url}/removal`, { method: "POST" }).catch(() => {});
  }

  async ask(url, options = {}) {
    this.flight = new AbortController();
    const headers = { Accept: "application/json", "X-CSRFToken": this.box.token, ...options.headers };
    const answer = await fetch(url, { ...options, headers, redirect: "manual", signal: this.flight.signal });
    if (answer.status === 409 || answer.status >= 500 || answer.status === 429) throw new TypeError(`${answer.status}`); // try again
    if (!answer.ok) throw new Refused(await reasonOf(answer));
    return answer;
  }

  async run() {
    let wait = 1000;
    while (["waiting", "sending", "offline"].includes(this.state)) {
      try {
        await this.send();
        return;
      } catch (error) {
        if (!["waiting", "sending", "offline", "checking"].includes(this.state)) return; // paused or removed meanwhile
        if (error instanceof Refused) {
          this.tell("refused", error.message);
          return;
        }
        this.tell("offline");
        await Promise.race([pause(wait), new Promise((again) => window.addEventListener("online", again, { once: true }))]);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }

  async send() {
    const body = new URLSearchParams({ name: this.file.name, size: this.file.size, key: keyOf(this.file) });
    const begun = await this.ask(this.box.url, { method: "POST", body });
    const { url, part } = await begun.json();
    this.url = url;
    let at = Number(begun.headers.get(OFFSET));
    while (at < this.file.size) {
      this.show(at);
      const answer = await this.ask(url, {
        method: "PATCH",
        body: this.file.slice(at, at + part / 2),
        headers: { "Content-Type": "application/offset+octet-stream", [OFFSET]: String(at) },
      });
      at = Number(answer.headers.get(OFFSET));
    }
    this.show(at);
    this.tell("checking");
    try {
      await this.box.form.saveFirst?.();
      await inTurn(this.box.form, async () => {
        const { before, version } = await (await this.ask(`${url}/file`, { method: "POST" })).json();
        goOnFrom(this.box.form, before, version);
      });
    } catch (error) {
      if (error instanceof Refused) fetch(`${url}/removal`, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": this.box.token } }).catch(() => {});
      throw error;
    }
    this.tell("done");
    this.row.remove();
    await this.box.showFiles();
  }

  show(at) {
    const percent = Math.floor((100 * at) / this.file.size);
    this.row.querySelector("progress").value = percent;
    if (this.state !== "sending") this.tell("sending", `${percent} %`);
    else this.row.querySelector("[data-state]").textContent = `${this.box.list.dataset.sending}: ${percent} %`;
  }
}

async function reasonOf(answer) {
  try {
    const { detail, errors } = await answer.json();
    return errors?.map((error) => error.message).join(" ") || detail;
  } catch {
    return String(answer.status);
  }
}

class Box {
  constructor(element) {
    this.url = element.dataset.upload;
    this.form = element.closest("form");
    this.field = element.querySelector("input[type=file]");
    this.list = element.querySelector("[data-uploads]");
    this.state = element.querySelector("[data-upload-state]");
    this.template = element.querySelector("[data-upload-row]");
    this.token = this.form.elements.csrf_token.value;
    this.all = [];
    this.field.addEventListener("change", () => this.take());
    this.form.addEventListener("submit", (event) => this.holdBack(event), { capture: true });
  }

  take() {
    const files = [...this.field.files];
    this.field.value = ""; // they go up here; the form does not send them once more
    this.list.hidden = false;
    for (const file of files) {
      const before = this.all.find((one) => one.isOpen && keyOf(one.file) === keyOf(file));
      if (!before) this.all.push(new Sending(this, file));
      document.querySelector(`[data-unfinished="${CSS.escape(keyOf(file))}"]`)?.remove();
    }
    this.next();
  }

  // One after the other: two at once would share the same narrow line.
  async next() {
    if (this.isBusy) return;
    this.isBusy = true;
    for (let one; (one = this.all.find((each) => each.state === "waiting")); ) await one.run();
    this.isBusy = false;
    this.letGo();
  }

  say(text, state) {
    this.list.hidden = !this.list.children.length;
    if (state === "refused") this.held = null; // what is handed in without that file is for its author to say
    if (this.held) return; // the line says what comes next, however often the file is tried again meanwhile
    this.state.classList.add("visually-hidden"); // the row shows it; this line is for who does not see it
    if (state !== "waiting" && state !== "sending") this.state.textContent = text;
  }

  holdBack(event) {
    if (!this.all.some((one) => one.isOpen)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held = { button: event.submitter };
    this.state.classList.remove("visually-hidden");
    this.state.textContent = this.list.dataset.hold;
    this.state.scrollIntoView({ block: "center" });
  }

  // What was pressed while files were on their way happens once they are there.
  letGo() {
    if (!this.held || this.all.some((one) => one.isOpen)) return;
    const { button } = this.held;
    this.held = null;
    this.form.requestSubmit(button);
  }

  async showFiles() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-draft-files]");
    if (fresh) document.querySelector("[data-draft-files]").replaceChildren(...fresh.childNodes);
  }
}

export function uploadInParts(root) {
  for (const element of root.querySelectorAll("[data-upload]")) new Box(element);
}
