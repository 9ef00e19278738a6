// What a person has not seen yet: whatever came into a chat since they last had it open.

const openedAt = Date.now();
const seen = new Map();

/** Note that this person has the chat before their eyes. */
export function markRead(person, chat) {
  const known = seenBy(person);
  for (const message of every(chat)) known.add(message.message_id);
}

/** Return how many messages of others came since the page was opened and were not looked at. */
export function countUnread(person, name, chat) {
  const known = seenBy(person);
  return every(chat).filter((message) => message.create_ms >= openedAt && message.sender !== name
    && !message.recalled && !known.has(message.message_id)).length;
}

function seenBy(person) {
  if (!seen.has(person)) seen.set(person, new Set());
  return seen.get(person);
}

function every(chat) {
  return chat.messages.flatMap((message) => [message, ...message.thread]);
}
