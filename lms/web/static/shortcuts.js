// Keyboard shortcuts of pages that ask for them: inside [data-shortcuts], data-key="j" on a link or button is pressed by
// that key, on an input it is focused (a radio or checkbox is also chosen). "ctrl+enter" works while typing too.
// "?" or "," opens the dialog #shortcuts, which lists them. Without [data-shortcuts] nothing listens.
const isTyping = (target) => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
  || (target.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(target.type));

function nameOf(event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return "ctrl+enter";
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function press(target) {
  if (target.matches("a, button, summary")) return target.click();
  target.focus();
  if (target.matches("[type=radio], [type=checkbox]")) target.click();
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
    const target = root.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (target) press(target);
    else if (list && (name === "?" || name === ",")) list.showModal();
    else return;
    event.preventDefault();
  });
}
