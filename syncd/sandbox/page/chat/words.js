// The words of a message, with its links and mentions where they stand.

import { make, safeAddress } from "../dom.js";

/** Return nodes for `text`; `links` are [words, address] pairs in the order of the text. */
export function words(text, links = [], mentions = []) {
  const nodes = [];
  let at = 0;
  for (const [shown, address] of links) {
    const found = shown ? text.indexOf(shown, at) : -1;
    const href = safeAddress(address);
    if (found < 0 || !href) continue;
    nodes.push(...withMentions(text.slice(at, found), mentions), anchor(shown, href));
    at = found + shown.length;
  }
  return [...nodes, ...withMentions(text.slice(at), mentions)];
}

export function anchor(shown, href, attributes = {}) {
  return make("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, shown);
}

function withMentions(text, mentions) {
  if (!mentions.length || !text) return [text];
  const names = [...new Set(mentions)].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(@(?:${names.join("|")}))`));
  return parts.map((part, index) => (index % 2 ? make("span", { class: "mention" }, part) : part));
}
