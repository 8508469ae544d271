"""Declarations of rich text: sections, lists, quotes and preformatted text, and the small elements inside them."""

from bot.workspace.blockkit.rules import Bool, Items, Number, Of, Record, Shape, Str

LONGEST = 3000
INLINE = (
    "text",
    "link",
    "user",
    "usergroup",
    "channel",
    "emoji",
    "broadcast",
    "color",
    "date",
    "team",
)
INLINES = Items(Of(INLINE), 3000, least=0)
STYLE = Record("style")

RICH = (
    Shape(
        "style",
        {
            "bold": Bool(),
            "italic": Bool(),
            "strike": Bool(),
            "code": Bool(),
            "underline": Bool(),
            "highlight": Bool(),
            "client_highlight": Bool(),
            "unlink": Bool(),
        },
        typed=False,
    ),
    Shape("text", {"text": Str(12000), "style": STYLE}, needs=("text",)),
    Shape(
        "link",
        {"url": Str(LONGEST), "text": Str(LONGEST), "unsafe": Bool(), "style": STYLE},
        needs=("url",),
    ),
    Shape("user", {"user_id": Str(), "style": STYLE}, needs=("user_id",)),
    Shape("usergroup", {"usergroup_id": Str(), "style": STYLE}, needs=("usergroup_id",)),
    Shape("channel", {"channel_id": Str(), "style": STYLE}, needs=("channel_id",)),
    Shape("team", {"team_id": Str(), "style": STYLE}, needs=("team_id",)),
    Shape(
        "emoji", {"name": Str(), "unicode": Str(), "skin_tone": Number(2, 6), "style": STYLE}, needs=("name",)
    ),
    Shape(
        "broadcast", {"range": Str(among=("here", "channel", "everyone")), "style": STYLE}, needs=("range",)
    ),
    Shape("color", {"value": Str(), "style": STYLE}, needs=("value",)),
    Shape(
        "date",
        {"timestamp": Number(0), "format": Str(), "url": Str(LONGEST), "fallback": Str(), "style": STYLE},
        needs=("timestamp", "format"),
    ),
    Shape("rich_text_section", {"elements": INLINES}, needs=("elements",)),
    Shape(
        "rich_text_list",
        {
            "style": Str(among=("bullet", "ordered")),
            "elements": Items(Of(("rich_text_section",)), 1000),
            "indent": Number(0, 8),
            "offset": Number(0),
            "border": Number(0, 1),
        },
        needs=("style", "elements"),
    ),
    Shape(
        "rich_text_preformatted",
        {"elements": Items(Of(("text", "link")), 3000), "border": Number(0, 1), "language": Str()},
        needs=("elements",),
    ),
    Shape("rich_text_quote", {"elements": INLINES, "border": Number(0, 1)}, needs=("elements",)),
)

RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
