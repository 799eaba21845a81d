#!/usr/bin/env python3
"""Makes the font that stands behind Open Sans in printed documents, and the table of what can be drawn.

Usage: pip install fonttools==4.68.0 && ./signs.py /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
(the font of Debian's fonts-dejavu-core 2.37-6; the results are committed)
"""
import pathlib
import sys
import unicodedata

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"
SUBSET = FONTS / "DejaVuSans-signs.ttf"
TABLE = HERE.parent.parent / "domain" / "drawable" / "table.rs"

# Latin letters of every language with their marks (a letter and its marks are drawn by one font, so plain letters are
# here too), and the signs that people write in letters: boxes, ticks, arrows, numbers in circles, fractions, sums.
WANTED = [
    (0x0020, 0x007E), (0x00A0, 0x02FF), (0x0300, 0x036F), (0x1E00, 0x1EFF), (0x2010, 0x205E), (0x2070, 0x209F),
    (0x20A0, 0x20BF), (0x2100, 0x2105), (0x2109, 0x2109), (0x2113, 0x2113), (0x2116, 0x2117), (0x211E, 0x2122),
    (0x2126, 0x212E), (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x226F), (0x2310, 0x2310), (0x2460, 0x24FF),
    (0x25A0, 0x25FF), (0x2600, 0x262F), (0x2639, 0x2671), (0x2690, 0x269F), (0x2701, 0x275E), (0x2B05, 0x2B07),
    (0xFFFD, 0xFFFD),
]


def ranges(points):
    found = []
    for point in sorted(points):
        if found and found[-1][1] + 1 == point:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def array(name, says, points):
    lines = [f"/// {says}", f"pub(crate) const {name}: &[(u32, u32)] = &["]
    lines += [f"    (0x{first:04X}, 0x{last:04X})," for first, last in ranges(points)]
    return "\n".join(lines) + "\n];\n"


def main(source):
    wanted = {point for first, last in WANTED for point in range(first, last + 1)}
    options = subset.Options()
    options.layout_features = ["ccmp", "mark", "mkmk", "locl"]
    options.hinting = False
    options.drop_tables += ["FFTM", "MATH"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6]
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    subset.save_font(font, str(SUBSET), options)

    behind = set(TTFont(SUBSET).getBestCmap())
    faces = [set(TTFont(FONTS / f"OpenSans-{face}.ttf").getBestCmap()) for face in ("Regular", "Bold")]
    both = (faces[0] & faces[1]) | behind
    # A mark, a control, a space of its own width and what stands for a broken sign are no signs of their own.
    unfit = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me", "Zl", "Zp", "Zs"}
    signs = {p for p in both if unicodedata.category(chr(p)) not in unfit} - {0xFFFC, 0xFFFD} | {0x20, 0xA0}
    marks = {p for p in behind if 0x300 <= p <= 0x36F and p != 0x34F}
    letters = {p for p in behind if unicodedata.name(chr(p), "").startswith("LATIN ") and chr(p).isalpha()}
    TABLE.write_text(
        "//! Made by `src/assets/build/signs.py` from the fonts of this program: do not edit.\n\n"
        + array("SIGNS", "What stands by itself: first and last of each run.", signs)
        + "\n"
        + array("MARKS", "Marks that stand on a letter.", marks)
        + "\n"
        + array("LETTERS", "Letters that a mark may stand on.", letters)
    )


if __name__ == "__main__":
    main(sys.argv[1])
