// Who and where one is, kept in the address so that two windows can be two people.

const START = { person: "ben", chat: "oc_globex", engineer: "erin", ticket: "" };
let current = read();
let moved = () => {};

export const place = () => current;

export function onMove(listener) {
  moved = listener;
  window.addEventListener("hashchange", () => {
    current = read();
    moved();
  });
}

/** Go somewhere else; what is not named stays. */
export function wander(change) {
  current = { ...current, ...change };
  history.replaceState(null, "", `#${new URLSearchParams(current)}`);
  moved();
}

function read() {
  const named = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  return { ...START, ...named };
}
