"""The kinds of delivery that ask an engine to translate."""
