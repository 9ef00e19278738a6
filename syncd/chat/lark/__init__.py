"""Lark (in China: Feishu).

wire.py       stored frames to events, and the answer to a click; bytes in, values out
members.py    lenient reading of JSON
answers.py    the REST API's answers to failures; the error table
client.py     LarkMessenger; rest.py the calls, token.py and limiter.py what they need
cards.py      content to card JSON 2.0; form.py its form and the way back; cut.py makes it fit
markdown.py   the text tree to Lark's markdown, with nothing of the text taken for markup
socket.py     LarkSocket: the long connection, its thread, its life
longconn.py   one connection on the SDK's frames, the only module that imports the SDK
answering.py  handlers and their deadline; outage.py and timing.py what the socket needs beside
"""
