// The grading desk by keyboard. Nothing here is needed: each control works without it.
//   <select data-insert="comment">     the chosen kept comment goes into that field: by Enter, or when one clicks it
//   <form data-enter-goes-on>          Enter in a one-line field goes to the next field instead of sending the form
const fieldsOf = (form) => [...form.elements].filter((field) => field.matches("input:not([type=hidden]), textarea, select")
  && field.offsetParent !== null);
let byKey = false; // arrows change a list too, and are no choice yet

function insert(list) {
  const target = list.form.elements[list.dataset.insert];
  const text = list.selectedOptions[0]?.dataset.text;
  if (!target || !text) return;
  target.value = target.value ? `${target.value}\n${text}` : text;
  list.selectedIndex = 0;
  target.dispatchEvent(new Event("input", { bubbles: true }));
  target.focus();
}

document.addEventListener("pointerdown", () => (byKey = false));
document.addEventListener("change", (event) => event.target.dataset?.insert && !byKey && insert(event.target));

document.addEventListener("keydown", (event) => {
  byKey = true;
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  if (event.target.dataset?.insert) {
    event.preventDefault();
    insert(event.target);
    return;
  }
  const form = event.target.form;
  if (!form || !("enterGoesOn" in form.dataset)) return;
  if (!event.target.matches("input:not([type=submit], [type=button])")) return;
  event.preventDefault();
  const fields = fieldsOf(form);
  fields[fields.indexOf(event.target) + 1]?.focus();
});
