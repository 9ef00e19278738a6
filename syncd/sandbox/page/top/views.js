// On a narrow screen one thing is before one's eyes at a time.

import { byId } from "../dom.js";
import { onMove, place, wander } from "../place.js";

export function startViews() {
  for (const button of document.querySelectorAll("#views button")) {
    button.addEventListener("click", () => wander({ view: button.dataset.view }));
  }
  byId("back-to-chats").addEventListener("click", () => wander({ view: "chats" }));
  byId("back-to-queue").addEventListener("click", () => wander({ view: "desk" }));
  onMove(showView);
  showView();
}

function showView() {
  const { view, thread } = place();
  document.body.dataset.view = view;
  document.body.classList.toggle("with-thread", Boolean(thread));
  const part = { chats: "chats", chat: "chats", desk: "desk", ticket: "desk" }[view] || view;
  for (const button of document.querySelectorAll("#views button")) {
    if (button.dataset.view === part) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}
