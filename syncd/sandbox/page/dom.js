// Building and updating elements. Text from the world only ever becomes text nodes.

export const byId = (id) => document.getElementById(id);

/** Make an element; `attributes` are set as they are, `on...` are listeners. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/**
 * Make the children of `parent` stand for `items`. An element stays as long as its item's key is
 * there, so that what is being typed in it is never lost.
 */
export function sync(parent, items, keyOf, create, update = () => {}) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    let element = old.get(key);
    if (!element) {
      element = create(item);
      element.dataset.key = key;
    }
    old.delete(key);
    update(element, item);
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
  for (const gone of old.values()) gone.remove();
}

/** Write a text only where it changed, so that a selection survives. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Put a box in the place of some words; `save` gets the new ones, `done` comes after either end. */
export function rewrite(element, text, save, done) {
  const area = make("textarea", { rows: 2, "aria-label": "New words" });
  area.value = text;
  const close = () => {
    box.remove();
    done();
  };
  const box = make("form", { class: "rewrite", onsubmit: async (event) => {
    event.preventDefault();
    if (await save(area.value)) close();
  } }, area, make("button", { type: "submit", class: "primary" }, "Save"),
  make("button", { type: "button", onclick: close }, "Leave as it was"));
  element.replaceChildren(box);
  area.focus();
}

/** Fill a select once for each list of [value, text] pairs. */
export function fill(select, pairs) {
  const sign = JSON.stringify(pairs);
  if (select.dataset.sign === sign) return;
  select.dataset.sign = sign;
  select.replaceChildren(...pairs.map(([value, text]) => make("option", { value }, text)));
}

export function clock(ms) {
  return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** Return only addresses that a browser may open. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
