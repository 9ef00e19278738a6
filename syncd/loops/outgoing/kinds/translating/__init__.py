"""How the kinds that ask an engine to translate are carried out."""
