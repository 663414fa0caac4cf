"""The bank's look for Gradio: deep sea blue, a warm sand accent, the reader's own fonts; light and dark."""

from __future__ import annotations

from gradio.themes import Base, Color, Size

_SEA = Color(
    name="sea",
    c50="#f0f7f8",
    c100="#dbecef",
    c200="#b6d8de",
    c300="#86bcc7",
    c400="#4f9aaa",
    c500="#237d90",
    c600="#0f6678",
    c700="#0b5363",
    c800="#0a4351",
    c900="#083642",
    c950="#04212a",
)
_SAND = Color(
    name="sand",
    c50="#fbf7f0",
    c100="#f5ebda",
    c200="#ead6b3",
    c300="#ddbc85",
    c400="#cf9f59",
    c500="#b98339",
    c600="#99682a",
    c700="#7a5121",
    c800="#5f401c",
    c900="#4a3217",
    c950="#2a1c0c",
)
_SLATE = Color(
    name="slate",
    c50="#f6f8f9",
    c100="#edf1f3",
    c200="#dde4e7",
    c300="#c3ced3",
    c400="#8fa0a8",
    c500="#64767f",
    c600="#4b5c65",
    c700="#374750",
    c800="#22313a",
    c900="#13212a",
    c950="#0b161d",
)
_ROUND = Size(
    name="hailan",
    xxs="3px",
    xs="5px",
    sm="8px",
    md="10px",
    lg="14px",
    xl="18px",
    xxl="24px",
)
# No font is fetched: what the reader's system has for Chinese and Latin.
FONTS = (
    "system-ui",
    "-apple-system",
    "PingFang SC",
    "HarmonyOS Sans SC",
    "MiSans",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "sans-serif",
)
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace")


class Hailan(Base):
    """海岚银行."""

    def __init__(self) -> None:
        super().__init__(
            primary_hue=_SEA, secondary_hue=_SAND, neutral_hue=_SLATE, radius_size=_ROUND, font=FONTS, font_mono=_MONO
        )
        self.name = "hailan"
        self.set(
            body_background_fill="*neutral_100",
            body_background_fill_dark="*neutral_950",
            background_fill_primary="white",
            background_fill_primary_dark="*neutral_900",
            block_background_fill="white",
            block_background_fill_dark="*neutral_900",
            block_border_color="*neutral_200",
            block_border_color_dark="*neutral_800",
            block_border_width="1px",
            block_shadow="none",
            block_label_text_color="*neutral_700",
            block_label_text_color_dark="*neutral_200",
            block_title_text_color="*neutral_700",
            block_title_text_color_dark="*neutral_200",
            block_title_text_weight="600",
            block_info_text_color="*neutral_600",
            block_info_text_color_dark="*neutral_300",
            checkbox_background_color_selected="*primary_600",
            checkbox_label_background_fill_selected="*primary_50",
            checkbox_label_background_fill_selected_dark="*primary_900",
            checkbox_label_border_color_selected="*primary_600",
            checkbox_label_text_color_selected="*primary_800",
            checkbox_label_text_color_selected_dark="*primary_100",
            button_primary_background_fill="*primary_600",
            button_primary_background_fill_hover="*primary_700",
            button_primary_text_color="white",
            color_accent="*primary_600",
            color_accent_soft="*primary_50",
            input_border_color="*neutral_300",
            input_border_color_dark="*neutral_700",
            input_border_color_focus="*primary_500",
            link_text_color="*primary_700",
            link_text_color_dark="*primary_300",
        )
