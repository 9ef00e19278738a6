"""Keep: leases, retention, operators' commands, alarms, status, and what is asked first."""
