"""The words: Jinja2 templates, read through importlib.resources."""
