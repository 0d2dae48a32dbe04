"""How the models that Wenbao ships are made: not part of the installed package. See docs/models.md."""
