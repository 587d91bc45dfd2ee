// A gradebook by keyboard: in <table data-grid> the arrow keys walk through the cells, Enter opens one in the dialog
// #cell, Escape closes it. Without it each student's own page leads to the same forms.
const cellsOf = (row) => [...row.cells];
let opened = null;

function focusCell(cell) {
  if (!cell) return;
  const table = cell.closest("table");
  for (const other of table.querySelectorAll("td[tabindex='0']")) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
}

function move(cell, key) {
  const row = cell.parentElement;
  const at = cellsOf(row).indexOf(cell);
  const rows = [...row.parentElement.rows];
  const there = {
    ArrowLeft: () => cellsOf(row)[Math.max(at - 1, 1)],
    ArrowRight: () => cellsOf(row)[at + 1],
    ArrowUp: () => rows[rows.indexOf(row) - 1]?.cells[at],
    ArrowDown: () => rows[rows.indexOf(row) + 1]?.cells[at],
    Home: () => cellsOf(row)[1],
    End: () => cellsOf(row).at(-1),
  }[key];
  if (!there) return false;
  focusCell(there());
  return true;
}

async function open(cell) {
  const dialog = document.getElementById("cell");
  const at = cellsOf(cell.parentElement).indexOf(cell);
  const head = cell.closest("table").tHead.rows[0].cells[at];
  const row = cell.parentElement.querySelector("th a");
  if (!dialog || !row) return;
  if (!head.dataset.activity) return row.click();
  const back = location.pathname + location.search;
  const url = `${row.getAttribute("href")}/activities/${head.dataset.activity}?back=${encodeURIComponent(back)}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return void (location.href = url);
  dialog.innerHTML = await answer.text();
  opened = cell;
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("#cell-title")).focus();
}

export function walkInGrids(root) {
  for (const table of root.querySelectorAll("table[data-grid]")) {
    for (const cell of table.querySelectorAll("tbody td")) cell.tabIndex = -1;
    const first = table.querySelector("tbody td");
    if (first) first.tabIndex = 0;
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("tbody td");
      if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter") open(cell);
      else if (!move(cell, event.key)) return;
      event.preventDefault();
    });
    table.addEventListener("dblclick", (event) => {
      const cell = event.target.closest("tbody td");
      if (cell) open(cell);
    });
  }
  document.getElementById("cell")?.addEventListener("close", () => focusCell(opened));
}
