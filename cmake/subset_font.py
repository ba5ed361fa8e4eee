"""Makes the small font of the playground: subset_font.py --font IN.ttf --out OUT.ttf strings.json...

Kept are the characters of the strings, printable ASCII and a list of mathematical symbols. The digits of the
character map are the tabular ones, so that numbers keep their columns (ImGui's font reader knows no features).
Layout tables, hints and names other than the licence are dropped, and points are rounded to 1/512 of the type size,
a twelfth of a pixel in the largest text of the sharpest screen. A character of the strings that the font has
no glyph for stops the build with the character and its key; a symbol of the list that is missing is left out.
"""
import argparse
import json
import sys

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

SYMBOLS = (
    "×÷·•∙→←↑↓↔⇒⇔↦Σ∑∏∂∇∈∉∀∃∅∞√−±∓≤≥≠≈≡≪≫∝⌊⌋⌈⌉⟨⟩…⋯—–‘’“”«»°′″"
    "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉½¼¾αβγδεηθλμπρστφωΔΩ"
    "▶◀▲▼▷◁■□▪▫●○◆◇★☆✓✔✗✕⏸⏹⏮⏭⟲↺↻⊙⊕⊗∗⋅‖†‡§¶©®\u00a0\u2009"
)
UNITS = 512
KEPT_NAMES = [0, 13, 14]  # copyright, licence, address of the licence


def string_characters(files):
    """{character: (file, key)} of every character that a string of the files shows."""
    found = {}

    def walk(value, file, key):
        if isinstance(value, dict):
            for k, v in value.items():
                walk(v, file, f"{key}.{k}" if key else k)
        elif isinstance(value, list):
            for i, v in enumerate(value):
                walk(v, file, f"{key}[{i}]")
        elif isinstance(value, str):
            for character in value:
                found.setdefault(character, (file, key))

    for file in files:
        with open(file, encoding="utf-8") as text:
            try:
                walk(json.load(text), file, "")
            except ValueError as error:
                sys.exit(f"{file} is not valid JSON: {error}")
    return found


def tabular_digits(font):
    """{digit glyph: its tabular alternate} from the font's own `tnum` feature, empty if it has none."""
    alternates = {}
    if "GSUB" in font:
        table = font["GSUB"].table
        for record in table.FeatureList.FeatureRecord:
            if record.FeatureTag == "tnum":
                for index in record.Feature.LookupListIndex:
                    for part in table.LookupList.Lookup[index].SubTable:
                        part = getattr(part, "ExtSubTable", part)
                        alternates.update(getattr(part, "mapping", {}))
    return alternates


def add_floor_and_ceiling(font):
    """Draws ⌊⌋⌈⌉, which formulas of sizes need and Pretendard lacks, from the measures of its '[' and '|'."""
    cmap = font.getBestCmap()
    bracket, bar = cmap[ord("[")], cmap[ord("|")]
    glyphs, metrics = font["glyf"], font["hmtx"]
    advance = metrics[bracket][0]
    outline, stem = glyphs[bracket], glyphs[bar].xMax - glyphs[bar].xMin
    left, right, low, high = outline.xMin, outline.xMax, outline.yMin, outline.yMax
    order = font.getGlyphOrder()
    for character, closing, top in (("⌊", 0, 0), ("⌋", 1, 0), ("⌈", 0, 1), ("⌉", 1, 1)):
        if ord(character) in cmap:
            continue
        pen = TTGlyphPen(None)
        x0, x1 = (advance - right, advance - left) if closing else (left, right)
        upright = (x1 - stem, x1) if closing else (x0, x0 + stem)
        foot = (high - stem, high) if top else (low, low + stem)
        corners = [(upright[0], low), (upright[0], high), (upright[1], high), (upright[1], low)]
        arm = (x0, upright[0]) if closing else (upright[1], x1)
        for box in (corners, [(arm[0], foot[0]), (arm[0], foot[1]), (arm[1], foot[1]), (arm[1], foot[0])]):
            pen.moveTo(box[0])
            for corner in box[1:]:
                pen.lineTo(corner)
            pen.closePath()
        name = f"uni{ord(character):04X}"
        order = order + [name]
        font.setGlyphOrder(order)
        glyphs[name] = pen.glyph()
        metrics[name] = (advance, x0)
        if "vmtx" in font:
            font["vmtx"][name] = font["vmtx"][bracket]
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[ord(character)] = name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--font", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("strings", nargs="*")
    options = parser.parse_args()

    font = TTFont(options.font, recalcTimestamp=False)
    add_floor_and_ceiling(font)
    cmap = font.getBestCmap()
    wanted = set(range(0x20, 0x7F)) | {ord(c) for c in SYMBOLS if ord(c) in cmap}
    for character, (file, key) in sorted(string_characters(options.strings).items()):
        if character in "\n\r\t":
            continue
        if ord(character) not in cmap:
            sys.exit(f"The font has no glyph for '{character}' (U+{ord(character):04X}), which {file} uses "
                     f"in \"{key}\": use another character there.")
        wanted.add(ord(character))

    alternates = tabular_digits(font)
    for table in font["cmap"].tables:
        for digit in range(0x30, 0x3A):
            if digit in table.cmap:
                table.cmap[digit] = alternates.get(table.cmap[digit], table.cmap[digit])
    widths = {font["hmtx"][font.getBestCmap()[digit]][0] for digit in range(0x30, 0x3A)}
    if len(widths) != 1:
        sys.exit(f"The digits of {options.font} differ in width ({sorted(widths)}); the numbers would dance.")

    settings = subset.Options()
    settings.layout_features = []
    settings.hinting = False
    settings.name_IDs = KEPT_NAMES
    settings.name_languages = ["*"]
    settings.notdef_outline = True
    settings.glyph_names = False
    settings.recalc_timestamp = False
    settings.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "DSIG", "meta"]
    subsetter = subset.Subsetter(settings)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    scale_upem(font, UNITS)
    font.save(options.out)


main()
