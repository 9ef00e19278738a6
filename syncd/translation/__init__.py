"""Engines that translate and are no platform: an address that operators named."""
