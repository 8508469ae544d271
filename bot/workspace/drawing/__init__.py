"""Draws blocks and texts as small trees that the page turns into nodes: `[tag, attributes, child, …]`, a text is a string.

Only what is static is drawn here. Buttons, fields and dates stay descriptions, for the page to bring to life; no text from
elsewhere ever becomes a tag or an attribute's name.
"""

from bot.workspace.drawing.blocks import draw_blocks
from bot.workspace.drawing.messages import draw_message
from bot.workspace.drawing.nodes import EMOJI, Tree, Viewer
from bot.workspace.drawing.text import draw_text

__all__ = ["EMOJI", "Tree", "Viewer", "draw_blocks", "draw_message", "draw_text"]
