"""The long connection: frames, acks, retries."""
