// Keyboard shortcuts of pages that ask for them: inside [data-shortcuts], data-key="j" on a link or button is pressed by
// that key, on an input it is focused (a radio or checkbox is also chosen). "ctrl+enter" works while typing too.
// "?" or "," opens the dialog #shortcuts, which lists them. Without [data-shortcuts] nothing listens.
// One control may have several keys, with spaces between them. On a list each [data-row] has keys of its own: those of
// the row in hand, which "j" and "k" move, come first.
const isTyping = (target) => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
  || (target.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(target.type));

function nameOf(event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return "ctrl+enter";
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function press(target) {
  const folded = target.closest("details:not([open])");
  if (folded && !target.matches("summary")) folded.open = true;
  if (target.matches("a, button, summary")) return target.click();
  target.focus();
  if (target.matches("[type=radio], [type=checkbox]")) target.click();
}

const rowsOf = (root) => [...root.querySelectorAll("[data-row]")];
const rowInHand = (root) => root.querySelector("[data-row]:focus-within") ?? root.querySelector("[data-row]");

function step(root, by) {
  const rows = rowsOf(root);
  if (!rows.length) return false;
  const within = root.querySelector("[data-row]:focus-within");
  const next = within ? rows[rows.indexOf(within) + by] : rows[0];
  if (next) next.focus();
  return true;
}

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const root = document.querySelector("[data-shortcuts]");
    const name = root && !document.querySelector("dialog[open]") ? nameOf(event) : "";
    if (!name) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      if (name !== "ctrl+enter") return;
    }
    const list = document.getElementById("shortcuts");
    const found = `[data-key~="${CSS.escape(name)}"]`;
    const form = name === "ctrl+enter" ? event.target.form : null;
    const row = rowInHand(root);
    const all = [...root.querySelectorAll(found)];
    const target = form?.querySelector(found) ?? row?.querySelector(found) ?? all.find((one) => !one.closest("[data-row]"));
    if (target) press(target);
    else if ((name === "j" || name === "k") && step(root, name === "j" ? 1 : -1)) { /* moved */ }
    else if (list && (name === "?" || name === ",")) list.showModal();
    else return;
    event.preventDefault();
  });
}
