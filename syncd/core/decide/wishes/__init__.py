"""What people want of tickets by a word, a button or an emoji.

commands.py   which word it is
showing.py    status, mine, list
acting.py     close, reopen, escalate
following.py  adopt, mute, unmute
reacting.py   an emoji on a message, which may open a form with it
rating.py     somebody says how satisfied they are with a resolved ticket
"""
