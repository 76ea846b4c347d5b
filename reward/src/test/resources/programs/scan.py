# Searches the process's own memory for a text, through write(): a bad address answers EFAULT instead of crashing.
# Text and needle are compared under a mask, so that the search itself leaves no copy of the needle.
import ctypes
import os

libc = ctypes.CDLL(None)
libc.write.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
MASK = bytes(b ^ 0x5A for b in range(256))
NEEDLE = bytes([50, 63, 59, 42, 119, 55, 59, 40, 49, 63, 40, 119, 53, 60, 119, 59, 52, 119, 63, 59, 40, 54, 51, 63, 40])


def scan():
    reader, writer = os.pipe()
    large = ctypes.create_string_buffer(1 << 20)
    regions = {a >> 25 for a in (id(object()), id(scan), id(MASK), ctypes.addressof(large), id([0] * 1000))}
    hits = 0
    for region in sorted({r + d for r in regions for d in (-1, 0, 1)}):
        for page in range(region << 25, (region + 1) << 25, 4096):
            if libc.write(writer, page, 4096) == 4096:
                hits += os.read(reader, 4096).translate(MASK).count(NEEDLE)
    return hits
