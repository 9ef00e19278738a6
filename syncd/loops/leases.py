"""How long what a process has in hand stays its own when nothing is heard of it any more.

A process that lives extends its leases; of one that was killed, others take the work over within
half a minute. One that was only asleep meanwhile is fenced off: each claim has a token, each turn
at the watch a generation.
"""

LEASE_MS = 20_000
HEARTBEAT_SECONDS = 6.0
"""How often leases are extended."""
