// <form data-grid>: its cells are walked with the arrow keys. Enter goes down, in the last row on to the button; Ctrl+Enter
// saves; Escape takes back what was typed in a cell. Locked cells are walked too, so that their reason is heard. With Tab
// alone, and without this script, it is a plain form.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };

// Within what is typed, left and right move the caret; only at its ends they leave the cell.
function staysInside(input, key) {
  if (input.tagName !== "INPUT" || !input.value) return false;
  const { selectionStart: start, selectionEnd: end, value } = input;
  if (start !== end) return !(start === 0 && end === value.length);
  return (key === "ArrowLeft" && start > 0) || (key === "ArrowRight" && end < value.length);
}

function walk(form, event) {
  const cell = event.target.closest("[data-cell]");
  if (!cell || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Escape" && cell.tagName === "INPUT") cell.value = cell.defaultValue;
  if (event.key === "Enter" && event.ctrlKey) return form.requestSubmit();
  const step = event.ctrlKey ? null : STEPS[event.key];
  if (!step || (step[1] && staysInside(cell, event.key))) return;
  event.preventDefault();
  const rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("[data-cell]")]);
  const y = rows.findIndex((row) => row.includes(cell));
  const next = rows[y + step[0]]?.[rows[y].indexOf(cell) + step[1]];
  if (next) {
    next.focus();
    next.select?.();
  } else if (event.key === "Enter") form.querySelector("button")?.focus();
}

export function walkGrids(root) {
  for (const form of root.querySelectorAll("form[data-grid]")) form.addEventListener("keydown", (event) => walk(form, event));
}
