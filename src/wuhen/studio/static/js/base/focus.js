/** Keeping the focus where the user works, when what had it goes, is hidden or disabled. */

/**
 * Replace what is in an element; where one of it had the focus, the one in its place gets it.
 *
 * @param {HTMLElement} element
 * @param {...Node} children
 */
export function refill(element, ...children) {
  const place = focusables(element).findIndex((one) => one === document.activeElement);
  element.replaceChildren(...children);
  if (place >= 0) focusables(element)[place]?.focus({ preventScroll: true });
}

export class FocusKeeper {
  /**
   * @param {HTMLElement} root Where the focus is watched.
   * @param {HTMLElement} refuge What gets it where nothing beside what had it can.
   */
  constructor(root, refuge) {
    this.root = root;
    this.refuge = refuge;
    /** @type {HTMLElement | null} What the user gave the focus to. */
    this.wanted = null;
    /** @type {HTMLElement[]} It and what is beside it. */
    this.beside = [];
    this.lending = false;
    // Before what gets or loses it does anything of its own.
    root.addEventListener("focus", ({ target }) => this.#note(target), true);
    root.addEventListener("blur", ({ relatedTarget }) => this.#note(relatedTarget), true);
    // Whoever clicks on nothing wants no focus; a click on a button sets it right after.
    root.addEventListener("pointerdown", () => (this.wanted = null), true);
  }

  /**
   * Give the focus on, or back, after something has changed.
   *
   * @param {boolean} passing Whether what has changed will soon be as it was.
   */
  keep(passing) {
    const { wanted } = this;
    if (!wanted || document.querySelector("dialog[open]")) return;
    if (usable(wanted)) this.#give(wanted);
    else {
      const place = this.beside.indexOf(wanted);
      const near = this.beside
        .filter(usable)
        .sort((one, other) => Math.abs(this.beside.indexOf(one) - place) - Math.abs(this.beside.indexOf(other) - place));
      const next = near[0] ?? this.refuge;
      this.#give(next);
      if (!passing) this.#note(next);
    }
  }

  /** @param {HTMLElement} element */
  #give(element) {
    this.lending = true;
    element.focus({ preventScroll: true });
    this.lending = false;
  }

  /** @param {EventTarget | null} target */
  #note(target) {
    if (this.lending || !(target instanceof HTMLElement)) return;
    this.wanted = this.root.contains(target) ? target : null;
    this.beside = target.parentElement ? focusables(target.parentElement) : [target];
  }
}

/** @param {HTMLElement} element @returns {HTMLElement[]} */
function focusables(element) {
  return [...element.querySelectorAll("button, input")].filter((one) => one instanceof HTMLElement);
}

/** @param {HTMLElement} element */
function usable(element) {
  return element.isConnected && !element.matches(":disabled") && !element.closest("[inert]") && element.checkVisibility();
}
