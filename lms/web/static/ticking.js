// <strong data-ticking="2026-10-28T14:00:00+00:00"> shows how long ago that was, to the second.
// <span data-counting-down="2026-10-28T14:00:00+00:00" data-left="left: {}"> shows how long it still is, to the second.
const two = (number) => String(number).padStart(2, "0");

export function tick(root) {
  countDown(root);
  const clocks = [...root.querySelectorAll("[data-ticking]")];
  if (!clocks.length) return;
  const show = () => {
    for (const clock of clocks) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.ticking)) / 1000));
      clock.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    }
  };
  show();
  setInterval(show, 1000);
}

function countDown(root) {
  for (const clock of root.querySelectorAll("[data-counting-down]")) {
    const show = () => {
      const seconds = Math.max(0, Math.ceil((Date.parse(clock.dataset.countingDown) - Date.now()) / 1000));
      const left = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
      clock.textContent = clock.dataset.left.replace("{}", left);
    };
    show();
    setInterval(show, 1000);
  }
}
