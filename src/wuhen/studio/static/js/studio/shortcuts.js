/** Shortcuts: which key was pressed, and whether it is meant for one. */

/**
 * Name what was pressed as shortcuts are written: `Ctrl+Shift+Z`, `B`, `[`. `=` is `+` without Shift; a Mac's Delete is Backspace.
 *
 * @param {KeyboardEvent} event
 */
export function nameOf(event) {
  const typed = event.key === "=" ? "+" : event.key === "Backspace" ? "Delete" : event.key;
  const key = typed.length === 1 ? typed.toUpperCase() : typed;
  const letter = /^[A-Z]$/.test(key);
  return [(event.ctrlKey || event.metaKey) && "Ctrl", event.shiftKey && (letter || key.length > 1) && "Shift", event.altKey && "Alt", key]
    .filter(Boolean)
    .join("+");
}

let tabbed = false;
addEventListener("keydown", ({ key }) => (tabbed ||= key === "Tab"), true);
addEventListener("pointerdown", () => (tabbed = false), true);

/**
 * Whether a key is meant for the button that has the focus: the user came to it by key. After a click the focus on it
 * is only left over.
 *
 * @param {KeyboardEvent} event
 */
export function isPressing({ target }) {
  return tabbed && target instanceof HTMLButtonElement;
}

/** Kinds of inputs into which nothing is typed, nor pasted. */
const WITHOUT_TEXT = ["button", "checkbox", "color", "file", "radio", "range", "reset", "submit"];

/**
 * Whether what is typed or pasted goes into this.
 *
 * @param {EventTarget | null} target
 */
export function takesText(target) {
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}

/** @param {KeyboardEvent} event */
export function isTyping({ target }) {
  return takesText(target) || target instanceof HTMLSelectElement;
}
