"""The nouns: frozen dataclasses that every other room speaks in; standard library only."""
