// Atlassian's documents as elements; whatever a document holds, its texts become text nodes.

import { anchor } from "../chat/words.js";
import { make, safeAddress } from "../dom.js";

const BLOCKS = {
  paragraph: "p", blockquote: "blockquote", bulletList: "ul", orderedList: "ol", listItem: "li",
  codeBlock: "pre", panel: "aside", table: "table", tableRow: "tr", tableCell: "td", tableHeader: "th",
  rule: "hr", expand: "div", heading: "p", mediaGroup: "p", mediaSingle: "p", taskList: "ul", taskItem: "li",
};
const MARKS = { strong: "strong", em: "em", code: "code", strike: "s", underline: "u" };

/** Return the elements of a document. */
export function show(document) {
  return (document?.content ?? []).flatMap(nodeOf);
}

function nodeOf(node) {
  if (node.type === "text") return [marked(node)];
  if (node.type === "hardBreak") return [make("br")];
  const attributes = node.attrs ?? {};
  if (["mention", "status", "emoji"].includes(node.type)) {
    return [make("span", { class: node.type }, attributes.text || attributes.shortName || attributes.id || "")];
  }
  if (["inlineCard", "blockCard", "embedCard"].includes(node.type)) return [linked(attributes.url || "", attributes.url)];
  if (node.type === "media") return [make("span", { class: "badge" }, attributes.alt || "file")];
  const inside = show(node);
  const tag = BLOCKS[node.type];
  return tag ? [make(tag, node.type === "heading" ? { class: "heading" } : {}, ...inside)] : inside;
}

function marked(node) {
  let shown = document.createTextNode(node.text ?? "");
  for (const mark of node.marks ?? []) {
    if (mark.type === "link") shown = linked(shown, mark.attrs?.href);
    else if (MARKS[mark.type]) shown = make(MARKS[mark.type], {}, shown);
  }
  return shown;
}

function linked(shown, address) {
  const href = safeAddress(address);
  return href ? anchor(shown, href) : make("span", {}, shown);
}

const MARK_OF = { B: "strong", STRONG: "strong", I: "em", EM: "em", CODE: "code", S: "strike", U: "underline" };
const BLOCK_TAGS = new Set(["P", "DIV", "UL", "OL", "PRE", "BLOCKQUOTE"]);
const ADDRESS = /(https?:\/\/[^\s<>"]+)/;

/** Return the document that stands in an editor, null when it has no words. */
export function read(root) {
  const content = blocksOf(root);
  return root.textContent.trim() ? { type: "doc", version: 1, content } : null;
}

function blocksOf(parent) {
  const blocks = [];
  let line = [];
  const flush = () => {
    if (line.length) blocks.push({ type: "paragraph", content: line });
    line = [];
  };
  for (const node of parent.childNodes) {
    if (!BLOCK_TAGS.has(node.nodeName)) {
      line.push(...inlineOf(node, []));
      continue;
    }
    flush();
    blocks.push(...blockOf(node));
  }
  flush();
  return blocks;
}

function blockOf(node) {
  if (node.nodeName === "UL" || node.nodeName === "OL") {
    const items = [...node.children].map((item) => ({ type: "listItem", content: inItem(item) }));
    return items.length ? [{ type: node.nodeName === "UL" ? "bulletList" : "orderedList", content: items }] : [];
  }
  if (node.nodeName === "PRE") {
    const text = node.textContent;
    return [{ type: "codeBlock", content: text ? [{ type: "text", text }] : [] }];
  }
  if ([...node.children].some((child) => BLOCK_TAGS.has(child.nodeName))) return blocksOf(node);
  const inside = [...node.childNodes].flatMap((child) => inlineOf(child, []));
  const lone = inside.length === 1 && inside[0].type === "hardBreak";
  return [{ type: "paragraph", content: lone ? [] : inside }];
}

function inItem(item) {
  const blocks = blocksOf(item);
  return blocks.length ? blocks : [{ type: "paragraph", content: [] }];
}

function inlineOf(node, marks) {
  if (node.nodeType === Node.TEXT_NODE) return textOf(node.data, marks);
  if (node.nodeName === "BR") return [{ type: "hardBreak" }];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const mark = MARK_OF[node.nodeName];
  const inside = mark && !marks.some((one) => one.type === mark) ? [...marks, { type: mark }] : marks;
  return [...node.childNodes].flatMap((child) => inlineOf(child, inside));
}

/** Code goes with no other mark; an address becomes a link. */
function textOf(text, marks) {
  const code = marks.find((mark) => mark.type === "code");
  return text.split(ADDRESS).filter(Boolean).map((part) => {
    const link = ADDRESS.test(part) && !code ? [{ type: "link", attrs: { href: part } }] : [];
    const all = [...(code ? [code] : marks), ...link];
    return all.length ? { type: "text", text: part, marks: all } : { type: "text", text: part };
  });
}
