// <strong data-ticking="2026-10-28T14:00:00+00:00"> shows how long ago that was, to the second.
export function tick(root) {
  const clocks = [...root.querySelectorAll("[data-ticking]")];
  if (!clocks.length) return;
  const two = (number) => String(number).padStart(2, "0");
  const show = () => {
    for (const clock of clocks) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.ticking)) / 1000));
      clock.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    }
  };
  show();
  setInterval(show, 1000);
}
