"""The components of card JSON 2.0 and every property each of them may have.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-structure
https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/component-json-v2-overview
"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ALL = "tag element_id margin"
_LAYOUT = (
    "direction horizontal_spacing vertical_spacing horizontal_align vertical_align padding elements"
)
_INTERACTIVE = "name required disabled disabled_tips behaviors confirm width hover_tips"
_TIME = f"{_ALL} {_INTERACTIVE} placeholder"

COMPONENTS: dict[str, frozenset[str]] = {
    tag: _set(properties)
    for tag, properties in {
        "markdown": f"{_ALL} content text_size text_align icon i18n_content",
        "div": f"{_ALL} text fields icon width",
        "hr": _ALL,
        "img": f"{_ALL} img_key alt title scale_type size corner_radius transparent preview",
        "person": f"{_ALL} user_id size show_avatar show_name style",
        "table": (
            f"{_ALL} columns rows page_size row_height row_max_height freeze_first_column"
            " header_style"
        ),
        "column_set": (
            f"{_ALL} columns flex_mode horizontal_spacing horizontal_align background_style action"
        ),
        "column": f"{_ALL} {_LAYOUT} width weight background_style action",
        "form": f"{_ALL} {_LAYOUT} name confirm",
        "collapsible_panel": f"{_ALL} {_LAYOUT} header expanded background_color border",
        "interactive_container": (
            f"{_ALL} {_LAYOUT} behaviors width height background_style has_border border_color"
            " corner_radius disabled disabled_tips hover_tips confirm"
        ),
        "button": (
            f"{_ALL} text type size width icon hover_tips disabled disabled_tips confirm"
            " behaviors name required form_action_type action_type"
        ),
        "input": (
            f"{_ALL} {_INTERACTIVE} placeholder default_value label label_position input_type rows"
            " auto_resize max_rows max_length show_icon"
        ),
        "select_static": (
            f"{_ALL} {_INTERACTIVE} type placeholder options initial_option initial_index"
        ),
        "multi_select_static": f"{_ALL} {_INTERACTIVE} type placeholder options selected_values",
        "select_person": f"{_ALL} {_INTERACTIVE} type placeholder options initial_option",
        "date_picker": f"{_TIME} initial_date",
        "picker_time": f"{_TIME} initial_time",
        "picker_datetime": f"{_TIME} initial_datetime",
        "checker": (
            f"{_ALL} {_INTERACTIVE} checked text overall_checkable button_area checked_style"
            " padding"
        ),
        "overflow": f"{_ALL} options behaviors confirm width name",
    }.items()
}

FORM_FIELDS = frozenset(
    {
        "input",
        "select_static",
        "multi_select_static",
        "select_person",
        "date_picker",
        "picker_time",
        "picker_datetime",
        "checker",
    }
)
INTERACTIVE = FORM_FIELDS | {"button", "overflow"}
CONTAINERS = frozenset(
    {"column_set", "column", "form", "collapsible_panel", "interactive_container"}
)

CARD = frozenset({"schema", "config", "card_link", "header", "body"})
CONFIG = _set(
    "update_multi enable_forward enable_forward_interaction width_mode use_custom_translation"
    " streaming_mode streaming_config summary locales style"
)
HEADER = _set("title subtitle template text_tag_list i18n_text_tag_list icon padding")
BODY = _set(_LAYOUT)
PLAIN_TEXT = _set("tag content i18n_content")
STYLED_TEXT = PLAIN_TEXT | _set("text_size text_color text_align lines element_id")
OPTION = _set("text value icon")
CALLBACK = frozenset({"type", "value"})
OPEN_URL = _set("type default_url pc_url ios_url android_url")

ENUMS: dict[tuple[str, str], frozenset[str]] = {
    ("button", "type"): _set(
        "default primary danger text primary_text danger_text primary_filled danger_filled laser"
    ),
    ("button", "size"): _set("tiny small medium large"),
    ("button", "form_action_type"): frozenset({"submit", "reset"}),
    ("button", "action_type"): frozenset({"form_submit", "form_reset", "link", "request"}),
    ("input", "input_type"): frozenset({"text", "multiline_text", "password"}),
    ("input", "label_position"): frozenset({"top", "left"}),
    ("select_static", "type"): frozenset({"default", "text"}),
    ("multi_select_static", "type"): frozenset({"default", "text"}),
    ("column_set", "flex_mode"): _set("none stretch flow bisect trisect"),
    ("header", "template"): _set(
        "blue wathet turquoise green yellow orange red carmine violet purple indigo grey default"
    ),
}
