"""facts: what does a text offer, ask for and say about itself?"""
