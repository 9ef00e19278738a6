"""What would keep syncd from working, or does: `syncd doctor`, and `syncd check` as a view of it.

finding.py   a finding, and a check: name, code, what it means, how it is mended
case.py      what is looked at, each thing read once
here.py      this machine: configuration, files, database, disk
mending.py   what `--fix` may do: files' modes, migrations
roads.py     the network: names, the way, certificates, clocks
lark.py      our app
scopes.py    what our app may do, and what degrades without it
chats.py     the groups that are served
jsm.py       the site and our account there
forms.py     the request types as forms
listening.py a long connection that takes nothing, for the console
table.py     every check, in the order in which they are made
rounds.py    makes them
"""
