// Who and where one is, kept in the address so that two windows can be two people.

const START = { person: "ben", chat: "oc_globex", thread: "", engineer: "erin", ticket: "", view: "chat" };
let current = read();
const listeners = [];

export const place = () => current;

export function onMove(listener) {
  listeners.push(listener);
}

window.addEventListener("hashchange", () => {
  current = read();
  tell();
});

/** Go somewhere else; what is not named stays, but a thread belongs to its chat. */
export function wander(change) {
  const elsewhere = ["person", "chat"].some((name) => name in change && change[name] !== current[name]);
  current = { ...current, ...(elsewhere ? { thread: "" } : {}), ...change };
  history.replaceState(null, "", `#${new URLSearchParams(current)}`);
  tell();
}

function tell() {
  for (const listener of listeners) listener();
}

function read() {
  const named = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  return { ...START, ...named };
}
