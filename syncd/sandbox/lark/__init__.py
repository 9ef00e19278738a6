"""A fake Lark as a real server: REST, the long connection, and what each person sees.

state.py         chats, messages, private cards; seed.py fills them
switches.py      what the platform may do differently, and its faults
frames.py        the long connection's frame, bytes only
delivery.py      events and card callbacks: acks, retries, outcomes
longconn.py      discovery and the websocket
rest*.py         the HTTP API, strict
reacting.py      emojis on messages
cards.py         what a card must look like; markup.py and view.py: what the eye sees of it
services         translation; apps that are made by scanning a code
people.py        what people do and see: the door for tests, demo and page
app.py           all of it as one ASGI application
"""
