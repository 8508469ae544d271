"""The emoji whose names Slack puts in place of the character in what it gives back; not all it knows, but those in use."""

import re
from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "✅": "white_check_mark", "☑️": "ballot_box_with_check", "✔️": "heavy_check_mark", "❌": "x",
    "❎": "negative_squared_cross_mark", "⬜": "white_large_square", "⬛": "black_large_square",
    "▫️": "white_small_square", "▪️": "black_small_square", "🟩": "large_green_square", "🟥": "large_red_square",
    "🟨": "large_yellow_square", "🟢": "large_green_circle", "🔴": "red_circle", "🟡": "large_yellow_circle",
    "🔵": "large_blue_circle", "⚪": "white_circle", "⚫": "black_circle", "🔁": "repeat", "🔄": "arrows_counterclockwise",
    "⏳": "hourglass_flowing_sand", "⌛": "hourglass", "⏰": "alarm_clock", "🕒": "clock3", "🚨": "rotating_light",
    "🚢": "ship", "⚓": "anchor", "⛵": "boat", "✋": "hand", "⛔": "no_entry", "🚫": "no_entry_sign", "🛑": "octagonal_sign",
    "🏷️": "label", "🎉": "tada", "🗑️": "wastebasket", "🔎": "mag_right", "🔍": "mag", "▶️": "arrow_forward",
    "⏸️": "double_vertical_bar", "⏹️": "black_square_for_stop", "⏭️": "black_right_pointing_double_triangle_with_vertical_bar",
    "◀️": "arrow_backward", "⚠️": "warning", "❗": "exclamation", "❓": "question", "ℹ️": "information_source",
    "🔒": "lock", "🔓": "unlock", "🔑": "key", "🔐": "closed_lock_with_key", "📌": "pushpin", "📝": "memo",
    "📄": "page_facing_up",
    "📋": "clipboard", "📦": "package", "🚀": "rocket", "🔥": "fire", "🐛": "bug", "✨": "sparkles", "⭐": "star",
    "👍": "+1", "👎": "-1", "👀": "eyes", "👋": "wave", "🙏": "pray", "🤖": "robot_face", "💥": "boom", "💡": "bulb",
    "🔧": "wrench", "🛠️": "hammer_and_wrench", "⚙️": "gear", "🧪": "test_tube", "🩹": "adhesive_bandage", "🔗": "link",
    "🔔": "bell", "🔕": "no_bell", "📅": "date", "📆": "calendar", "📈": "chart_with_upwards_trend",
    "📉": "chart_with_downwards_trend", "📊": "bar_chart", "🏁": "checkered_flag", "🚩": "triangular_flag_on_post",
    "➡️": "arrow_right", "⬅️": "arrow_left", "⬆️": "arrow_up", "⬇️": "arrow_down", "↩️": "leftwards_arrow_with_hook",
    "⏪": "rewind", "➕": "heavy_plus_sign", "➖": "heavy_minus_sign", "💬": "speech_balloon", "🧵": "thread", "🎯": "dart",
    "❤️": "heart", "😀": "grinning", "🙂": "slightly_smiling_face", "😢": "cry", "🤔": "thinking_face", "🌍": "earth_africa",
}  # fmt: skip
_VARIANT = "\ufe0f"
_BARE: Mapping[str, str] = {emoji.removesuffix(_VARIANT): name for emoji, name in NAMES.items()}
_ANY = re.compile("(?:" + "|".join(sorted(map(re.escape, _BARE), key=len, reverse=True)) + f"){_VARIANT}?")


def named(text: str) -> str:
    """The text with every known emoji as `:name:`."""
    if text.isascii():
        return text
    return _ANY.sub(lambda match: f":{_BARE[match[0].removesuffix(_VARIANT)]}:", text)
