// The page: look at everything again and again, and at once after anything was done.

import { get } from "./api.js";
import { enterChat, lookAtChats, startChat } from "./chat.js";
import { enterDesk, lookAtTickets, startDesk } from "./desk.js";
import { byId, write } from "./dom.js";
import { lookAtJournal } from "./journal.js";
import { onMove, wander } from "./place.js";

const EVERY_MS = 700;
let timer = 0;
let looking = false;
let again = false;

async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  clearTimeout(timer);
  const results = await Promise.allSettled([lookAtWorld(), lookAtChats(), lookAtTickets(), lookAtJournal()]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) connection(failed.reason.message, "bad");
  looking = false;
  timer = setTimeout(look, again ? 0 : EVERY_MS);
  again = false;
}

async function lookAtWorld() {
  const world = await get("world");
  if (world.bot_connected) connection("syncd is connected", "good");
  else connection("syncd is not connected to Lark", "bad");
}

function connection(text, state) {
  write(byId("connection"), text);
  byId("connection").dataset.state = state;
}

function enter() {
  enterChat();
  enterDesk();
  look();
}

async function start() {
  const world = await get("world");
  startChat(world, look);
  startDesk(world, look);
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => wander(Object.fromEntries(new URLSearchParams(button.dataset.go))));
  }
  onMove(enter);
  enter();
}

start().catch((error) => connection(error.message, "bad"));
