// What this browser remembers of the page; nothing where it may not.

const PREFIX = "syncd.";

export function kept(name) {
  try {
    return localStorage.getItem(PREFIX + name) || "";
  } catch {
    return "";
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // A browser that keeps nothing forgets it when the page is closed.
  }
}
